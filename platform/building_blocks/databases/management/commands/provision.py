"""`manage.py provision`: make the databases ready for this version of the code."""

from typing import Any

from django.core.management.base import BaseCommand

from building_blocks.databases.provision import provision


class Command(BaseCommand):
    help = "Creates the database, schemas and logins of every context, grants, and migrates. Safe to repeat."

    def handle(self, **options: Any) -> None:
        provision(verbosity=options["verbosity"] - 1)
