"""A bus that does to probes whatever is planted, around the one that is tested."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from building_blocks.messaging.bus import Bus, Parcels, Receipts
from tests.conformity.probe import troubles

PROBES = "ordering.probed"


class TroubledBus:
    """Implements `building_blocks.messaging.bus.Bus`."""

    def __init__(self) -> None:
        self.carrier: Bus = import_string(settings.CARRIER)()  # type: ignore[misc]  # these processes' own setting
        self.seen = 0

    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        if not carry_probes(parcels):
            return self.carrier.deliver(parcels, now=now)
        troubles.die_if_planted("relay dies before handing over")
        if troubles.strikes("relay dies between two receivers"):
            first = min(parcels)
            self.carrier.deliver({first: parcels[first]}, now=now)
            troubles.die()
        if troubles.planted("bus turns round"):
            parcels = {context: envelopes[::-1] for context, envelopes in parcels.items()}
        if troubles.planted("bus loses every second"):
            parcels = self._every_second(parcels)
        receipts = self.carrier.deliver(parcels, now=now)
        if troubles.planted("bus delivers twice"):
            receipts = self.carrier.deliver(parcels, now=now)
        troubles.die_if_planted("relay dies after handing over")
        return receipts

    def _every_second(self, parcels: Parcels) -> Parcels:
        left: Parcels = {}
        for context, envelopes in parcels.items():
            for envelope in envelopes:
                self.seen += 1
                if self.seen % 2:
                    left.setdefault(context, []).append(envelope)
        return left


def carry_probes(parcels: Parcels) -> bool:
    return any(envelope.type.startswith(PROBES) for envelopes in parcels.values() for envelope in envelopes)
