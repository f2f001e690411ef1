"""Settings for the processes of these tests: the demo's, with the probe app and its subscriptions."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, SUBSCRIPTIONS
from tests.conformance.probe.subscriptions import PROBE_SUBSCRIPTIONS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.conformance.probe"]
SUBSCRIPTIONS = SUBSCRIPTIONS | PROBE_SUBSCRIPTIONS
BUS = "tests.conformance.probe.bus.FaultyBus"
TESTED_BUS = "messaging.buses.in_process.InProcessBus"

for database in DATABASES.values():
    database["OPTIONS"]["pool"]["timeout"] = 3  # seconds that a test waits for an unavailable database
