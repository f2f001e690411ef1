"""Transactions on the database of catalog; no other module of this context opens one."""

from building_blocks.databases.transactions import Database

database = Database("catalog")
atomic, savepoint, on_commit = database.atomic, database.savepoint, database.on_commit
