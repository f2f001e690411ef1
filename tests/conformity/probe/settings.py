"""The settings of the processes of these tests: the demo's, with the probe app and what it hears."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, SUBSCRIPTIONS
from tests.conformity.probe.subscriptions import OF_PROBES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.conformity.probe"]
SUBSCRIPTIONS = SUBSCRIPTIONS | OF_PROBES
BUS = "tests.conformity.probe.bus.TroubledBus"
CARRIER = "building_blocks.messaging.bus.InProcessBus"

for database in DATABASES.values():
    database["OPTIONS"]["pool"]["timeout"] = 3  # seconds, which a test waits for a database that is away
