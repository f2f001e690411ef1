"""
Transactions, bound to one alias each.

This is the only module that may import `django.db.transaction`: a bare `atomic()` or `on_commit()` acts on
`default`, whichever database the code meant. Each context binds its own in its `db.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction


class TransactionMisused(RuntimeError):
    """Raised where code holds a transaction that it must not hold, or lacks one that it needs."""


class Database:
    """The transactions of one context's database."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """
        Open a unit of work, or join the one that is open: all of it is written or nothing.

        :raises TransactionMisused: a transaction is open on another context's database.
        """
        aliases = open_transactions()
        if aliases - {self.alias}:
            raise TransactionMisused(f"{self.alias} may not write inside a transaction of {aliases}")
        with transaction.atomic(using=self.alias, savepoint=self.alias not in aliases):
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote, and that alone, when it raises; needs an open unit of work."""
        with transaction.atomic(using=self.alias):
            yield

    def on_commit(self, callback: Callable[[], object]) -> None:
        """Do this once the open unit of work is written, or at once where none is open."""
        transaction.on_commit(callback, using=self.alias)


def open_transactions() -> set[str]:
    """Return the aliases inside a transaction; the blocks that Django's tests wrap around each test do not count."""
    return {
        connection.alias
        for connection in connections.all(initialized_only=True)
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
    }


def open_transaction_alias() -> str:
    """
    Return the alias that is inside a transaction.

    :raises TransactionMisused: none is open.
    """
    aliases = open_transactions()
    if not aliases:
        raise TransactionMisused("messages are stored with the change that causes them: open `atomic()` first")
    return aliases.pop()


def refuse_inside_transaction(operation: str) -> None:
    """
    Guard a call that may wait on somebody else: it must not hold rows locked meanwhile.

    :raises TransactionMisused: a transaction is open.
    """
    if aliases := open_transactions():
        raise TransactionMisused(f"{operation} inside a transaction of {aliases}: ask first, then write")


def release_connections() -> None:
    """
    Let other threads use the connections of this one while it waits; its next query takes one again.

    :raises TransactionMisused: a transaction is open.
    """
    refuse_inside_transaction("waiting")
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # which the blocks around a test are
            connection.close()
