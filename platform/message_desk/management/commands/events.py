"""`manage.py events`: see how messages are doing, follow one purchase or all of them, and mend what was given up."""

import getpass
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from message_desk import following, mending
from message_desk.figures import figures
from message_desk.mending import ReasonUnusable, Rows, Stored
from message_desk.story import story_of
from message_desk.terminal import moment_line, status_lines, story_lines

MOST_NAMED = 20  # dead messages of one box
LOOK_EVERY = 1.0  # seconds


class Command(BaseCommand):
    help = "Shows what messages are doing, and gives up, discards or tries again those that somebody names."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="a table of all outboxes and inboxes, and the messages that were given up")
        actions.add_parser("follow", help="messages as they are sent and handled, until Ctrl-C")
        story = actions.add_parser("story", help="all messages about one order, or along with one message, by time")
        story.add_argument("about", metavar="ORDER_OR_MESSAGE_ID")
        _choosing(actions.add_parser("replay", help="try again what was given up"), required=False)
        _choosing(actions.add_parser("park", help="give up what waits or fails, until somebody replays it"))
        _choosing(actions.add_parser("discard", help="put what was given up out of sight for good"))

    def handle(self, *, action: str, **options: Any) -> None:
        if action in ("replay", "park", "discard"):
            self._mend(action, **options)
        elif action == "story":
            self._tell(options["about"])
        else:
            {"status": self._status, "follow": self._follow}[action]()

    def _status(self) -> None:
        shown = figures()
        self.stdout.writelines(f"{line}\n" for line in status_lines(shown))
        for boxes in shown:
            for name, box in boxes.each():
                if box:
                    self._name_the_dead(boxes.context, name)

    def _name_the_dead(self, context: str, box: str) -> None:
        table: Any = OutboxMessage if box == "outbox" else InboxMessage
        dead = table._default_manager.using(settings.CONTEXTS[context]).filter(state="dead").order_by("occurred_at")
        named = [f"  {row}: {row.last_error}" for row in dead[:MOST_NAMED]]
        if named:
            which = f"the oldest {MOST_NAMED} of those given up" if len(named) == MOST_NAMED else "given up"
            self.stdout.write("\n".join([f"\n{context} {box}, {which}:", *named]))

    def _follow(self) -> None:
        try:
            watched, missing = following.watches(), list[str]()
            while True:
                happened, away = following.look(watched)
                self.stdout.writelines(f"{moment_line(moment)}\n" for moment in happened)
                for context in set(away) - set(missing):
                    self.stdout.write(f"{context}: its database does not answer")
                missing = away
                time.sleep(LOOK_EVERY)
        except KeyboardInterrupt:
            return

    def _tell(self, about: str) -> None:
        story = story_of(about)
        if not story.moments:
            away = f" ({', '.join(story.away)} could not be asked)" if story.away else ""
            raise CommandError(f"no message is known about {about}{away}: give an order's number or id, or a message's")
        self.stdout.writelines(f"{line}\n" for line in story_lines(story))

    def _mend(self, action: str, *, message_ids: list[UUID], handler: str, reason: str, **options: Any) -> None:
        if bool(message_ids or handler) == options["all"]:
            raise CommandError(f"name the MESSAGE_IDs to {action}, or a --handler, or say --all")
        mend: Callable[..., list[Stored]] = getattr(mending, action)
        who, count = f"{getpass.getuser()}, in a terminal", 0
        for context, rows in _boxes(message_ids, handler):
            try:
                count += len(mend(context, rows, who=who, why=reason, now=timezone.now()))
            except ReasonUnusable as unusable:
                raise CommandError(str(unusable)) from unusable
            except OperationalError:
                self.stderr.write(f"{context}: its database does not answer, so nothing is changed there")
        self.stdout.write(f"{count} {DONE[action]}")


DONE = {"replay": "will be tried again", "park": "given up", "discard": "discarded"}


def _choosing(parser: Any, *, required: bool = True) -> None:
    parser.add_argument("message_ids", nargs="*", type=UUID, metavar="MESSAGE_ID")
    parser.add_argument("--handler", default="", help="those of this handler, such as catalog.reserve_stock")
    parser.add_argument("--all", action="store_true", help="every one of every context")
    parser.add_argument("--reason", required=required, default="", help="why; it is kept beside who did it and when")


def _boxes(message_ids: list[UUID], handler: str) -> Iterator[tuple[str, Rows]]:
    """Yield the rows that are meant, context by context; a handler has rows in the inbox of its own alone."""
    for context, alias in settings.CONTEXTS.items():
        tables: list[Any] = [InboxMessage] if handler else [OutboxMessage, InboxMessage]
        for table in tables:
            rows = table._default_manager.using(alias)
            rows = rows.filter(handler=handler) if handler else rows.all()
            yield context, rows.filter(message_id__in=message_ids) if message_ids else rows
