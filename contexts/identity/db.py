"""Transactions on the database of identity; no other module of this context opens one."""

from django.conf import settings

from building_blocks.databases.transactions import Database

database = Database(settings.IDENTITY)
atomic, savepoint, on_commit = database.atomic, database.savepoint, database.on_commit
