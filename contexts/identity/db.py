"""Transactions on identity's database; the modules of this context open them only with these functions."""

from django.conf import settings

from building_blocks.databases.transactions import Database

database = Database(settings.IDENTITY)
atomic, savepoint, on_commit = database.atomic, database.savepoint, database.on_commit
