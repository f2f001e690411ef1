"""Each role sees its own pages and no others; an attempt at others is refused and logged."""

import logging

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from contexts.identity.models import User
from contexts.identity.use_cases.sync_roles import UnknownPermission, sync_roles
from tests.admin.operators import operator_client
from tests.shop import create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

PAGES = {
    "catalog/product/": {"Catalogue editor", "Administrator"},
    "catalog/product/add/": {"Catalogue editor", "Administrator"},
    "catalog/brand/": {"Catalogue editor", "Administrator"},
    "catalog/supplier/": {"Catalogue editor", "Administrator"},
    "catalog/category/": {"Catalogue editor", "Administrator"},
    "catalog/stock/": {"Catalogue editor", "Order desk", "Administrator"},
    "catalog/stock/add/": set(),
    "catalog/reservation/": {"Catalogue editor", "Order desk", "Administrator"},
    "catalog/reservation/add/": set(),
    "basket/coupon/": {"Catalogue editor", "Administrator"},
    "basket/coupon/add/": {"Catalogue editor", "Administrator"},
    "ordering/order/": {"Order desk", "Administrator"},
    "ordering/order/add/": set(),
    "identity/user/": {"Order desk", "Administrator"},
    "identity/user/add/": {"Administrator"},
    "messages/": {"Order desk", "Administrator"},
    "stories/": {"Order desk", "Administrator"},
    "admin/logentry/": {"Administrator"},
    "admin/logentry/add/": set(),
    **{
        f"message_console/{context}{queue}/": {"Order desk", "Administrator"}
        for context in settings.CONTEXTS
        for queue in ("outbox", "inbox")
    },
}


@pytest.mark.parametrize("role", settings.OPERATOR_ROLES)
def test_a_role_sees_its_own_pages_and_no_other(role: str) -> None:
    browser = operator_client(role)

    answers = {page: browser.get(f"/admin/{page}").status_code for page in PAGES}

    assert answers == {page: 200 if role in roles else 403 for page, roles in PAGES.items()}


@pytest.mark.parametrize("role", settings.OPERATOR_ROLES)
def test_the_first_page_links_only_to_pages_of_the_role(role: str) -> None:
    first = operator_client(role).get("/admin/").content.decode()

    for page, roles in PAGES.items():
        if page.count("/") == 2 and role not in roles:
            assert f'href="/admin/{page}"' not in first


class TestARefusal:
    def test_is_shown_as_a_page_and_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        browser = operator_client("Order desk")

        with caplog.at_level(logging.WARNING, "backoffice"):
            refused = browser.post("/admin/catalog/product/add/", {"name": "Mug"})

        assert refused.status_code == 403
        assert "Your role does not include this" in refused.content.decode()
        assert "was refused POST /admin/catalog/product/add/: 403" in caplog.text

    def test_is_listed_in_the_log(self) -> None:
        browser = operator_client("Order desk")
        me = User.objects.get(email="kim@example.com")
        browser.post("/admin/catalog/product/add/", {"name": "Mug"})
        browser.get(f"/admin/identity/user/{me.pk}/change/")

        shown = operator_client("Administrator", "lou@example.com").get("/admin/admin/logentry/?change=4")

        entries = [(str(each.user), each.object_repr) for each in shown.context["cl"].result_list]
        assert entries == [
            ("kim@example.com", f"GET /admin/identity/user/{me.pk}/change/"),
            ("kim@example.com", "POST /admin/catalog/product/add/"),
        ]
        assert "refused" in shown.content.decode()

    def test_includes_an_action_on_a_list_that_the_role_may_open(self) -> None:
        create_variant("MUG")
        browser = operator_client("Order desk")

        assert browser.get("/admin/catalog/stock/").status_code == 200
        refused = browser.post("/admin/catalog/stock/", {"action": "delete_selected", "_selected_action": ["MUG"]})

        assert refused.status_code == 403
        assert LogEntry.objects.get().object_repr == "POST /admin/catalog/stock/"

    def test_includes_an_action_on_an_invalid_id(self) -> None:
        browser, chosen = operator_client(), {"action": "cancel_selected", "_selected_action": "none"}

        assert browser.post("/admin/ordering/order/", chosen).status_code == 404

    def test_includes_an_unknown_address(self) -> None:
        missing = operator_client().get("/admin/nothing/here/")

        assert missing.status_code == 404
        assert "There is no page at this address" in missing.content.decode()
        assert LogEntry.objects.get().object_repr == "GET /admin/nothing/here/"


class TestSyncRoles:
    def test_gives_each_role_exactly_its_permissions_each_time(self) -> None:
        sync_roles({"Reader": ["catalog.view_product", "basket.view_coupon"]})
        sync_roles({"Reader": ["catalog.view_product"]})

        reader = Group.objects.get(name="Reader")
        assert list(reader.permissions.values_list("codename", flat=True)) == ["view_product"]

    def test_refuses_a_permission_that_does_not_exist(self) -> None:
        with pytest.raises(UnknownPermission, match=r"catalog\.eat_product"):
            sync_roles({"Eater": ["catalog.eat_product"]})

        assert not Group.objects.filter(name="Eater").exists()
