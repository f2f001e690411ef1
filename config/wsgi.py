"""The web process, served by granian. It also relays messages, and handles them if there are no Celery workers."""

import os
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from messaging import dispatcher  # noqa: E402
from observability.process import start_telemetry  # noqa: E402

start_telemetry()
# This is not in an app's ready(), because that also runs in management commands and tests.
dispatcher.start(settings.DISPATCHER_THREADS, handles=not settings.CELERY_BROKER_URL)
