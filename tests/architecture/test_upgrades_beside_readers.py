"""A migration beside an older version that serves: they never wait for each other, which would end one of them."""

from threading import Thread
from typing import Any, LiteralString

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from provisioning.provision import as_administrator
from tests.threads import wait_until_one_waits

pytestmark = pytest.mark.usefixtures("real_commits")


@pytest.mark.parametrize(
    ("context", "before", "first", "second"),
    [
        (
            "ordering",
            "0003_fulfilment",
            "LOCK {}.ordering_order IN ROW EXCLUSIVE MODE",
            "SELECT FROM {}.ordering_payment",
        ),
        ("ordering", "0003_fulfilment", "SELECT FROM {}.ordering_payment", "SELECT FROM {}.ordering_order"),
        ("catalog", "0005_pictures_and_sale", "SELECT FROM {}.catalog_product", "SELECT FROM {}.catalog_brand"),
    ],
    ids=["an order is placed", "a payment is read", "products are listed"],
)
def test_an_upgrade_and_the_version_before_it_both_go_on_while(
    context: str, before: str, first: LiteralString, second: LiteralString
) -> None:
    failed: list[Exception] = []
    alias: str = settings.CONTEXTS[context]
    with as_administrator(alias, settings.DATABASE_URL):
        _migrate(alias, context, before)
        try:
            with psycopg.connect(settings.DATABASE_URL) as older_version:
                older_version.execute(_of(context, first))
                going_on = Thread(target=_go_on, args=(older_version, _of(context, second), failed))
                going_on.start()
                _migrate(alias, context)
                going_on.join()
        finally:
            _migrate(alias, context)

    assert failed == []


def _of(context: str, statement: LiteralString) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(settings.SCHEMAS[settings.CONTEXTS[context]]))


def _go_on(older_version: psycopg.Connection[Any], step: sql.Composed, failed: list[Exception]) -> None:
    wait_until_one_waits()
    try:
        older_version.execute(step)
    except psycopg.Error as error:
        failed.append(error)
    finally:
        older_version.rollback()


def _migrate(alias: str, app: str, name: str | None = None) -> None:
    executor = MigrationExecutor(connections[alias])
    executor.migrate([(app, name)] if name else executor.loader.graph.leaf_nodes(app))
