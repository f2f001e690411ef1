"""`manage.py events`: the status of the queues, histories of messages, and interventions, in a terminal."""

import getpass
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from message_console import interventions, watching
from message_console.interventions import ReasonUnusable, Rows, Stored
from message_console.status import queue_statuses
from message_console.story import story_of
from message_console.terminal import entry_line, status_lines, story_lines
from messaging.models import InboxMessage, OutboxMessage

MAX_LISTED = 20  # dead messages of one queue
POLL_INTERVAL = 1.0  # seconds


class Command(BaseCommand):
    help = "Shows the status and the history of messages, and replays, parks or discards messages."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="a table of all outboxes and inboxes, and the dead messages")
        actions.add_parser("follow", help="messages as they are sent and handled, until Ctrl-C")
        story = actions.add_parser(
            "story", help="the history of all messages about one order, or related to one message"
        )
        story.add_argument("about", metavar="ORDER_OR_MESSAGE_ID")
        _add_selection_arguments(actions.add_parser("replay", help="try dead messages again"), required=False)
        _add_selection_arguments(actions.add_parser("park", help="mark messages that wait or fail as dead"))
        _add_selection_arguments(actions.add_parser("discard", help="discard dead messages for good"))

    def handle(self, *, action: str, **options: Any) -> None:
        if action in ("replay", "park", "discard"):
            self._intervene(action, **options)
        elif action == "story":
            self._show_story(options["about"])
        else:
            {"status": self._status, "follow": self._follow}[action]()

    def _status(self) -> None:
        statuses = queue_statuses()
        self.stdout.writelines(f"{line}\n" for line in status_lines(statuses))
        for queues in statuses:
            for name, queue in queues.by_name():
                if queue:
                    self._list_dead(queues.context, name)

    def _list_dead(self, context: str, queue: str) -> None:
        table: Any = OutboxMessage if queue == "outbox" else InboxMessage
        dead = table._default_manager.using(settings.CONTEXTS[context]).filter(state="dead").order_by("occurred_at")
        listed = [f"  {row}: {row.last_error}" for row in dead[:MAX_LISTED]]
        if listed:
            which = f"the oldest {MAX_LISTED} dead messages" if len(listed) == MAX_LISTED else "dead messages"
            self.stdout.write("\n".join([f"\n{context} {queue}, {which}:", *listed]))

    def _follow(self) -> None:
        try:
            watched, missing = watching.watches(), list[str]()
            while True:
                happened, unavailable = watching.poll(watched)
                self.stdout.writelines(f"{entry_line(entry)}\n" for entry in happened)
                for context in set(unavailable) - set(missing):
                    self.stdout.write(f"{context}: its database does not answer")
                missing = unavailable
                time.sleep(POLL_INTERVAL)
        except KeyboardInterrupt:
            return

    def _show_story(self, about: str) -> None:
        story = story_of(about)
        if not story.entries:
            unavailable = (
                f" (no answer from the database of {', '.join(story.unavailable)})" if story.unavailable else ""
            )
            raise CommandError(
                f"no message was found for {about}{unavailable}: give an order's number or id, or a message's id"
            )
        self.stdout.writelines(f"{line}\n" for line in story_lines(story))

    def _intervene(self, action: str, *, message_ids: list[UUID], handler: str, reason: str, **options: Any) -> None:
        if bool(message_ids or handler) == options["all"]:
            raise CommandError(f"name the MESSAGE_IDs to {action}, or a --handler, or use --all")
        intervene: Callable[..., list[Stored]] = getattr(interventions, action)
        who, count = f"{getpass.getuser()}, in a terminal", 0
        for context, rows in _selected_rows(message_ids, handler):
            try:
                count += len(intervene(context, rows, who=who, why=reason, now=timezone.now()))
            except ReasonUnusable as unusable:
                raise CommandError(str(unusable)) from unusable
            except OperationalError:
                self.stderr.write(f"{context}: its database does not answer, so nothing was changed there")
        self.stdout.write(f"{count} {DONE[action]}")


DONE = {"replay": "replayed", "park": "parked", "discard": "discarded"}


def _add_selection_arguments(parser: Any, *, required: bool = True) -> None:
    parser.add_argument("message_ids", nargs="*", type=UUID, metavar="MESSAGE_ID")
    parser.add_argument("--handler", default="", help="the messages of this handler, such as catalog.reserve_stock")
    parser.add_argument("--all", action="store_true", help="all messages of every context")
    parser.add_argument(
        "--reason", required=required, default="", help="the reason, stored with the operator and the time"
    )


def _selected_rows(message_ids: list[UUID], handler: str) -> Iterator[tuple[str, Rows]]:
    """Yield the selected rows of each queue, context by context; a handler has rows only in inboxes."""
    for context, alias in settings.CONTEXTS.items():
        tables: list[Any] = [InboxMessage] if handler else [OutboxMessage, InboxMessage]
        for table in tables:
            rows = table._default_manager.using(alias)
            rows = rows.filter(handler=handler) if handler else rows.all()
            yield context, rows.filter(message_id__in=message_ids) if message_ids else rows
