"""Transactions on ordering's database; the modules of this context open them only with these functions."""

from building_blocks.databases.transactions import Database

database = Database("ordering")
atomic, on_commit = database.atomic, database.on_commit
