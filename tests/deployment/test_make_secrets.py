"""The secrets of a deployment: created once, kept, and complete."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.make_secrets import make_secrets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shop", "database", "cache", "broker"):
        (tmp_path / name).mkdir()
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_are_made_at_the_first_start(folder: Path) -> None:
    assert make_secrets(folder) == ["shop/secret_key", "database/password", "cache/password", "broker/password"]

    made = contents(folder)
    assert len(made["shop/secret_key"]) >= 50
    passwords = ("database/password", "cache/password", "broker/password")
    assert len({made[name] for name in ("shop/secret_key", *passwords)}) == 4
    assert made["database/url"] == f"postgresql://markethall:{made['database/password']}@postgres:5432/markethall"
    assert made["shop/redis_url"] == f"redis://:{made['cache/password']}@redis:6379/0"
    assert made["cache/redis.conf"] == f"requirepass {made['cache/password']}\n"
    assert made["shop/celery_broker_url"] == f"redis://:{made['broker/password']}@broker:6379/0"
    assert made["broker/redis.conf"] == f"requirepass {made['broker/password']}\n"


def test_are_kept_at_the_next(folder: Path) -> None:
    make_secrets(folder)
    before = contents(folder)

    assert make_secrets(folder) == []

    assert contents(folder) == before


def test_are_complete_after_an_interrupted_start(folder: Path) -> None:
    (folder / "database" / "password.tmp").write_text("half of")

    make_secrets(folder)

    assert "half" not in contents(folder)["database/password"]
    assert not list(folder.rglob("*.tmp"))


def test_are_not_printed(folder: Path) -> None:
    code = f"import deploy.make_secrets as m, runpy; print(m.make_secrets(m.Path({str(folder)!r})))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    secrets = [line for text in contents(folder).values() for line in text.split()]
    assert not any(secret in result.stdout + result.stderr for secret in secrets if secret != "requirepass")
