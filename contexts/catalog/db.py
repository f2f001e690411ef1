"""Transactions on the database of catalog; no other module of this context opens one."""

from building_blocks.db import Database

database = Database("catalog")
atomic, attempt, on_commit = database.atomic, database.attempt, database.on_commit
