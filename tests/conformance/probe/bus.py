"""A bus that wraps the bus under test, and applies the injected faults to probes."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from messaging.bus import Acknowledgements, Batches, Bus
from tests.conformance.probe import faults

PROBES = "ordering.probed"


class FaultyBus:
    """Implements `messaging.bus.Bus`."""

    def __init__(self) -> None:
        self.bus: Bus = import_string(settings.TESTED_BUS)()  # type: ignore[misc]  # a setting of these processes only
        self.seen = 0

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        if not contain_probes(batches):
            return self.bus.deliver(batches, now=now)
        faults.die_if_injected("relay dies before handing over")
        if faults.consume("relay dies between two receivers"):
            first = min(batches)
            self.bus.deliver({first: batches[first]}, now=now)
            faults.die()
        if faults.is_injected("bus turns round"):
            batches = {context: envelopes[::-1] for context, envelopes in batches.items()}
        if faults.is_injected("bus loses every second"):
            batches = self._every_second(batches)
        acknowledgements = self.bus.deliver(batches, now=now)
        if faults.is_injected("bus delivers twice"):
            acknowledgements = self.bus.deliver(batches, now=now)
        faults.die_if_injected("relay dies after handing over")
        return acknowledgements

    def _every_second(self, batches: Batches) -> Batches:
        delivered: Batches = {}
        for context, envelopes in batches.items():
            for envelope in envelopes:
                self.seen += 1
                if self.seen % 2:
                    delivered.setdefault(context, []).append(envelope)
        return delivered


def contain_probes(batches: Batches) -> bool:
    return any(envelope.type.startswith(PROBES) for envelopes in batches.values() for envelope in envelopes)
