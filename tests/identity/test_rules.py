from datetime import UTC, datetime, timedelta

import pytest

from building_blocks.digests import digest
from contexts.identity.domain.refresh_tokens import RefreshDecision, decide_refresh, new_token

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("used_at", "revoked_at", "expires_at", "signed_in", "decision"),
    [
        (None, None, LATER, True, RefreshDecision.ROTATE),
        (BEFORE, None, LATER, True, RefreshDecision.REVOKE),
        (BEFORE, None, BEFORE, True, RefreshDecision.REVOKE),
        (None, None, LATER, False, RefreshDecision.REVOKE),
        (None, None, BEFORE, True, RefreshDecision.REFUSE),
        (None, None, NOW, True, RefreshDecision.REFUSE),
        (None, BEFORE, LATER, True, RefreshDecision.REFUSE),
        (BEFORE, BEFORE, LATER, False, RefreshDecision.REFUSE),
    ],
)
def test_a_refresh_token_is_rotated_refused_or_revoked(
    used_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    signed_in: bool,
    decision: RefreshDecision,
) -> None:
    decision_made = decide_refresh(
        used_at=used_at, revoked_at=revoked_at, expires_at=expires_at, signed_in=signed_in, grace=10, now=NOW
    )

    assert decision_made is decision


def test_tokens_differ_and_so_do_their_digests() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len({digest(token) for token in tokens}) == 100
    assert all(len(token) >= 43 for token in tokens)
