"""The demo as a newcomer runs it: the real command on a copy of the code, with its own Postgres."""

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

from tools.demo.purchase import shell_command
from tools.local import postgres, webserver
from tools.local.cluster import Cluster
from tools.local.reset import reset
from tools.local.webserver import WebServerUnavailable

Demo = subprocess.Popen[str]

ROOT = Path(__file__).resolve().parents[2]
NOT_INHERITED = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "PYTHONDONTWRITEBYTECODE")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((webserver.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of the code, whose demo stores its data separately."""
    for folder in ("config", "contexts", "platform", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "manage.py", tmp_path)
    yield tmp_path
    shutil.rmtree(Cluster(tmp_path / ".local" / "postgres").socket_dir, ignore_errors=True)


@pytest.fixture
def start_demo(checkout: Path) -> Iterator[Callable[[int], Demo]]:
    started: list[Demo] = []

    def start(port: int) -> Demo:
        env = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        env |= {"MODE": "development", "PORT": str(port)}
        command, pipe = [sys.executable, "-m", "tools.demo"], subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=checkout, env=env, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for demo in started:
        demo.terminate()
        demo.communicate()


def _buy_as_printed(demo: Demo) -> dict[str, Any]:
    assert demo.stdout is not None
    assert demo.stderr is not None
    line = next((line for line in demo.stdout if line.startswith("(SHOP=")), None)
    assert line, demo.stderr.read()
    answer = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def _all_processes_end(checkout: Path, *, timeout: float = 10.0) -> bool:
    deadline = time.monotonic() + timeout
    while (alive := _processes_in(checkout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive


def _processes_in(checkout: Path) -> list[str]:
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = os.readlink(process / "cwd")
        except OSError:  # it belongs to another user, or has ended
            continue
        if folder.startswith(str(checkout)):
            alive.append(process.name)
    return alive


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
class TestDemo:
    def test_sells_leaves_no_process_when_killed_and_restarts_until_terminated(
        self, checkout: Path, start_demo: Callable[[int], Demo], free_port: int
    ) -> None:
        demo = start_demo(free_port)
        order = _buy_as_printed(demo)
        assert order["status"] == "confirmed"

        demo.kill()
        demo.wait()
        assert _all_processes_end(checkout)

        demo = start_demo(free_port)
        next_order = _buy_as_printed(demo)
        assert next_order["number"] != order["number"]

        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=30) == 0
        assert _processes_in(checkout) == []

    def test_reports_in_one_line_that_its_port_is_in_use(self, start_demo: Callable[[int], Demo]) -> None:
        with socket.create_server((webserver.HOST, 0)) as listener:
            port = listener.getsockname()[1]
            demo = start_demo(port)
            _, error_output = demo.communicate(timeout=30)

        assert demo.returncode == 1
        assert re.fullmatch(
            rf"CommandError: Port {port} cannot be used \(.+\): .+`PORT=8001 make demo`\.\n", error_output
        )


class TestPort:
    @pytest.mark.parametrize("invalid", ["", "http", "-1", "0", "65536", "8000.5"])
    def test_must_be_one(self, invalid: str) -> None:
        with pytest.raises(WebServerUnavailable, match="PORT=8001 make demo"):
            webserver.check_port(invalid)


class TestPurchase:
    def test_is_one_line_that_a_shell_understands(self) -> None:
        line = shell_command("http://127.0.0.1:8000")

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
