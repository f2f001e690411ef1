"""The menu and the roles (`config/operators.py`), compared with the pages that the site has."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from config.operators import MENU
from tests.admin.operators import operator_client

pytestmark = pytest.mark.django_db(databases="__all__")

LINKS = {str(item["link"]) for group in MENU for item in group["items"]}


class TestTheMenu:
    def test_leads_to_every_list_except_those_of_queues(self) -> None:
        lists = {
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for model in admin.site._registry
            if not hasattr(model, "context")  # the page of all queues leads to these
        }

        assert lists - LINKS == set()

    @pytest.mark.parametrize("role", settings.OPERATOR_ROLES)
    def test_shows_a_role_exactly_the_pages_that_it_may_open(self, role: str) -> None:
        browser = operator_client(role)
        sidebar = browser.get("/admin/").context["sidebar_navigation"]

        shown = {str(item["link"]) for group in sidebar for item in group["items"] if item["has_permission"]}

        assert shown == {link for link in LINKS if browser.get(link).status_code == 200}

    def test_has_no_page_that_no_role_may_open(self) -> None:
        browser = operator_client("Administrator")

        assert {browser.get(link).status_code for link in LINKS} == {200}
