"""Where the Postgres that `make demo` starts on this machine listens; `tools/local` starts it."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

PORT = 5432  # part of the socket's name; no TCP port is opened


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of the server's socket: not beside the data, since a socket's path has 107 bytes at most."""
    identity = f"{data_dir.resolve()}:{os.getuid()}"
    return Path("/tmp", f"markethall-{hashlib.sha256(identity.encode()).hexdigest()[:16]}")  # noqa: S108


def url(data_dir: Path, database: str = "postgres", user: str = "postgres") -> str:
    """
    Return the address that `database` has while the server of `data_dir` runs.

    The form is one that both libpq and django-environ read; the latter puts the socket's folder into OPTIONS["host"].
    """
    return f"postgresql://{user}@:{PORT}/{database}?host={quote(str(socket_dir(data_dir)), safe='')}"
