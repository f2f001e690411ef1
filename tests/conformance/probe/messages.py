"""Events that ordering publishes and that mean nothing."""

from uuid import UUID

from messaging.declare import event


@event("ordering.probed.v1", key="key")
class Probed:
    """:param key: what it is about; :param colour: for those who choose by it."""

    probe_id: UUID
    key: str
    number: int = 0
    colour: str = "grey"


@event("ordering.probed_in_order.v1", key="key")
class ProbedInOrder:
    """:param number: counts up for each key, as long as one sender holds it."""

    probe_id: UUID
    key: str
    number: int


@event("ordering.probed_by_new_release.v1", key="key")
class ProbedByNewRelease:
    """A message that the release before this one has never heard of."""

    probe_id: UUID
    key: str
    number: int = 0


@event("ordering.probed_outside.v1", key="key")
class ProbedOutside:
    """A message over which its handler asks a party outside."""

    probe_id: UUID
    key: str
    number: int = 0
