"""
Provisioning: a schema and a login for each context, grants on its own schema only, and migrations.

This is the only code that uses the administrator's login. The administrator owns the tables; a context's login may read
and write those of its schema, and has no rights in any other schema.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections, router
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from environ import Env
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from building_blocks.databases.time_limits import UNLIMITED

logger = logging.getLogger(__name__)

Connection = psycopg.Connection[tuple[Any, ...]]

MAINTENANCE_DATABASE = "postgres"
RETRY_INTERVAL = 3.0  # seconds
LOCK_ID = 0x6D61726B  # any constant number


def provision(administrator_url: str = "", *, verbosity: int = 0, timeout: float = 0) -> None:
    """
    Prepare one database: create what is missing, set passwords and grants, migrate every context.

    It is safe to repeat, and to run several times at once, even for two databases of one server: advisory locks are per
    database but logins are per server, so each run waits for one lock in the maintenance database.

    :param administrator_url: the database and its administrator's login; the setting DATABASE_URL if empty.
    :param timeout: seconds to wait for a server that does not answer yet.
    :raises psycopg.OperationalError: the server does not answer in time, or refuses the login.
    """
    url = administrator_url or settings.DATABASE_URL
    _wait_for_server(url, timeout)
    with _connect(url, MAINTENANCE_DATABASE) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK_ID])
        _create_database(server, str(conninfo_to_dict(url)["dbname"]))
        for alias, login in settings.SCHEMAS.items():
            _create_login(server, login, settings.DATABASES[alias]["PASSWORD"])
        with _connect(url) as database:
            _create_schemas(database)
            restrict_database_access(database)
        # Identity comes last: Django writes the permissions of all apps there, so their tables must be known by then.
        for alias in sorted(settings.SCHEMAS, key=lambda alias: alias == settings.IDENTITY):
            with as_administrator(alias, url):
                _migrate(alias, verbosity)


@contextmanager
def as_administrator(alias: str, url: str) -> Iterator[None]:
    """Connect a context's alias as the administrator, in order to change the tables of that context's schema."""
    own = connections[alias]
    own.close()
    administrator = Env.db_url_config(url)
    options = administrator.get("OPTIONS", {}) | {"options": f"-c search_path={settings.SCHEMAS[alias]} {UNLIMITED}"}
    connections[alias] = DatabaseWrapper(own.settings_dict | administrator | {"OPTIONS": options}, alias)
    try:
        yield
    finally:
        connections[alias].close()
        connections[alias] = own


def _migrate(alias: str, verbosity: int) -> None:
    """Migrate the tables of one alias. Rendering only the migrations of its apps saves most of the time."""
    if alias == settings.IDENTITY:
        call_command("migrate", database=alias, verbosity=verbosity, interactive=False)
        return
    executor = MigrationExecutor(connections[alias])
    executor.loader.check_consistent_history(connections[alias])
    executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if router.allow_migrate(alias, leaf[0])])


def _connect(url: str, database: str | None = None) -> Connection:
    known = conninfo_to_dict(url)
    own = {"dbname": database or known["dbname"], "options": f"{known.get('options', '')} {UNLIMITED}"}
    return psycopg.connect(make_conninfo(url, **own), autocommit=True)


def _wait_for_server(url: str, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            _connect(url, MAINTENANCE_DATABASE).close()
        except psycopg.OperationalError as error:
            if time.monotonic() >= deadline:
                raise
            reason = str(error).strip().partition("\n")[0]
            logger.warning("waiting for the database, at most %.0f s: %s", deadline - time.monotonic(), reason)
            time.sleep(RETRY_INTERVAL)
        else:
            return


def _create_database(server: Connection, name: str) -> None:
    if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _create_login(server: Connection, login: str, password: str) -> None:
    role = sql.Identifier(login)
    if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone() is None:
        server.execute(sql.SQL("CREATE ROLE {}").format(role))
    server.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            role, sql.Literal(password)
        )
    )
    server.execute(sql.SQL("ALTER ROLE {} SET TimeZone TO 'UTC'").format(role))
    for limit, seconds in settings.DATABASE_TIME_LIMITS.items():
        server.execute(
            sql.SQL("ALTER ROLE {} SET {} TO {}").format(role, sql.Identifier(limit), sql.Literal(f"{seconds}s"))
        )


def restrict_database_access(database: Connection) -> None:
    """
    Let only the contexts' logins, and logins with a grant by name, connect to this database.

    No context's login may create temporary tables: nothing needs them, and no quota limits the space that they take.
    """
    row = database.execute("SELECT current_database()").fetchone()
    assert row is not None  # noqa: S101 - it has a name
    logins = sql.SQL(", ").join(map(sql.Identifier, settings.SCHEMAS.values()))
    # In this order, because the shop may be running meanwhile.
    for statement in (
        "GRANT CONNECT ON DATABASE {0} TO {1}",
        "REVOKE TEMPORARY, CREATE ON DATABASE {0} FROM {1}",
        "REVOKE CONNECT, TEMPORARY ON DATABASE {0} FROM PUBLIC",
    ):
        database.execute(sql.SQL(statement).format(sql.Identifier(row[0]), logins))


def _create_schemas(database: Connection) -> None:
    database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for schema in settings.SCHEMAS.values():
        # The login has the schema's name, so Postgres's default search path ("$user") finds the schema.
        name = sql.Identifier(schema)
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS {0}",
            "GRANT USAGE ON SCHEMA {0} TO {0}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT USAGE, SELECT ON SEQUENCES TO {0}",
        ):
            database.execute(sql.SQL(statement).format(name))
