"""The operators' pages about messages: lists, one message, histories, and actions on dead messages."""

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
    """A dead ReserveStock, of an order that waits for it."""
    create_variant("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order()
    relay("ordering", now=timezone.now())
    rows = InboxMessage.objects.using("catalog")
    rows.update(state="dead", attempts=8, last_error="OperationalError in execute (utils.py:105)")
    return rows.get()


class TestADeadMessage:
    def test_is_counted_on_the_first_page(self, dead: InboxMessage) -> None:
        first = operator_client("Administrator").get("/admin/").content.decode()

        assert "Dead catalog inbox messages" in first
        assert f'href="{INBOX}?state__exact=dead"' in first

    def test_is_shown_with_its_last_error(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        for page in (f"{INBOX}?state__exact=dead", f"{INBOX}{dead.pk}/change/"):
            assert "OperationalError in execute" in browser.get(page).content.decode()

    def test_is_replayed_and_the_replay_is_logged(self, dead: InboxMessage, drain: Any) -> None:
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_message/", {"_form_submitted": "on"})
        drain()

        dead.refresh_from_db(using="catalog")
        assert dead.state == "handled"
        entry = LogEntry.objects.get()
        assert str(dead.message_id) in entry.object_repr
        assert entry.get_change_message() == "Replayed, as catalog inbox message."
        history = browser.get(f"{INBOX}{dead.pk}/history/", follow=True)
        assert "Replayed, as catalog inbox message." in history.content.decode()

    def test_is_replayed_from_the_list(self, dead: InboxMessage) -> None:
        shown = operator_client("Administrator").post(
            INBOX, {"action": "replay_selected", "_selected_action": [dead.pk]}, follow=True
        )

        assert shown_messages(shown) == ["1 replayed."]
        dead.refresh_from_db(using="catalog")
        assert (dead.state, dead.attempts) == ("pending", 0)

    @pytest.mark.parametrize("action", ["replay", "park", "discard"])
    @pytest.mark.parametrize("role", ["Catalogue editor", "Order desk"])
    def test_is_changed_only_by_administrators(self, dead: InboxMessage, role: str, action: str) -> None:
        browser = operator_client(role)

        answer = browser.post(f"{INBOX}{dead.pk}/{action}_message/", {"_form_submitted": "on", "why": "so"})

        assert answer.status_code == 403
        dead.refresh_from_db(using="catalog")
        assert dead.state == "dead"

    def test_is_visible_to_the_order_desk(self, dead: InboxMessage) -> None:
        shown = operator_client("Order desk").get(f"{INBOX}{dead.pk}/change/").content.decode()

        assert "OperationalError in execute" in shown
        assert "Replay" not in shown

    def test_is_discarded_with_a_reason_that_its_page_shows(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        refused = browser.post(f"{INBOX}{dead.pk}/discard_message/", {"_form_submitted": "on", "why": ""})
        assert "This field is required." in refused.content.decode()
        browser.post(f"{INBOX}{dead.pk}/discard_message/", {"_form_submitted": "on", "why": "counted twice"})

        page = browser.get(f"{INBOX}{dead.pk}/change/").content.decode()
        assert "Discarded by kim@example.com: counted twice" in page
        assert "Replay" not in page
        assert LogEntry.objects.get().get_change_message() == "Discarded, as catalog inbox message: counted twice"
        assert "Dead catalog inbox messages" not in browser.get("/admin/").content.decode()

    def test_is_not_discarded_from_the_list_without_a_reason(self, dead: InboxMessage) -> None:
        chosen = {"action": "discard_selected", "_selected_action": [dead.pk]}
        browser = operator_client("Administrator")

        assert shown_messages(browser.post(INBOX, chosen, follow=True)) == [
            "1 refused: Enter a reason beside the action. Nothing was changed."
        ]
        assert shown_messages(browser.post(INBOX, chosen | {"why": "counted twice"}, follow=True)) == ["1 discarded."]


class TestAMessage:
    def test_that_waits_is_parked_with_a_reason(self, dead: InboxMessage, drain: Any) -> None:
        InboxMessage.objects.using("catalog").update(state="pending", attempts=0, last_error="")
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/park_message/", {"_form_submitted": "on", "why": "the shelf is being counted"})
        drain()

        dead.refresh_from_db(using="catalog")
        assert (dead.state, dead.last_error) == ("dead", "parked by hand")

    def test_is_shown_beside_its_schema_with_the_mismatch(self, dead: InboxMessage) -> None:
        InboxMessage.objects.using("catalog").update(data={"order_id": dead.subject})

        page = operator_client("Administrator").get(f"{INBOX}{dead.pk}/change/").content.decode()

        assert "Object missing required field `lines`" in page
        assert "#/$defs/ReserveStock" in page

    @pytest.mark.parametrize("queue", ["cataloginbox", "orderingoutbox"])
    def test_is_found_by_its_id_or_its_subject_only(self, dead: InboxMessage, queue: str) -> None:
        browser = operator_client("Administrator")
        for search_term in (dead.message_id, f" {dead.subject}"):
            shown = browser.get(
                f"/admin/message_console/{queue}/", {"q": str(search_term), "type": "catalog."}
            ).context["cl"]
            assert [row.message_id for row in shown.result_list] == [dead.message_id]

        assert browser.get(f"/admin/message_console/{queue}/", {"q": "nothing"}).context["cl"].result_count == 0

    def test_is_filtered_by_its_handler(self, dead: InboxMessage) -> None:
        browser = operator_client("Administrator")

        assert self._count(browser, "cataloginbox/?handler=catalog.reserve_stock_of_order&q=") == 1
        assert self._count(browser, "cataloginbox/?handler=catalog.release_stock_of_order&q=") == 0

    def test_that_is_not_dead_is_not_replayed(self, dead: InboxMessage) -> None:
        InboxMessage.objects.using("catalog").update(state="handled")
        browser = operator_client("Administrator")

        browser.post(f"{INBOX}{dead.pk}/replay_message/", {"_form_submitted": "on"})

        assert shown_messages(browser.get("/admin/")) == ["Only dead messages can be replayed."]
        assert not LogEntry.objects.exists()
        assert "Replay" not in browser.get(f"{INBOX}{dead.pk}/change/").content.decode()

    def test_is_shown_only_in_its_own_context(self, dead: InboxMessage) -> None:
        """Catalog's outbox may have a row with the same id, but never ordering's row."""
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
    def test_of_an_order_spans_all_contexts(self, dead: InboxMessage) -> None:
        browser = operator_client("Order desk")

        page = browser.get(f"/admin/ordering/order/{dead.subject}/messages_about_this/", follow=True).content.decode()

        assert f'href="{INBOX}{dead.pk}/change/"' in page
        assert "8 tries: OperationalError in execute (utils.py:105)" in page
        assert "ordering.order_placed.v1" in page

    def test_is_reached_from_each_of_its_messages(self, dead: InboxMessage) -> None:
        page = operator_client("Order desk").get(f"{INBOX}{dead.pk}/show_story/", follow=True)

        assert page.context["story"].about == [dead.subject]

    def test_explains_the_search_if_nothing_is_found(self) -> None:
        page = operator_client("Order desk").get("/admin/stories/", {"about": "<b>MH</b>"}).content.decode()

        assert "No message was found for" in page
        assert "<b>MH</b>" not in page

    def test_is_refused_to_a_catalogue_editor(self) -> None:
        browser = operator_client("Catalogue editor")

        assert browser.get("/admin/stories/").status_code == 403
        assert browser.get("/admin/messages/").status_code == 403


def test_all_queues_are_on_one_page_even_if_a_database_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = operator_client("Order desk")
    monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

    page = browser.get("/admin/messages/").content.decode()

    assert page.count("Its database does not answer.") == 2
    assert f'href="{INBOX}"' in page
    assert 'href="/admin/message_console/identityoutbox/"' in page
