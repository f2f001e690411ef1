"""Where mutants are made and tested: copies of the project in a temporary folder, with a Postgres of their own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.tree import ROOT

NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.pyc", "*.egg-info")
TEST_TIMEOUT = 180  # seconds that a test may take; a mutant may well wait for ever
BASELINE_TIMEOUT = 900  # seconds that they may take together while nothing is missing
FAILED = 1  # pytest's own word for: tests ran, and some failed


class Sandbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self) -> Path:
        """Return a fresh copy of the project; the last one goes."""
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
        return tree

    def pytest(self, tree: Path, tests: Iterable[str], *, timeout: int = TEST_TIMEOUT) -> tuple[int, str]:
        """Run tests of a copy, and return pytest's exit code and what it output."""
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
    """Tell whether a test itself failed; one that could not even begin has killed nothing."""
    return code == FAILED and re.search(r"^FAILED ", output, re.MULTILINE) is not None
