"""
Makes the secrets of a deployment at its first start: `python deploy/make_secrets.py`. None is ever printed.

Each folder is a volume, mounted by those alone who need what is in it; hence the files are readable by all.
"""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path("/secrets")
READABLE = 0o444


def make_secrets(root: Path) -> list[str]:
    """
    Make the secrets that are missing, keep those that are there, and write what follows from them.

    :return: the names of those that were made.
    """
    passwords = [root / "shop" / "secret_key", *(root / name / "password" for name in ("database", "cache", "broker"))]
    made = [path for path in passwords if not path.exists()]
    for path in made:
        _write(path, secrets.token_urlsafe(48))
    database, cache, broker = (path.read_text("ascii") for path in passwords[1:])
    _write(root / "database" / "url", f"postgresql://markethall:{database}@postgres:5432/markethall")
    _write(root / "cache" / "redis.conf", f"requirepass {cache}\n")
    _write(root / "shop" / "redis_url", f"redis://:{cache}@redis:6379/0")
    _write(root / "broker" / "redis.conf", f"requirepass {broker}\n")
    _write(root / "shop" / "celery_broker_url", f"redis://:{broker}@broker:6379/0")
    return [path.relative_to(root).as_posix() for path in made]


def _write(path: Path, content: str) -> None:
    """Write a file at one stroke, so that a start that is cut short leaves no half of a secret."""
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, READABLE), "w", encoding="ascii") as file:
        file.write(content)
    temporary.replace(path)


if __name__ == "__main__":
    made = make_secrets(ROOT)
    sys.stdout.write(f"made {', '.join(made)}\n" if made else "all secrets are there\n")
