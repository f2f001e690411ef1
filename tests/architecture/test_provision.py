"""`manage.py provision` may run at any time, twice at once, and repeatedly: its result is the same."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.architecture.tree import ROOT
from tests.settings import TEST_DATA
from tools.local import postgres

Connection = psycopg.Connection[tuple[Any, ...]]

FIRST_DATABASE, SECOND_DATABASE = "provisioned_one", "provisioned_other"
LOCK_ID = 2  # parallel test workers use these names and passwords one at a time

pytestmark = pytest.mark.usefixtures("django_db_setup")


@pytest.fixture(scope="module")
def server() -> Iterator[Connection]:
    """The server, as its administrator; the databases and passwords of these tests are restored at the end."""
    with psycopg.connect(postgres.url(TEST_DATA), autocommit=True) as administrator:
        administrator.execute("SELECT pg_advisory_lock(%s)", [LOCK_ID])
        passwords = administrator.execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
        drop(administrator)
        yield administrator
        drop(administrator)
        for login, verifier in passwords:
            if verifier:
                administrator.execute(f"ALTER ROLE {login} PASSWORD '{verifier}'")


@pytest.fixture(scope="module")
def provisioned(server: Connection) -> list[int]:
    """The exit codes of four processes that start together, two for each of two databases that do not exist."""
    running = [start_provision(name) for name in (FIRST_DATABASE, SECOND_DATABASE, FIRST_DATABASE, SECOND_DATABASE)]
    return [process.wait() for process in running]


def test_four_at_once_on_two_databases_all_succeed(provisioned: list[int]) -> None:
    assert provisioned == [0, 0, 0, 0]


def test_their_result_is_that_of_a_single_run(provisioned: list[int]) -> None:
    assert schema_of(FIRST_DATABASE) == schema_of(SECOND_DATABASE) == schema_of(settings.DATABASES["catalog"]["NAME"])


class TestAgain:
    def test_changes_nothing_and_keeps_what_is_stored(self, provisioned: list[int]) -> None:
        insert = "INSERT INTO catalog.catalog_brand (slug, name) VALUES ('kept', 'Kept')"
        with psycopg.connect(postgres.url(TEST_DATA, FIRST_DATABASE), autocommit=True) as administrator:
            administrator.execute(insert)
        before = schema_of(FIRST_DATABASE)

        assert start_provision(FIRST_DATABASE).wait() == 0

        assert schema_of(FIRST_DATABASE) == before
        with psycopg.connect(postgres.url(TEST_DATA, FIRST_DATABASE, user="catalog")) as catalog:
            assert catalog.execute("SELECT name FROM catalog_brand").fetchall() == [("Kept",)]

    def test_gives_a_context_the_password_of_its_variable(self, provisioned: list[int], server: Connection) -> None:
        assert not password_matches(password_verifier(server, "catalog"), "of catalog's own")

        assert start_provision(FIRST_DATABASE, CATALOG_DATABASE_PASSWORD="of catalog's own").wait() == 0

        assert password_matches(password_verifier(server, "catalog"), "of catalog's own")

    def test_gives_the_others_a_derived_password(self, provisioned: list[int], server: Connection) -> None:
        for alias, login in settings.SCHEMAS.items():
            if login != "catalog":
                assert password_matches(password_verifier(server, login), settings.DATABASES[alias]["PASSWORD"])


def start_provision(database: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start `manage.py provision` with the settings of the project, not those of its tests."""
    own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": postgres.url(TEST_DATA, database)}
    command = [sys.executable, "manage.py", "provision"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own | environment)


def drop(administrator: Connection) -> None:
    for name in (FIRST_DATABASE, SECOND_DATABASE):
        administrator.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def schema_of(database: str) -> list[tuple[Any, ...]]:
    """Return the logins of a database, its schemas, tables, columns and rights, and its migrations."""
    with psycopg.connect(postgres.url(TEST_DATA, database)) as administrator:
        access_rights = administrator.execute(
            "SELECT datacl::text FROM pg_database WHERE datname = %s", [database]
        ).fetchall()
        columns = administrator.execute(
            "SELECT nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull, nspacl::text, relacl::text"
            " FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid"
            " JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE nspname = ANY(%s) AND attnum > 0 ORDER BY 1, 2, attnum",
            [[*settings.SCHEMAS.values(), "public"]],
        ).fetchall()
        migrations = [
            (schema, *row[1:3])
            for schema in settings.SCHEMAS.values()
            for row in administrator.execute(f"TABLE {schema}.django_migrations").fetchall()
        ]
    return access_rights + columns + migrations


def password_verifier(server: Connection, login: str) -> str:
    row = server.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [login]).fetchone()
    assert row is not None
    return str(row[0])


def password_matches(verifier: str, password: str) -> bool:
    """Check a password against its stored verifier (RFC 5803), because this server requires no password."""
    _, iterations_and_salt, keys = verifier.split("$")
    iterations, salt = iterations_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(iterations))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return base64.b64encode(hashlib.sha256(client_key).digest()).decode() == keys.split(":")[0]
