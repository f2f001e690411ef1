"""Messages of each context at the operators' desk, and another try for those that were given up."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.relay import relay
from tests.admin.desk import desk, said
from tests.shop import Shopper, stocked

pytestmark = pytest.mark.django_db(databases="__all__")

INBOX = "/admin/backoffice/cataloginbox/"


@pytest.fixture
def dead() -> InboxMessage:
    """A ReserveStock that was given up, of an order that waits for it."""
    stocked("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order()
    relay("ordering", now=timezone.now())
    rows = InboxMessage.objects.using("catalog")
    rows.update(state="dead", attempts=8, last_error="OperationalError in execute (utils.py:105)")
    return rows.get()


class TestADeadMessage:
    def test_calls_for_somebody_on_the_first_page(self, dead: InboxMessage) -> None:
        first = desk("Administrator").get("/admin/").content.decode()

        assert "Given up: messages into catalog" in first
        assert f'href="{INBOX}?state__exact=dead"' in first

    def test_is_shown_with_what_it_failed_of(self, dead: InboxMessage) -> None:
        browser = desk("Administrator")

        for page in (f"{INBOX}?state__exact=dead", f"{INBOX}{dead.pk}/change/"):
            assert "OperationalError in execute" in browser.get(page).content.decode()

    def test_gets_another_try_and_that_is_written_down(self, dead: InboxMessage, drain: Any) -> None:
        browser = desk("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_this/", {"_form_submitted": "on"})
        drain()

        dead.refresh_from_db(using="catalog")
        assert dead.state == "handled"
        entry = LogEntry.objects.get()
        assert str(dead.message_id) in entry.object_repr
        assert entry.get_change_message() == "Given another try, as message into catalog."
        history = browser.get(f"{INBOX}{dead.pk}/history/", follow=True)
        assert "Given another try, as message into catalog." in history.content.decode()

    def test_gets_it_also_among_several(self, dead: InboxMessage) -> None:
        shown = desk("Administrator").post(
            INBOX, {"action": "replay_chosen", "_selected_action": [dead.pk]}, follow=True
        )

        assert said(shown) == ["1 will be tried again."]
        dead.refresh_from_db(using="catalog")
        assert (dead.state, dead.attempts) == ("pending", 0)

    @pytest.mark.parametrize("role", ["Catalogue editor", "Order desk"])
    def test_is_an_administrators_business(self, dead: InboxMessage, role: str) -> None:
        browser = desk(role)

        assert browser.post(f"{INBOX}{dead.pk}/replay_this/", {"_form_submitted": "on"}).status_code == 403
        dead.refresh_from_db(using="catalog")
        assert dead.state == "dead"


class TestAMessage:
    def test_that_is_not_dead_is_left_alone(self, dead: InboxMessage) -> None:
        InboxMessage.objects.using("catalog").update(state="handled")
        browser = desk("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_this/", {"_form_submitted": "on"})

        assert said(browser.get("/admin/")) == ["It is not dead: nothing to do."]
        assert not LogEntry.objects.exists()
        assert "Try again" not in browser.get(f"{INBOX}{dead.pk}/change/").content.decode()

    def test_is_shown_by_its_own_context_alone(self, dead: InboxMessage) -> None:
        """The outbox of catalog has a row of the same id, or none: never ordering's."""
        browser = desk("Administrator")
        sent = OutboxMessage.objects.using("ordering").order_by("pk").first()
        assert sent is not None

        shown = browser.get(f"/admin/backoffice/orderingoutbox/{sent.pk}/change/")
        elsewhere = browser.get(f"/admin/backoffice/catalogoutbox/{sent.pk}/change/")

        assert str(sent.message_id) in shown.content.decode()
        assert elsewhere.status_code == 404
        assert {context: self._count(browser, f"{context}outbox") for context in settings.CONTEXTS} == {
            context: OutboxMessage.objects.using(alias).count() for context, alias in settings.CONTEXTS.items()
        }

    def _count(self, browser: Any, box: str) -> int:
        return int(browser.get(f"/admin/backoffice/{box}/").context["cl"].result_count)
