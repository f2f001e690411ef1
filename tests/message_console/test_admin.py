"""Messages of each context at the operators' desk, and another try for those that were given up."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.utils import timezone

from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import relay
from tests.admin.operators import operator_client, shown_messages
from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

INBOX = "/admin/message_console/cataloginbox/"


@pytest.fixture
def dead() -> InboxMessage:
    """A ReserveStock that was given up, of an order that waits for it."""
    create_variant("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order()
    relay("ordering", now=timezone.now())
    rows = InboxMessage.objects.using("catalog")
    rows.update(state="dead", attempts=8, last_error="OperationalError in execute (utils.py:105)")
    return rows.get()


class TestADeadMessage:
    def test_calls_for_somebody_on_the_first_page(self, dead: InboxMessage) -> None:
        first = operator_client("Administrator").get("/admin/").content.decode()

        assert "Given up: messages into catalog" in first
        assert f'href="{INBOX}?state__exact=dead"' in first

    def test_is_shown_with_what_it_failed_of(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        for page in (f"{INBOX}?state__exact=dead", f"{INBOX}{dead.pk}/change/"):
            assert "OperationalError in execute" in browser.get(page).content.decode()

    def test_gets_another_try_and_that_is_written_down(self, dead: InboxMessage, drain: Any) -> None:
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_message/", {"_form_submitted": "on"})
        drain()

        dead.refresh_from_db(using="catalog")
        assert dead.state == "handled"
        entry = LogEntry.objects.get()
        assert str(dead.message_id) in entry.object_repr
        assert entry.get_change_message() == "Given another try, as message into catalog."
        history = browser.get(f"{INBOX}{dead.pk}/history/", follow=True)
        assert "Given another try, as message into catalog." in history.content.decode()

    def test_gets_it_also_among_several(self, dead: InboxMessage) -> None:
        shown = operator_client("Administrator").post(
            INBOX, {"action": "replay_selected", "_selected_action": [dead.pk]}, follow=True
        )

        assert shown_messages(shown) == ["1 will be tried again."]
        dead.refresh_from_db(using="catalog")
        assert (dead.state, dead.attempts) == ("pending", 0)

    @pytest.mark.parametrize("action", ["replay", "park", "discard"])
    @pytest.mark.parametrize("role", ["Catalogue editor", "Order desk"])
    def test_is_an_administrators_business(self, dead: InboxMessage, role: str, action: str) -> None:
        browser = operator_client(role)

        answer = browser.post(f"{INBOX}{dead.pk}/{action}_message/", {"_form_submitted": "on", "why": "so"})

        assert answer.status_code == 403
        dead.refresh_from_db(using="catalog")
        assert dead.state == "dead"

    def test_is_seen_by_the_order_desk(self, dead: InboxMessage) -> None:
        shown = operator_client("Order desk").get(f"{INBOX}{dead.pk}/change/").content.decode()

        assert "OperationalError in execute" in shown
        assert "Try again" not in shown

    def test_is_discarded_with_a_reason_which_stays_beside_it(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        asked = browser.post(f"{INBOX}{dead.pk}/discard_message/", {"_form_submitted": "on", "why": ""})
        assert "This field is required." in asked.content.decode()
        browser.post(f"{INBOX}{dead.pk}/discard_message/", {"_form_submitted": "on", "why": "counted twice"})

        page = browser.get(f"{INBOX}{dead.pk}/change/").content.decode()
        assert "Discarded by kim@example.com: counted twice" in page
        assert "Try again" not in page
        assert LogEntry.objects.get().get_change_message() == "Discarded, as message into catalog: counted twice"
        assert "Given up: messages into catalog" not in browser.get("/admin/").content.decode()

    def test_is_not_discarded_among_several_by_who_does_not_say_why(self, dead: InboxMessage) -> None:
        chosen = {"action": "discard_selected", "_selected_action": [dead.pk]}
        browser = operator_client("Administrator")

        assert shown_messages(browser.post(INBOX, chosen, follow=True)) == [
            "Say why, beside the action. Nothing was changed."
        ]
        assert shown_messages(browser.post(INBOX, chosen | {"why": "counted twice"}, follow=True)) == ["1 discarded."]


class TestAMessage:
    def test_that_waits_is_given_up_with_a_reason(self, dead: InboxMessage, drain: Any) -> None:
        InboxMessage.objects.using("catalog").update(state="pending", attempts=0, last_error="")
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/park_message/", {"_form_submitted": "on", "why": "the shelf is being counted"})
        drain()

        dead.refresh_from_db(using="catalog")
        assert (dead.state, dead.last_error) == ("dead", "parked by hand")

    def test_is_shown_beside_its_schema_and_with_what_does_not_fit(self, dead: InboxMessage) -> None:
        InboxMessage.objects.using("catalog").update(data={"order_id": dead.subject})

        page = operator_client("Administrator").get(f"{INBOX}{dead.pk}/change/").content.decode()

        assert "Object missing required field `lines`" in page
        assert "#/$defs/ReserveStock" in page

    @pytest.mark.parametrize("queue", ["cataloginbox", "orderingoutbox"])
    def test_is_found_by_its_id_and_by_what_it_is_about_and_by_nothing_else(
        self, dead: InboxMessage, queue: str
    ) -> None:
        browser = operator_client("Administrator")
        for search_term in (dead.message_id, f" {dead.subject}"):
            found = browser.get(
                f"/admin/message_console/{queue}/", {"q": str(search_term), "type": "catalog."}
            ).context["cl"]
            assert [row.message_id for row in found.result_list] == [dead.message_id]

        assert browser.get(f"/admin/message_console/{queue}/", {"q": "nothing"}).context["cl"].result_count == 0

    def test_is_filtered_by_its_handler(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        assert self._count(browser, "cataloginbox/?handler=catalog.reserve_stock_of_order&q=") == 1
        assert self._count(browser, "cataloginbox/?handler=catalog.release_stock_of_order&q=") == 0

    def test_that_is_not_dead_is_left_alone(self, dead: InboxMessage) -> None:
        InboxMessage.objects.using("catalog").update(state="handled")
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_message/", {"_form_submitted": "on"})

        assert shown_messages(browser.get("/admin/")) == ["Nothing to do: only what was given up is tried again."]
        assert not LogEntry.objects.exists()
        assert "Try again" not in browser.get(f"{INBOX}{dead.pk}/change/").content.decode()

    def test_is_shown_by_its_own_context_alone(self, dead: InboxMessage) -> None:
        """The outbox of catalog has a row of the same id, or none: never ordering's."""
        browser = operator_client("Administrator")
        sent = OutboxMessage.objects.using("ordering").order_by("pk").first()
        assert sent is not None

        shown = browser.get(f"/admin/message_console/orderingoutbox/{sent.pk}/change/")
        elsewhere = browser.get(f"/admin/message_console/catalogoutbox/{sent.pk}/change/")

        assert str(sent.message_id) in shown.content.decode()
        assert elsewhere.status_code == 404
        assert {context: self._count(browser, f"{context}outbox/") for context in settings.CONTEXTS} == {
            context: OutboxMessage.objects.using(alias).count() for context, alias in settings.CONTEXTS.items()
        }

    def _count(self, browser: Any, queue: str) -> int:
        return int(browser.get(f"/admin/message_console/{queue}").context["cl"].result_count)


