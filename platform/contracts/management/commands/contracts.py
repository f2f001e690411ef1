"""`manage.py contracts`: writes what contexts promise each other, or checks that it is written and kept."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts.files import broken, files_of, stale, write
from contracts.readmes import wrong_rows
from contracts.relations import relations

ADVICE = """\
What is published only grows. Give a new field a default; for any other change declare a new version beside the old
one (…v2), handle both, and send the new one once every process knows it. Was it never released, or is nothing of it
under way any more: make contracts ARGS="--forget NAME" forgets what was promised."""


class Command(BaseCommand):
    help = "Writes the contracts of the contexts, the context map and the list of subscriptions."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is stale or broken")
        parser.add_argument(
            "--forget",
            metavar="NAME",
            action="append",
            default=[],
            help="a message, method or refusal that nobody relies on any more, such as catalog.reserve_stock.v1",
        )

    def handle(self, *, check: bool, forget: list[str], **options: Any) -> None:
        root = settings.BASE_DIR
        found = relations(root, settings.CONTEXTS)
        files = files_of(found)
        if breaches := list(broken(root, files, forget=forget)):
            raise CommandError("\n".join([*breaches, ADVICE]))
        if check:
            problems = [f"{path} is stale: make contracts" for path in stale(root, files)]
        else:
            problems = []
            for path in write(root, files):
                self.stdout.write(f"wrote {path}")
        if problems := [*problems, *wrong_rows(root, found)]:
            raise CommandError("\n".join(problems))
