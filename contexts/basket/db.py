"""Transactions on the database of basket; no other module of this context opens one."""

from building_blocks.databases.transactions import Database

database = Database("basket")
atomic, on_commit = database.atomic, database.on_commit
