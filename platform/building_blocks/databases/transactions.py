"""
Transactions, each bound to one database alias.

This is the only module that may import `django.db.transaction`, whose `atomic()` and `on_commit()` act on `default`
unless an alias is named. Each context binds its own alias in its `db.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction


class TransactionMisused(RuntimeError):
    """Raised if a transaction is open where none may be, or missing where one is needed."""


class Database:
    """The transactions of one context's database."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """
        Open a transaction, or join the open one: either everything in it is written, or nothing.

        :raises TransactionMisused: a transaction is open on another context's database.
        """
        aliases = open_transactions()
        if aliases - {self.alias}:
            raise TransactionMisused(f"{self.alias} may not write inside a transaction of {aliases}")
        with transaction.atomic(using=self.alias, savepoint=self.alias not in aliases):
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """If the block raises, roll back only what it wrote; this needs an open transaction."""
        with transaction.atomic(using=self.alias):
            yield

    def on_commit(self, callback: Callable[[], object]) -> None:
        """Run a callback after the open transaction commits, or at once if none is open."""
        transaction.on_commit(callback, using=self.alias)


def open_transactions() -> set[str]:
    """Return the aliases that have an open transaction; those that Django opens around each test do not count."""
    return {
        connection.alias
        for connection in connections.all(initialized_only=True)
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
    }


def open_transaction_alias() -> str:
    """
    Return the alias that has an open transaction.

    :raises TransactionMisused: none is open.
    """
    aliases = open_transactions()
    if not aliases:
        raise TransactionMisused("messages are stored with the change that causes them: open `atomic()` first")
    return aliases.pop()


def refuse_inside_transaction(operation: str) -> None:
    """
    Check that no transaction is open before an operation waits for another system: no rows may be locked meanwhile.

    :param operation: the operation's name in the error.
    :raises TransactionMisused: a transaction is open.
    """
    if aliases := open_transactions():
        raise TransactionMisused(
            f"{operation} must not run in a transaction of {aliases}: call the other system first, then open it"
        )


def release_connections() -> None:
    """
    Return this thread's connections to the pool while it waits; its next query takes one again.

    :raises TransactionMisused: a transaction is open.
    """
    refuse_inside_transaction("waiting")
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # as it is inside a test's own transaction
            connection.close()
