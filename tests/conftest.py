"""
Real Postgres for all tests, provisioned as in production, with a login for each context.

A template database is provisioned once per state of the migrations; each run starts from a copy of it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from messaging.dispatcher import run_until_idle
from provisioning.provision import provision, restrict_database_access
from tests.settings import TEST_DATA, TEST_DATABASE
from tools.local import postgres
from tools.local.binaries import PostgresUnavailable

ROOT = Path(__file__).resolve().parent.parent
PROVISIONED_TABLES = [
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bus",
        choices=("in_process", "celery", "rabbitmq"),
        default="in_process",
        help="the bus of messages, for tests that can run on more than one",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the process that starts the parallel workers and ends after them."""
    if not hasattr(config, "workerinput"):
        server = ExitStack()
        try:
            server.enter_context(postgres.running(TEST_DATA, durable=False))
        except PostgresUnavailable as error:
            pytest.exit(str(error), returncode=1)
        config.add_cleanup(server.close)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's fixture, whose test databases have only one schema and one login."""
    with django_db_blocker.unblock():
        server = postgres.url(TEST_DATA)
        template = _template(server)
        with psycopg.connect(server, autocommit=True) as administrator:
            administrator.execute(f'DROP DATABASE IF EXISTS "{TEST_DATABASE}" WITH (FORCE)')
            administrator.execute(f'CREATE DATABASE "{TEST_DATABASE}" TEMPLATE "{template}"')
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
            restrict_database_access(administrator)  # a copy does not inherit the right to connect
        yield
        connections.close_all()


@pytest.fixture
def real_commits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test commit for real, for threads and crashes, on every database; truncate all tables afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            _truncate()


@pytest.fixture
def drain() -> Callable[[], None]:
    """Handle every message that is due, and those that follow from it."""
    return lambda: run_until_idle(settings.CONTEXTS)


def _template(server: str) -> str:
    name = f"template_{_fingerprint()}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute("SELECT pg_advisory_lock(1)")  # one worker creates it, the others wait
        existing = administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if existing is None:
            provision(postgres.url(TEST_DATA, f"{name}_half"))
            connections.close_all()
            administrator.execute(f'ALTER DATABASE "{name}_half" RENAME TO "{name}"')
    return name


def _fingerprint() -> str:
    sources = sorted([*ROOT.glob("*/*/migrations/*.py"), *ROOT.glob("platform/*/*/migrations/*.py")])
    sources += [
        ROOT / "platform/provisioning/provision.py",
        ROOT / "platform/building_blocks/databases/time_limits.py",
        ROOT / "config/operators.py",
        ROOT / "uv.lock",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _truncate() -> None:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
        tables = administrator.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = ANY(%s) AND tablename <> ALL(%s)",
            [list(settings.SCHEMAS.values()), PROVISIONED_TABLES],
        ).fetchall()
        administrator.execute(f"TRUNCATE {', '.join(name for (name,) in tables)} RESTART IDENTITY CASCADE")
