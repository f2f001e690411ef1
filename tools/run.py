"""Starts a tool that is written as a Django command, without an app in the settings."""

import os
import sys
from importlib import import_module
from pathlib import Path

PLATFORM = Path(__file__).resolve().parent.parent / "platform"


def run(command: str) -> None:
    """
    Set up Django and run the `Command` of a module with this process's arguments.

    :param command: the module's full name, such as "tools.tour.command".
    :raises SystemExit: with one line, if a setting is wrong or the command fails.
    """
    sys.path.insert(1, str(PLATFORM))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django import setup
    from django.core.exceptions import ImproperlyConfigured

    try:
        setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    package = command.rpartition(".")[0]
    import_module(command).Command().run_from_argv(["python -m", package, *sys.argv[1:]])
