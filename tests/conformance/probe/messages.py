"""Events for tests, published by ordering."""

from uuid import UUID

from messaging.declare import event


@event("ordering.probed.v1", key="key")
class Probed:
    """:param key: its ordering key; :param colour: for filters."""

    probe_id: UUID
    key: str
    number: int = 0
    colour: str = "grey"


@event("ordering.probed_in_order.v1", key="key")
class ProbedInOrder:
    """:param number: counts the probes of each key."""

    probe_id: UUID
    key: str
    number: int


@event("ordering.probed_by_new_release.v1", key="key")
class ProbedByNewRelease:
    """A message that the older release does not declare."""

    probe_id: UUID
    key: str
    number: int = 0


@event("ordering.probed_outside.v1", key="key")
class ProbedOutside:
    """A message whose handler calls an external system."""

    probe_id: UUID
    key: str
    number: int = 0
