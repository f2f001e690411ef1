"""The files of one local Postgres, and what makes them ready for a start."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devserver import binaries, processes
from devserver.binaries import Binaries, PostgresUnavailable

COMPLAINT = re.compile(r"^.*(FATAL|error): +")
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The folder with the data, and what lies beside it."""

    data: Path

    @property
    def lock(self) -> Path:
        return self._beside("lock")

    @property
    def log(self) -> Path:
        return self._beside("log")

    @property
    def unfinished(self) -> Path:
        return self._beside("unfinished")

    @property
    def socket_dir(self) -> Path:
        # Not beside the data: the path of a socket may have 107 bytes at most.
        identity = f"{self.data.resolve()}:{os.getuid()}"
        return Path("/tmp", f"markethall-{hashlib.sha256(identity.encode()).hexdigest()[:16]}")  # noqa: S108

    def launch(self, command: Sequence[str], lock: int) -> subprocess.Popen[bytes]:
        """Start `command`, which logs beside the data and holds the open file `lock` while it lives."""
        # PGPORT, PGDATA and their like are meant for another server; TZ spares initdb a search.
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env |= {"LC_ALL": LOCALE, "TZ": "UTC"}
        with self.log.open("wb") as log:
            return processes.start(command, dies_by=signal.SIGINT, output=log, env=env, keeps_open=[lock])

    def last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if COMPLAINT.search(line)] or lines or ["it said nothing"]
        return f"{COMPLAINT.sub('', telling[0])} (more in {self.log})"

    def _beside(self, suffix: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{suffix}")


def prepare(cluster: Cluster, found: Binaries, as_user: Sequence[str], lock: int) -> None:
    """
    Make the data where there is none, and see that `found` can be started on it.

    :param as_user: what `binaries.as_acceptable_user` gave.
    :param lock: the lock file, open and locked.
    :raises PostgresUnavailable: where the folder holds something that `found` cannot use.
    """
    version_file = cluster.data / "PG_VERSION"
    if not version_file.exists():
        _make_data(cluster, found, as_user, lock)
    if (made_by := version_file.read_text().strip()) != str(found.major):
        raise PostgresUnavailable(
            f"{cluster.data} was made by Postgres {made_by}, and this is {found.version}: set DATABASE_URL"
            " to a server of the old version to keep the data, or forget it with `make reset`."
        )
    _own(cluster.data, binaries.NOBODY if as_user == binaries.AS_NOBODY else os.geteuid())
    _make_socket_dir(cluster.socket_dir)
    for pid_file in (cluster.data / "postmaster.pid", *cluster.socket_dir.glob(".s.PGSQL.*.lock")):
        _forget_if_stale(pid_file)


def _make_data(cluster: Cluster, found: Binaries, as_user: Sequence[str], lock: int) -> None:
    # Under another name until it is whole: an initdb killed half-way leaves nothing that looks like data.
    if cluster.unfinished.exists():
        shutil.rmtree(cluster.unfinished)
    if cluster.data.exists() and any(cluster.data.iterdir()):
        raise PostgresUnavailable(f"{cluster.data} holds something that is no Postgres data: move it away.")
    options = ["-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync", f"--locale={LOCALE}"]
    if found.major >= 17:  # alike on every machine, whatever its C library
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [*as_user, found.program("initdb"), "-D", str(cluster.unfinished), *options]
    if cluster.launch(initdb, lock).wait() != 0:
        raise PostgresUnavailable(f"Postgres could not make its data: {cluster.last_words()}")
    cluster.unfinished.rename(cluster.data)


def _own(data: Path, owner: int) -> None:
    # Root may find data that it made itself on a day when user namespaces were refused, or allowed.
    if os.geteuid() == 0 and data.stat().st_uid != owner:
        for path in (data, *data.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)


def _forget_if_stale(pid_file: Path) -> None:
    # Whoever gets here holds the lock, so no server of ours lives. The process id that a crash left behind
    # may be a zombie's or a stranger's by now, over which Postgres would refuse to start. A server that
    # somebody started by hand is left its file.
    if sys.platform == "linux" and pid_file.exists():
        cmdline = Path("/proc", pid_file.read_text().partition("\n")[0].strip(), "cmdline")
        if not cmdline.exists() or b"postgres" not in cmdline.read_bytes():
            pid_file.unlink()


def _make_socket_dir(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PostgresUnavailable(f"{folder} belongs to somebody else: remove it, then try again.")
    folder.chmod(0o700)
