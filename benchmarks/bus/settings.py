"""The settings for benchmarks of the bus: the shop's, with the app that has one message, its handler and a table."""

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.bus.apps.BusBenchmarkConfig"]
