"""The Celery workers: `celery -A config worker -Q ordering` receives and handles the messages of ordering."""

import os
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django import setup

setup()

from messaging.buses.celery import worker  # noqa: E402, F401 - connects to Celery's signals
from messaging.buses.celery.application import application  # noqa: E402

app = application()
