"""`manage.py events`: see how messages are doing, and give what was given up another try."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.replay import replay


class Command(BaseCommand):
    help = "Shows the outbox and inbox of each context, or replays dead messages."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="count messages by context and state, and name the dead ones")
        again = actions.add_parser("replay", help="try dead messages again")
        again.add_argument("message_ids", nargs="*", metavar="MESSAGE_ID")
        again.add_argument("--all", action="store_true", help="every dead message of every context")

    def handle(self, *, action: str, **options: Any) -> None:
        if action == "status":
            self._status()
        elif bool(options["message_ids"]) == options["all"]:
            raise CommandError("name the MESSAGE_IDs to replay, or say --all")
        else:
            replayed = replay(options["message_ids"] or None, now=timezone.now())
            self.stdout.write(f"{replayed} will be tried again")

    def _status(self) -> None:
        for context, alias in settings.CONTEXTS.items():
            self._show(f"{context:9} outbox", OutboxMessage.objects.using(alias))
            self._show(f"{context:9} inbox ", InboxMessage.objects.using(alias))

    def _show(self, box: str, rows: "QuerySet[OutboxMessage] | QuerySet[InboxMessage]") -> None:
        for state in rows.values("state").annotate(count=Count("pk"), oldest=Min("occurred_at")).order_by("state"):
            self.stdout.write(f"{box} {state['state']:8} {state['count']:7}  since {state['oldest']:%F %T}")
        for dead in rows.filter(state="dead").order_by("occurred_at"):
            self.stdout.write(f"{box} {dead}: {dead.last_error}")
