"""Metrics of several processes behind one port: the response contains the sum of all."""

import os
import subprocess
import sys
from pathlib import Path

from observability import metrics

COUNT_SCRIPT = "from prometheus_client import Counter; Counter('cups', 'Tea.').inc(2)"
READ_SCRIPT = "from observability.metrics import exposition; print(exposition().decode())"


def test_metrics_of_several_processes_are_added_up_and_survive_each_process(tmp_path: Path) -> None:
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(metrics.__file__).parent.parent),
    }

    def run(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    run(COUNT_SCRIPT)
    run(COUNT_SCRIPT)

    assert "cups_total 4.0" in run(READ_SCRIPT)
