"""A purchase on Celery, with a worker for each context and a broker between them."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from contexts.catalog.models import Stock
from tests.messaging.celery.processes import broker, broker_url, worker
from tests.server import free_port
from tests.shop import Shopper, create_variant
from tests.threads import wait_until_idle

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]


@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_a_purchase_completes_over_the_broker(tmp_path: Path, pool: str) -> None:
    create_variant("MUG", on_hand=5)
    shopper, port = Shopper(), free_port()
    shopper.add("MUG", 2)
    location = shopper.order()["Location"]

    with ExitStack() as processes:
        processes.enter_context(broker(port))
        for context in ("catalog", "basket", "ordering"):
            processes.enter_context(worker(context, broker_url(port), mailbox=tmp_path, pool=pool))
        wait_until_idle()

    assert shopper.get(location).json()["status"] == "confirmed"
    assert Stock.objects.get().on_hand == 3
    assert len(list(tmp_path.glob("*.eml"))) == 1
