"""The settings of a measurement of the bus: those of the shop's, with a message, its handler and a table more."""

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.bus.apps.BusBenchmarkConfig"]
