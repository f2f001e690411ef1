"""The results of a run, as a table."""

from pathlib import Path

from tests.chaos import counting
from tests.chaos.counting import Database
from tests.chaos.faults import Faults
from tests.chaos.settings import SENT_MAIL
from tests.chaos.shoppers import Shoppers

MAX_VIOLATIONS = 40  # that are printed


def table(
    database: Database,
    shoppers: Shoppers,
    faults: Faults,
    violations: list[str],
    *,
    load_seconds: float,
    drain_seconds: float,
) -> str:
    """Return sales, faults and violations as text."""
    outcomes = database.execute(
        "SELECT trim(status || ' ' || replace(reason, '_', ' ')), count(*) FROM ordering.ordering_order"
        " GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    rows: list[tuple[str, object]] = [
        ("messages sent", counting.sent(database)),
        ("seconds of load", f"{load_seconds:.0f}"),
        *sorted(faults.injected.items()),
        ("purchases accepted", len(shoppers.accepted)),
        *outcomes,
        *((f"refused: {code.replace('_', ' ')}", count) for code, count in sorted(shoppers.refused.items())),
        ("e-mails sent again after a crash", _sent_again(SENT_MAIL)),
        ("seconds until no message was pending", f"{drain_seconds:.0f}"),
        *counting.totals(violations).items(),
    ]
    lines = [f"{label:45}{value:>10}" for label, value in rows]
    return "\n".join([*violations[:MAX_VIOLATIONS], *lines])


def _sent_again(sent_mail: Path) -> int:
    names = [path.stem for path in sent_mail.iterdir()]
    return len(names) - len(set(names))
