"""Each context owns its data: its login reads and writes only its own tables, and alters no table."""

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from building_blocks.databases.time_limits import lift_time_limits
from provisioning.provision import as_administrator

Connection = psycopg.Connection[tuple[Any, ...]]
Table = dict[str, sql.Composable]

ALIASES = {login: alias for alias, login in settings.SCHEMAS.items()}
TABLES_OF_EVERY_CONTEXT = {
    "messaging_outboxmessage",
    "messaging_inboxmessage",
    "idempotency_usedkey",
    "message_console_intervention",
}
INSUFFICIENT_PRIVILEGE = "42501"  # a SQLSTATE

DATA_STATEMENTS = (
    "SELECT * FROM {table}",
    "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE {table} SET {column} = DEFAULT",
    "DELETE FROM {table}",
)
SCHEMA_STATEMENTS = (
    "TRUNCATE {table}",
    "ALTER TABLE {table} ADD planted int",
    "DROP TABLE {table}",
)

pytestmark = pytest.mark.usefixtures("django_db_setup")


@pytest.fixture
def administrator() -> Iterator[Connection]:
    """The owner of all tables; a test's changes are rolled back."""
    with (
        psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


@pytest.fixture
def connection(login: str) -> Iterator[Connection]:
    """A connection with the login's own credentials, as in the code."""
    credentials = connections[ALIASES[login]].get_connection_params()
    with psycopg.connect(**credentials, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(("login", "other"), [*permutations(sorted(ALIASES), 2)])
def test_a_login_has_no_rights_on_another_schemas_tables(
    connection: Connection, administrator: Connection, login: str, other: str
) -> None:
    tables = tables_of(administrator, other)

    assert tables
    assert permitted(connection, DATA_STATEMENTS + SCHEMA_STATEMENTS, tables) == []


@pytest.mark.parametrize("grant", ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_an_extra_grant_is_reported(administrator: Connection, grant: str) -> None:
    tables = tables_of(administrator, "catalog")
    administrator.execute("GRANT USAGE ON SCHEMA catalog TO basket")
    administrator.execute(sql.SQL(f"GRANT {grant} ON catalog.catalog_product TO basket"))
    administrator.execute("SET LOCAL ROLE basket")

    allowed = permitted(administrator, DATA_STATEMENTS + SCHEMA_STATEMENTS, tables)

    assert [statement.split()[0] for statement in allowed] == [grant]


@pytest.mark.parametrize("login", sorted(ALIASES))
class TestALogin:
    def test_reads_and_writes_its_own_tables(
        self, connection: Connection, administrator: Connection, login: str
    ) -> None:
        tables = tables_of(administrator, login)

        assert len(permitted(connection, DATA_STATEMENTS, tables)) == len(DATA_STATEMENTS) * len(tables)

    def test_changes_none_of_its_own_tables(
        self, connection: Connection, administrator: Connection, login: str
    ) -> None:
        assert permitted(connection, SCHEMA_STATEMENTS, tables_of(administrator, login)) == []

    def test_creates_nothing_anywhere(self, connection: Connection) -> None:
        creating = [f"CREATE TABLE {schema}.planted (id int)" for schema in (*ALIASES, "public")]

        assert permitted(connection, [*creating, "CREATE SCHEMA planted"]) == []

    def test_finds_its_own_schema_without_naming_it(self, connection: Connection, login: str) -> None:
        assert connection.execute("SELECT session_user, current_schemas(false)").fetchone() == (login, [login])

    def test_cannot_become_another_login(self, connection: Connection, login: str) -> None:
        others = ["postgres", *(other for other in ALIASES if other != login)]

        assert permitted(connection, [f"SET ROLE {other}" for other in others]) == []

    def test_cannot_use_the_public_schema(self, connection: Connection) -> None:
        row = connection.execute(
            "SELECT has_schema_privilege('public', 'USAGE'), has_schema_privilege('public', 'CREATE')"
        )

        assert row.fetchone() == (False, False)

    def test_can_connect_and_cannot_create_a_temporary_table(self, connection: Connection) -> None:
        assert permitted(connection, ["SELECT 1", "CREATE TEMPORARY TABLE planted (id int)"]) == ["SELECT 1"]

    def test_has_the_time_limits_of_the_settings(self, login: str) -> None:
        address = make_conninfo(
            settings.DATABASE_URL, user=login, password=settings.DATABASES[ALIASES[login]]["PASSWORD"]
        )
        query = "SELECT name, setting::int / 1000 FROM pg_settings WHERE name = ANY(%s)"
        with psycopg.connect(address) as connection:
            limits = connection.execute(query, [list(settings.DATABASE_TIME_LIMITS)]).fetchall()

        assert dict(limits) == settings.DATABASE_TIME_LIMITS
        assert all(0 < seconds < 100 for _, seconds in limits)

    @pytest.mark.django_db(databases="__all__")
    def test_has_no_time_limits_in_a_long_job(self, login: str) -> None:
        query = "SELECT count(*) FROM pg_settings WHERE name = ANY(%s) AND setting <> '0'"
        with connections[ALIASES[login]].cursor() as cursor:
            lift_time_limits()
            cursor.execute(query, [list(settings.DATABASE_TIME_LIMITS)])

            assert cursor.fetchone() == (0,)

    def test_has_a_password_and_no_special_rights(self, administrator: Connection, login: str) -> None:
        row = administrator.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin,"
            " rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid WHERE rolname = %s",
            [login],
        ).fetchone()

        assert row == (False, False, False, False, False, True, True)


def test_a_login_without_the_right_to_connect_is_refused(administrator: Connection) -> None:
    administrator.execute("CREATE ROLE planted_stranger")
    rights = "SELECT has_database_privilege('planted_stranger', current_database(), %s)"

    assert [administrator.execute(rights, [right]).fetchone() for right in ("CONNECT", "TEMPORARY")] == [(False,)] * 2


@pytest.mark.parametrize("alias", sorted(settings.SCHEMAS))
def test_a_migration_has_no_time_limit(alias: str, django_db_blocker: DjangoDbBlocker) -> None:
    query = "SELECT count(*) FROM pg_settings WHERE name = ANY(%s) AND setting <> '0'"
    with (
        django_db_blocker.unblock(),
        as_administrator(alias, settings.DATABASE_URL),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(query, [list(settings.DATABASE_TIME_LIMITS)])

        assert cursor.fetchone() == (0,)


def test_changes_can_be_read_from_the_write_ahead_log(administrator: Connection) -> None:
    assert administrator.execute("SHOW wal_level").fetchone() == ("logical",)


@pytest.mark.parametrize("schema", settings.CONTEXTS)
def test_every_context_has_outbox_inbox_and_keys_of_its_own(administrator: Connection, schema: str) -> None:
    assert names_of_tables(administrator, schema) >= TABLES_OF_EVERY_CONTEXT


def test_only_contexts_have_an_outbox(administrator: Connection) -> None:
    for schema in {*ALIASES, "public"} - settings.CONTEXTS.keys():
        assert not names_of_tables(administrator, schema) & TABLES_OF_EVERY_CONTEXT


def test_no_foreign_key_joins_two_schemas(administrator: Connection) -> None:
    assert foreign_keys_between_schemas(administrator) == []


def test_a_foreign_key_between_schemas_is_reported(administrator: Connection) -> None:
    administrator.execute("ALTER TABLE basket.basket_basketitem ADD planted uuid REFERENCES catalog.catalog_product")

    assert foreign_keys_between_schemas(administrator) == ["basket_basketitem_planted_fkey"]


def permitted(connection: Connection, statements: Iterable[str], tables: Iterable[Table] = ({},)) -> list[str]:
    """Try each statement on each table, roll it back, and return those that Postgres allows."""
    composed = [sql.SQL(statement).format(**table) for table in tables for statement in statements]
    return [statement.as_string(connection) for statement in composed if not is_refused(connection, statement)]


def is_refused(connection: Connection, statement: sql.Composed) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate == INSUFFICIENT_PRIVILEGE  # other errors mean that the login had the right
    return False


def tables_of(administrator: Connection, schema: str) -> list[Table]:
    rows = administrator.execute(
        "SELECT table_name, min(column_name) FROM information_schema.columns WHERE table_schema = %s"
        " GROUP BY table_name ORDER BY table_name",
        [schema],
    )
    return [{"table": sql.Identifier(schema, table), "column": sql.Identifier(column)} for table, column in rows]


def names_of_tables(administrator: Connection, schema: str) -> set[str]:
    rows = administrator.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    return {name for (name,) in rows}


def foreign_keys_between_schemas(administrator: Connection) -> list[str]:
    rows = administrator.execute(
        "SELECT conname FROM pg_constraint"
        " JOIN pg_class AS here ON here.oid = conrelid JOIN pg_class AS there ON there.oid = confrelid"
        " WHERE contype = 'f' AND here.relnamespace <> there.relnamespace"
    )
    return [name for (name,) in rows]