class TestTheStory:
    def test_leads_from_the_order_through_all_contexts(self, dead: InboxMessage) -> None:
        browser = operator_client("Order desk")

        page = browser.get(f"/admin/ordering/order/{dead.subject}/messages_about_this/", follow=True).content.decode()

        assert f'href="{INBOX}{dead.pk}/change/"' in page
        assert "8 tries: OperationalError in execute (utils.py:105)" in page
        assert "ordering.order_placed.v1" in page

    def test_is_reached_from_each_of_its_messages(self, dead: InboxMessage) -> None:
        page = operator_client("Order desk").get(f"{INBOX}{dead.pk}/show_story/", follow=True)

        assert page.context["story"].about == [dead.subject]

    def test_says_how_to_ask_where_nothing_is_known(self) -> None:
        page = operator_client("Order desk").get("/admin/stories/", {"about": "<b>MH</b>"}).content.decode()

        assert "No message is known about" in page
        assert "<b>MH</b>" not in page

    def test_is_not_for_a_catalogue_editor(self) -> None:
        browser = operator_client("Catalogue editor")

        assert browser.get("/admin/stories/").status_code == 403
        assert browser.get("/admin/messages/").status_code == 403


def test_all_boxes_are_shown_on_one_page_even_where_one_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = operator_client("Order desk")
    monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

    page = browser.get("/admin/messages/").content.decode()

    assert page.count("Its database does not answer.") == 2
    assert f'href="{INBOX}"' in page
    assert 'href="/admin/message_console/identityoutbox/"' in page
