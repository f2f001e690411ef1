from datetime import UTC, datetime, timedelta

import pytest

from contexts.identity.domain.refresh_tokens import Verdict, digest_of, judge, new_token

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("used_at", "revoked_at", "expires_at", "signed_in", "verdict"),
    [
        (None, None, LATER, True, Verdict.ROTATE),
        (BEFORE, None, LATER, True, Verdict.REVOKE),
        (BEFORE, None, BEFORE, True, Verdict.REVOKE),
        (None, None, LATER, False, Verdict.REVOKE),
        (None, None, BEFORE, True, Verdict.REFUSE),
        (None, None, NOW, True, Verdict.REFUSE),
        (None, BEFORE, LATER, True, Verdict.REFUSE),
        (BEFORE, BEFORE, LATER, False, Verdict.REFUSE),
    ],
)
def test_a_refresh_token_is_judged(
    used_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    signed_in: bool,
    verdict: Verdict,
) -> None:
    judged = judge(
        used_at=used_at, revoked_at=revoked_at, expires_at=expires_at, signed_in=signed_in, grace=10, now=NOW
    )

    assert judged is verdict


def test_tokens_differ_and_so_do_their_digests() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len({digest_of(token) for token in tokens}) == 100
    assert all(len(token) >= 43 for token in tokens)
