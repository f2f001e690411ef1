"""The demo as a newcomer has it: the real command on a copy of the code, with a Postgres of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devserver import postgres, webserver
from devserver.cluster import Cluster
from devserver.purchase import shell_line
from devserver.reset import reset
from devserver.webserver import WebServerUnavailable

Demo = subprocess.Popen[str]

ROOT = Path(__file__).resolve().parents[2]
OURS_ALONE = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "PYTHONDONTWRITEBYTECODE")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((webserver.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of the code, whose demo keeps its data apart from ours."""
    for folder in ("config", "contexts", "platform"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "manage.py", tmp_path)
    yield tmp_path
    shutil.rmtree(Cluster(tmp_path / ".local" / "postgres").socket_dir, ignore_errors=True)


@pytest.fixture
def start_demo(checkout: Path) -> Iterator[Callable[[int], Demo]]:
    started: list[Demo] = []

    def start(port: int) -> Demo:
        env = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
        env |= {"MODE": "development", "PORT": str(port)}
        command, pipe = [sys.executable, "manage.py", "demo"], subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=checkout, env=env, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for demo in started:
        demo.terminate()
        demo.communicate()


def _buy_as_told(demo: Demo) -> dict[str, Any]:
    assert demo.stdout is not None
    assert demo.stderr is not None
    line = next((line for line in demo.stdout if line.startswith("(SHOP=")), None)
    assert line, demo.stderr.read()
    answer = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def _all_end(checkout: Path, *, within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while (alive := _living_in(checkout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive


def _living_in(checkout: Path) -> list[str]:
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = os.readlink(process / "cwd")
        except OSError:  # another user's, or gone by now
            continue
        if folder.startswith(str(checkout)):
            alive.append(process.name)
    return alive


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
class TestDemo:
    def test_sells_leaves_no_process_when_killed_and_opens_again_until_asked_to_close(
        self, checkout: Path, start_demo: Callable[[int], Demo], free_port: int
    ) -> None:
        demo = start_demo(free_port)
        order = _buy_as_told(demo)
        assert order["status"] == "confirmed"

        demo.kill()
        demo.wait()
        assert _all_end(checkout)

        demo = start_demo(free_port)
        next_order = _buy_as_told(demo)
        assert next_order["number"] != order["number"]

        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=30) == 0
        assert _living_in(checkout) == []

    def test_says_in_one_line_that_its_port_is_taken(self, start_demo: Callable[[int], Demo]) -> None:
        with socket.create_server((webserver.HOST, 0)) as taken:
            port = taken.getsockname()[1]
            demo = start_demo(port)
            _, complaint = demo.communicate(timeout=30)

        assert demo.returncode == 1
        assert re.fullmatch(rf"CommandError: Port {port} cannot be used \(.+\): .+`PORT=8001 make demo`\.\n", complaint)


class TestPort:
    @pytest.mark.parametrize("nonsense", ["", "http", "-1", "0", "65536", "8000.5"])
    def test_must_be_one(self, nonsense: str) -> None:
        with pytest.raises(WebServerUnavailable, match="PORT=8001 make demo"):
            webserver.check_port(nonsense)


class TestPurchase:
    def test_is_one_line_that_a_shell_understands(self) -> None:
        line = shell_line("http://127.0.0.1:8000")

        assert "\n" not in line
        assert subprocess.run(["sh", "-n", "-c", line]).returncode == 0


class TestReset:
    def test_removes_everything_stored(self, tmp_path: Path) -> None:
        local = tmp_path / ".local"
        (local / "postgres").mkdir(parents=True)
        (local / "postgres.lock").touch()

        reset(local)

        assert list(tmp_path.iterdir()) == []

    def test_refuses_while_the_data_is_in_use(self, tmp_path: Path) -> None:
        local = tmp_path / ".local"

        with postgres.running(local / "postgres", durable=False):
            with pytest.raises(SystemExit, match="is in use: stop the demo"):
                reset(local)

            assert (local / "postgres" / "PG_VERSION").exists()
