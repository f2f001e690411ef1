"""`python -m tools.contracts`: writes the contracts between contexts, or checks that they are current and kept."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tools.contracts.files import files_of, list_breaking_changes, stale_files, write_stale_files
from tools.contracts.readmes import outdated_rows
from tools.contracts.relations import find_relations

ADVICE = """\
What is published only grows. Give a new field a default; for any other change declare a new version beside the old
one (…v2), handle both, and send the new one once every process knows it. If it was never released, or no such message
is left: make contracts ARGS="--allow-breaking NAME" accepts the change."""


class Command(BaseCommand):
    help = "Writes the contracts of the contexts, the context map and the list of subscriptions."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale or broken")
        parser.add_argument(
            "--allow-breaking",
            metavar="NAME",
            action="append",
            default=[],
            help="a message, method or refusal that no code relies on any more, such as catalog.reserve_stock.v1",
        )

    def handle(self, *, check: bool, allow_breaking: list[str], **options: Any) -> None:
        root = settings.BASE_DIR
        relations = find_relations(root, settings.CONTEXTS)
        files = files_of(relations)
        if breaking_changes := list(list_breaking_changes(root, files, allow_breaking)):
            raise CommandError("\n".join([*breaking_changes, ADVICE]))
        if check:
            problems = [f"{path} is stale: make contracts" for path in stale_files(root, files)]
        else:
            problems = []
            for path in write_stale_files(root, files):
                self.stdout.write(f"wrote {path}")
        if problems := [*problems, *outdated_rows(root, relations)]:
            raise CommandError("\n".join(problems))
