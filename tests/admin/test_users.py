"""The pages of operators and customers: who may see and change whom."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from building_blocks.address import Address
from contexts.identity.domain.address_book import AddressBookEntry
from contexts.identity.models import User
from contexts.identity.use_cases.add_address import add_address
from tests.admin.operators import PASSWORD, create_operator, form_data, operator_client, sign_in
from tests.shop import ADDRESS, NOW

pytestmark = pytest.mark.django_db(databases="__all__")

USERS = "/admin/identity/user/"
WHERE = ADDRESS | {"line2": "", "region": "", "phone": ""}
NEW = {"email": "Lou@example.com", "name": "Lou", "password1": "nine-tall-cups", "password2": "nine-tall-cups"}


@pytest.fixture
def robin() -> User:
    return User.objects.create_user("robin@example.com", PASSWORD, name="Robin")


def page_of(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


class TestAnAdministrator:
    def test_adds_an_operator_with_a_role_who_can_sign_in(self) -> None:
        browser = operator_client("Administrator")
        role = Group.objects.get(name="Order desk")

        assert browser.post(f"{USERS}add/", NEW | {"groups": [role.pk]}).status_code == 302

        lou = Client()
        assert sign_in(lou, "lou@example.com", NEW["password1"]).status_code == 302
        assert lou.get("/admin/ordering/order/").status_code == 200
        assert lou.get("/admin/catalog/product/").status_code == 403

    def test_cannot_turn_a_customer_into_an_operator_by_mistake(self, robin: User) -> None:
        refused = operator_client("Administrator").post(f"{USERS}add/", NEW | {"email": "ROBIN@example.com"})

        assert "A user already has this address." in refused.content.decode()
        assert not User.objects.get(pk=robin.pk).is_staff

    def test_changes_the_roles_of_an_operator_and_ends_their_access(self) -> None:
        browser = operator_client("Administrator")
        lou = create_operator("Order desk", "lou@example.com")

        form = form_data(browser.get(page_of(lou)))
        browser.post(page_of(lou), {"name": "Lou", "groups": [], "snapshot": form["snapshot"]})

        lou = User.objects.get(pk=lou.pk)
        assert not lou.groups.exists()
        assert not lou.is_active
        assert sign_in(Client(), "lou@example.com").status_code == 200

    def test_sets_an_operators_password(self) -> None:
        browser, lou = operator_client("Administrator"), create_operator("Order desk", "lou@example.com")
        passwords = {"password1": "nine-tall-cups", "password2": "nine-tall-cups", "usable_password": "true"}

        browser.post(f"{USERS}{lou.pk}/password/", passwords)

        assert sign_in(Client(), "lou@example.com", "nine-tall-cups").status_code == 302

    @pytest.mark.parametrize(
        "sent",
        [
            {"password1": "nine-tall-cups", "password2": "nine-tall-cups", "usable_password": "true"},
            {"usable_password": "false", "unset-password": "on"},
        ],
        ids=["a new one", "none"],
    )
    def test_ends_only_the_sessions_of_an_operator_by_setting_or_removing_their_password(
        self, sent: dict[str, str]
    ) -> None:
        browser, lou, at_work = (
            operator_client("Administrator"),
            create_operator("Order desk", "lou@example.com"),
            Client(),
        )
        sign_in(at_work, lou.email)

        browser.post(f"{USERS}{lou.pk}/password/", sent)

        assert at_work.get("/admin/").status_code == 302
        assert browser.get("/admin/").status_code == 200

    def test_cannot_become_a_superuser(self) -> None:
        browser = operator_client("Administrator")
        me = User.objects.get(email="kim@example.com")
        form = form_data(browser.get(page_of(me)))

        browser.post(page_of(me), form | {"name": "Kim", "is_superuser": "on"})

        me = User.objects.get(pk=me.pk)
        assert (me.name, me.is_superuser) == ("Kim", False)

    def test_cannot_change_a_superuser(self) -> None:
        browser, root = operator_client("Administrator"), create_operator(email="root@example.com")
        passwords = {"password1": "nine-tall-cups", "password2": "nine-tall-cups"}

        assert browser.post(f"{USERS}{root.pk}/password/", passwords).status_code == 403
        assert browser.post(page_of(root), {"name": "Root"}).status_code == 403

    def test_sees_a_customer_and_cannot_change_them(self, robin: User) -> None:
        browser = operator_client("Administrator")

        assert "Robin" in browser.get(page_of(robin)).content.decode()
        assert browser.post(page_of(robin), {"name": "Bob"}).status_code == 403
        assert browser.post(f"{USERS}{robin.pk}/password/", {}).status_code == 403
        assert browser.post(f"{USERS}{robin.pk}/delete/", {"post": "yes"}).status_code == 403


class TestTheOrderDesk:
    def test_sees_customers_and_no_operators(self, robin: User) -> None:
        browser = operator_client("Order desk")
        me = User.objects.get(email="kim@example.com")

        assert [user.email for user in browser.get(USERS).context["cl"].result_list] == ["robin@example.com"]
        assert browser.get(page_of(robin)).status_code == 200
        assert browser.get(page_of(me)).status_code == 404
        assert browser.post(page_of(robin), {"name": "Bob"}).status_code == 403


class TestTheAddressBook:
    @pytest.mark.parametrize("role", ["Administrator", "Order desk"])
    def test_is_shown_on_the_customers_page_and_cannot_be_changed(self, robin: User, role: str) -> None:
        entry = AddressBookEntry(address=Address(**WHERE), label="Home <1>", delivery_note="Ring twice.")
        add_address(user_id=robin.pk, entry=entry, default=True, now=NOW)

        page = operator_client(role).get(page_of(robin)).content.decode()

        for part in ("Home &lt;1&gt;", "Market Street 1", "1011 AB Amsterdam", "Ring twice."):
            assert part in page
        assert 'name="addresses-0-label"' not in page

    def test_is_not_in_the_form_of_a_new_operator(self) -> None:
        assert "Address book" not in operator_client("Administrator").get(f"{USERS}add/").content.decode()


def test_an_operator_changes_their_own_password_and_must_know_the_old_one() -> None:
    browser = operator_client("Order desk")
    new = {"new_password1": "nine-tall-cups", "new_password2": "nine-tall-cups"}

    assert browser.post("/admin/password_change/", new | {"old_password": "wrong"}).status_code == 200
    assert browser.post("/admin/password_change/", new | {"old_password": PASSWORD}).status_code == 302
    assert sign_in(Client(), password="nine-tall-cups").status_code == 302
