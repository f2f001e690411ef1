"""Transactions on the database of ordering; no other module of this context opens one."""

from building_blocks.databases.transactions import Database

database = Database("ordering")
atomic, on_commit = database.atomic, database.on_commit
