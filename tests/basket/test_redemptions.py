"""The states of a redemption, and which may follow which."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from building_blocks.transitions import InvalidTransition
from contexts.basket.domain.redemption import REDEMPTION_TRANSITIONS, RedemptionState
from contexts.basket.models import Redemption

pytestmark = pytest.mark.django_db(databases=["basket"])


class TestTransitions:
    @pytest.mark.parametrize("new", RedemptionState)
    @pytest.mark.parametrize("old", RedemptionState)
    def test_are_refused_unless_they_are_listed(self, old: RedemptionState, new: RedemptionState) -> None:
        redemption = Redemption.objects.create(order_id=uuid4(), state=old, created_at=datetime.now(UTC))

        with suppress(InvalidTransition):
            redemption.transition_to(new)

        changed = new in REDEMPTION_TRANSITIONS[old]
        assert Redemption.objects.get().state == (new if changed else old)

    def test_end_in_a_final_state(self) -> None:
        final = [state for state in RedemptionState if not REDEMPTION_TRANSITIONS[state]]
        assert final == ["rejected", "released"]
