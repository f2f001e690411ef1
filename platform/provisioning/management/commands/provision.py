"""`manage.py provision`: prepare the databases for this version of the code."""

from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from provisioning.provision import provision


class Command(BaseCommand):
    help = "Creates the database, schemas and logins of every context, grants, and migrates. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=0, metavar="SECONDS", help="how long to wait for a server that is starting"
        )

    def handle(self, **options: Any) -> None:
        try:
            provision(verbosity=options["verbosity"] - 1, timeout=options["wait"])
        except psycopg.OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(f"The database refuses: {reason}. Is DATABASE_URL right?") from error
        except ProgrammingError as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(
                f"A migration does not fit this database: {reason}. If an earlier checkout made it, begin with an empty"
                " one: `make reset` deletes the demo's."
            ) from error
