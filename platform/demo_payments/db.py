"""Transactions on the provider's own database."""

from building_blocks.databases.transactions import Database

database = Database("demo_payments")
atomic = database.atomic
