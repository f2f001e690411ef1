"""The files of one local Postgres, and their preparation for a start."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.local_postgres import socket_dir
from tools.local import binaries, processes
from tools.local.binaries import Binaries, PostgresUnavailable

ERROR_LINE = re.compile(r"^.*(FATAL|error): +")
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The folder with the data, and the files next to it."""

    data: Path

    @property
    def lock(self) -> Path:
        return self._sibling("lock")

    @property
    def log(self) -> Path:
        return self._sibling("log")

    @property
    def unfinished(self) -> Path:
        return self._sibling("unfinished")

    @property
    def socket_dir(self) -> Path:
        return socket_dir(self.data)

    def launch(self, command: Sequence[str], lock: int) -> subprocess.Popen[bytes]:
        """Start `command`, which logs next to the data and holds the open file `lock` while it lives."""
        # PGPORT, PGDATA and the like are meant for another server; with TZ initdb need not search for the time zone.
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env |= {"LC_ALL": LOCALE, "TZ": "UTC"}
        with self.log.open("wb") as log:
            return processes.start(command, death_signal=signal.SIGINT, output=log, env=env, inherited_fds=[lock])

    def error_summary(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if ERROR_LINE.search(line)] or lines or ["it printed nothing"]
        return f"{ERROR_LINE.sub('', errors[0])} (more in {self.log})"

    def _sibling(self, suffix: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{suffix}")


def prepare(cluster: Cluster, programs: Binaries, user_switch: Sequence[str], lock: int) -> None:
    """
    Create the data if there is none, and make sure that `programs` can be started on it.

    :param user_switch: the result of `binaries.user_switch_command`.
    :param lock: the lock file, open and locked.
    :raises PostgresUnavailable: the folder contains something that `programs` cannot use.
    """
    version_file = cluster.data / "PG_VERSION"
    if not version_file.exists():
        _init_data(cluster, programs, user_switch, lock)
    if (made_by := version_file.read_text().strip()) != str(programs.major):
        raise PostgresUnavailable(
            f"The data in {cluster.data} is from Postgres {made_by}; this is Postgres {programs.version}."
            " To keep the data, set DATABASE_URL to a server of the old version. To delete it, run `make reset`."
        )
    _set_owner(cluster.data, binaries.NOBODY if user_switch == binaries.AS_NOBODY else os.geteuid())
    _make_socket_dir(cluster.socket_dir)
    for pid_file in (cluster.data / "postmaster.pid", *cluster.socket_dir.glob(".s.PGSQL.*.lock")):
        _remove_if_stale(pid_file)


def _init_data(cluster: Cluster, programs: Binaries, user_switch: Sequence[str], lock: int) -> None:
    # Under another name until it is complete: an initdb that is killed leaves nothing that looks like data.
    if cluster.unfinished.exists():
        shutil.rmtree(cluster.unfinished)
    if cluster.data.exists() and any(cluster.data.iterdir()):
        raise PostgresUnavailable(f"{cluster.data} contains files that are no Postgres data: move it away.")
    options = ["-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync", f"--locale={LOCALE}"]
    if programs.major >= 17:  # the same on every machine, whatever its C library
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [*user_switch, programs.program("initdb"), "-D", str(cluster.unfinished), *options]
    if cluster.launch(initdb, lock).wait() != 0:
        raise PostgresUnavailable(f"Postgres could not create its data: {cluster.error_summary()}")
    cluster.unfinished.rename(cluster.data)


def _set_owner(data: Path, owner: int) -> None:
    # Root may find data that it created when user namespaces were refused, or allowed.
    if os.geteuid() == 0 and data.stat().st_uid != owner:
        for path in (data, *data.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)


def _remove_if_stale(pid_file: Path) -> None:
    # This process holds the lock, so no server of ours lives. The process id that a crash left behind may belong to a
    # zombie or to another program by now, and Postgres would refuse to start. A server that was started by hand keeps
    # its file.
    if sys.platform == "linux" and pid_file.exists():
        cmdline = Path("/proc", pid_file.read_text().partition("\n")[0].strip(), "cmdline")
        if not cmdline.exists() or b"postgres" not in cmdline.read_bytes():
            pid_file.unlink()


def _make_socket_dir(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PostgresUnavailable(f"{folder} belongs to another user: remove it, then try again.")
    folder.chmod(0o700)
