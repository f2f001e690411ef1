"""Transactions on the database of identity; no other module of this context opens one."""

from django.conf import settings

from building_blocks.db import Database

database = Database(settings.IDENTITY)
atomic, attempt, on_commit = database.atomic, database.attempt, database.on_commit
