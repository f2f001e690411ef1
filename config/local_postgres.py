"""The address of the Postgres that `make demo` starts on this machine, by `tools/local`."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

PORT = 5432  # only part of the socket's name; no TCP port is opened


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of the server's socket, outside the data's folder: a socket's path has at most 107 bytes."""
    identity = f"{data_dir.resolve()}:{os.getuid()}"
    return Path("/tmp", f"markethall-{hashlib.sha256(identity.encode()).hexdigest()[:16]}")  # noqa: S108


def url(data_dir: Path, database: str = "postgres", user: str = "postgres") -> str:
    """
    Return the URL of `database` on the server of `data_dir`.

    Both libpq and django-environ can read it; django-environ puts the socket's folder into OPTIONS["host"].
    """
    return f"postgresql://{user}@:{PORT}/{database}?host={quote(str(socket_dir(data_dir)), safe='')}"
