"""What happened, as a table."""

from pathlib import Path

from tests.chaos import counting
from tests.chaos.counting import Database
from tests.chaos.faults import Faults
from tests.chaos.settings import SENT_MAIL
from tests.chaos.shoppers import Shoppers

MOST_LINES = 40  # of what is wrong


def table(
    database: Database, shoppers: Shoppers, faults: Faults, violations: list[str], *, load_took: float, rest_took: float
) -> str:
    """Return what was sold, what was killed and what is wrong, for people."""
    ends = database.execute(
        "SELECT trim(status || ' ' || replace(reason, '_', ' ')), count(*) FROM ordering.ordering_order"
        " GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    rows: list[tuple[str, object]] = [
        ("messages sent", counting.sent(database)),
        ("seconds of load", f"{load_took:.0f}"),
        *sorted(faults.injected.items()),
        ("purchases accepted", len(shoppers.accepted)),
        *ends,
        *((f"refused: {code.replace('_', ' ')}", count) for code, count in sorted(shoppers.refused.items())),
        ("e-mails sent again after a death", _sent_again(SENT_MAIL)),
        ("seconds until at rest", f"{rest_took:.0f}"),
        *counting.totals(violations).items(),
    ]
    lines = [f"{what:45}{value:>10}" for what, value in rows]
    return "\n".join([*violations[:MOST_LINES], *lines])


def _sent_again(sent_mail: Path) -> int:
    names = [path.stem for path in sent_mail.iterdir()]
    return len(names) - len(set(names))
