"""What happened, as a table."""

from pathlib import Path

from tests.chaos import counting
from tests.chaos.counting import Database
from tests.chaos.crowd import Crowd
from tests.chaos.havoc import Havoc
from tests.chaos.settings import SENDINGS

MOST_LINES = 40  # of what is wrong


def table(
    database: Database, crowd: Crowd, havoc: Havoc, wrong: list[str], *, load_took: float, rest_took: float
) -> str:
    """Return what was sold, what was killed and what is wrong, for people."""
    ends = database.execute(
        "SELECT trim(status || ' ' || replace(reason, '_', ' ')), count(*) FROM ordering.ordering_order"
        " GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    rows: list[tuple[str, object]] = [
        ("messages sent", counting.sent(database)),
        ("seconds of load", f"{load_took:.0f}"),
        *sorted(havoc.struck.items()),
        ("purchases accepted", len(crowd.told)),
        *ends,
        *((f"refused: {code.replace('_', ' ')}", count) for code, count in sorted(crowd.refused.items())),
        ("e-mails sent again after a death", _sent_again(SENDINGS)),
        ("seconds until at rest", f"{rest_took:.0f}"),
        *counting.totals(wrong).items(),
    ]
    lines = [f"{what:45}{value:>10}" for what, value in rows]
    return "\n".join([*wrong[:MOST_LINES], *lines])


def _sent_again(sendings: Path) -> int:
    names = [path.stem for path in sendings.iterdir()]
    return len(names) - len(set(names))
