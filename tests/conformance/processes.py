"""The processes of a fleet: forked from one that has loaded Django, because each would otherwise start in seconds."""

import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from messaging.envelope import Envelope
from tests.conformance.buses import BusUnderTest
from tests.conformance.probe import faults

_forks = get_context("forkserver")
_forks.set_forkserver_preload(["__main__", "tests.conformance.preloaded"])


def start(bus: BusUnderTest, context: str, *, folder: Path, release: str) -> ForkServerProcess:
    """
    Start a process that sends and receives for a context.

    :param folder: for its faults and its log.
    :param release: `older` for a process that does not declare the newest message.
    """
    process = _forks.Process(target=_run, args=[bus.run_worker, bus.lease, context, folder, release], name=context)
    process.start()
    return process


def _run(run_worker: Callable[[str], None], lease: timedelta, context: str, folder: Path, release: str) -> None:
    _write_to(folder / "log")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from tests.conformance import preloaded
    from tests.conformance.probe.short_timeouts import shorten_timeouts

    faults.folder = folder
    shorten_timeouts(lease)
    _die_after_storing()
    if release == "older":
        preloaded.undeclare("ordering.probed_by_new_release.v1")
    run_worker(context)


def _write_to(log: Path) -> None:
    with log.open("a") as file:
        os.dup2(file.fileno(), sys.stdout.fileno() if sys.stdout else 1)
        os.dup2(file.fileno(), 2)


def _end_with_parent() -> None:
    """End this process if the tests themselves are killed."""
    if tests := parent_process():
        tests.join()
        os._exit(1)


def _die_after_storing() -> None:
    from messaging import inbox

    store = inbox.store

    def store_and_die(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
        store(context, envelopes, now=now)
        if any(envelope.type.startswith("ordering.probed") for envelope in envelopes):
            faults.die_if_injected("receiver dies after storing")

    inbox.store = store_and_die
