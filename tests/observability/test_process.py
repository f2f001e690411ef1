"""Starting telemetry: OpenTelemetry is imported only if a setting names an endpoint for traces."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = "import config.wsgi, sys; print('opentelemetry' in sys.modules)"


@pytest.mark.slow
@pytest.mark.parametrize(("endpoint", "imported"), [("", "False"), ("http://127.0.0.1:1", "True")])
def test_opentelemetry_is_imported_only_if_traces_are_exported(endpoint: str, imported: str) -> None:
    own = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "DISPATCHER_THREADS": "0", "PYTHONPATH": f"{ROOT}:{ROOT}/platform"}

    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=os.environ | own, capture_output=True, text=True
    )

    assert result.stdout.strip() == imported, result.stderr
