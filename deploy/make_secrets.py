"""
Creates the secrets of a deployment at its first start: `python deploy/make_secrets.py`. It never prints one.

Each folder is a volume that only the services that need its secrets mount; so the files are readable by all users.
"""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path("/secrets")
READABLE = 0o444


def make_secrets(root: Path) -> list[str]:
    """
    Create the missing secrets, keep the existing ones, and write the files that are derived from them.

    :return: the names of the created secrets.
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
    """Write a file atomically, so that an interrupted start leaves no half of a secret."""
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, READABLE), "w", encoding="ascii") as file:
        file.write(content)
    temporary.replace(path)


if __name__ == "__main__":
    made = make_secrets(ROOT)
    sys.stdout.write(f"made {', '.join(made)}\n" if made else "all secrets exist\n")
