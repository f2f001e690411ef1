"""Transactions on catalog's database; the modules of this context open them only with these functions."""

from building_blocks.databases.transactions import Database

database = Database("catalog")
atomic, savepoint, on_commit = database.atomic, database.savepoint, database.on_commit
