"""Runs tests on copies of the project in a temporary folder, with a separate Postgres."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.tree import ROOT

NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.pyc", "*.egg-info")
TEST_TIMEOUT = 180  # seconds that a test may take; a mutant may wait for ever
BASELINE_TIMEOUT = 900  # seconds that all tests may take without a mutation
FAILED = 1  # pytest's exit code if tests ran and some failed


class Sandbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self) -> Path:
        """Return a fresh copy of the project, and delete the last one."""
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
        return tree

    def pytest(self, tree: Path, tests: Iterable[str], *, timeout: int = TEST_TIMEOUT) -> tuple[int, str]:
        """Run tests of a copy, and return pytest's exit code and output."""
        environment = os.environ | {
            "TEST_POSTGRES_DIR": str(self.folder / "postgres"),
            "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "platform")]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-m", "pytest", "-q", "--exitfirst", "--tb=short", "-rfE", *tests]
        try:
            done = subprocess.run(
                command, cwd=tree, env=environment, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return FAILED, "FAILED by taking too long"
        return done.returncode, done.stdout + done.stderr


def killed(code: int, output: str) -> bool:
    """Return whether a test failed; a test that could not start does not count."""
    return code == FAILED and re.search(r"^FAILED ", output, re.MULTILINE) is not None
