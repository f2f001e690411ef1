"""
A RabbitMQ for tests: the one that `RABBITMQ_URL` names, otherwise their own, installed here or in Docker.

Their own listens only on this machine, stores its data in a folder, and is removed after the tests.
"""

import atexit
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp

import pytest
from kombu.connection import Connection

from messaging.buses.celery.topology import DEAD_LETTERS
from tests.messaging.celery.processes import HOST
from tests.server import free_port

TIMEOUT = 120  # seconds within which a broker must answer; on an idle machine it takes six
QUEUES = ("catalog", "basket", "ordering")
# Debian's script on the PATH would switch to a user who may not write to this folder.
SEARCH_PATH = os.pathsep.join(["/usr/lib/rabbitmq/bin", os.environ["PATH"]])
MISSING = (
    "There is no RabbitMQ: install one (apt-get install rabbitmq-server), start Docker, or name one"
    " that the tests may empty: RABBITMQ_URL=amqp://user:password@host:5672/vhost"
)


class RabbitMQ:
    """A broker that `RABBITMQ_URL` names is never killed, only emptied."""

    def __init__(self) -> None:
        self.port, self.folder = free_port(), Path(mkdtemp(prefix="rabbitmq-"))
        atexit.register(self.wipe)
        self.is_ours = "RABBITMQ_URL" not in os.environ
        self.url = os.environ.get("RABBITMQ_URL", f"amqp://guest:guest@{HOST}:{self.port}//")
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        if self.is_ours:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._processes = [self._run(command) for command in self._commands]
        end = time.monotonic() + TIMEOUT
        while not self._answers():
            ended = any(process.poll() is not None for process in self._processes)
            assert not ended, f"the broker ended: {self._log.read_text()[-2000:]}"
            assert time.monotonic() < end, f"no broker answers on port {self.port}"
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it, if it runs; it keeps its messages for the next start."""
        if self._processes and self._is_in_docker:
            subprocess.run(["docker", "kill", self._name], capture_output=True)
            self._processes.pop().wait()
        while self._processes:
            process = self._processes.pop()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wipe(self) -> None:
        """Kill it, and delete its data, so that it starts empty the next time."""
        if not self.is_ours:
            self.purge()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.is_ours and self._is_in_docker:
            subprocess.run(["docker", "volume", "rm", self._name], capture_output=True)

    def purge(self) -> None:
        """Delete its messages, queues and bindings, while clients stay connected."""
        time.sleep(0.5)  # just after it has connected, a Celery worker does not notice the loss of its queue
        with Connection(self.url) as connection:
            for name in (*QUEUES, DEAD_LETTERS.name):
                connection.default_channel.queue_delete(name)

    def lengths(self) -> dict[str, int]:
        """Return the number of messages in each queue of the bus that exists."""
        lengths = {name: self.length(name) for name in (*QUEUES, DEAD_LETTERS.name)}
        return {name: length for name, length in lengths.items() if length is not None}

    def waiting(self) -> int:
        """Return the number of messages in the queues of the contexts."""
        return sum(self.length(name) or 0 for name in QUEUES)

    def length(self, queue: str) -> int | None:
        """Return the number of messages in a queue; None if it does not exist."""
        with Connection(self.url) as connection, suppress(*connection.channel_errors):
            length: int = connection.default_channel.queue_declare(queue, passive=True).message_count
            return length
        return None

    def _answers(self) -> bool:
        with Connection(self.url, connect_timeout=2) as connection, suppress(OSError):
            return bool(connection.connect())
        return False

    @property
    def _name(self) -> str:
        return f"markethall-tests-{self.port}"

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    @cached_property
    def _is_in_docker(self) -> bool:
        return shutil.which("rabbitmq-server", path=SEARCH_PATH) is None

    @cached_property
    def _node(self) -> dict[str, str]:
        return {
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_NODENAME": f"{self._name}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(self.port),
        }

    @property
    def _paths(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
        }

    @cached_property
    def _commands(self) -> list[list[str]]:
        """Return the commands of the broker: with the Erlang name server, which it would not stop, or in Docker."""
        if not self._is_in_docker:
            return [["epmd"], [str(shutil.which("rabbitmq-server", path=SEARCH_PATH))]]
        if shutil.which("docker") is None or subprocess.run(["docker", "info"], capture_output=True).returncode:
            pytest.exit(MISSING, returncode=1)
        options = ["--rm", "--network=host", f"--name={self._name}", f"--volume={self._name}:/var/lib/rabbitmq"]
        options += [f"--env={name}={value}" for name, value in self._node.items()]
        return [["docker", "run", *options, "rabbitmq:4", "rabbitmq-server"]]

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = os.environ | self._node | ({} if self._is_in_docker else self._paths)
        with self._log.open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
