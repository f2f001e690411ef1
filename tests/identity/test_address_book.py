"""The address book of a customer: its owner, its only default, and the addresses that it accepts."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from building_blocks.address import Address
from contexts.identity.adapters.tokens import access_token
from contexts.identity.domain.address_book import MAX_ADDRESSES, AddressBookEntry
from contexts.identity.models import CustomerAddress, RefreshTokenFamily, User
from contexts.identity.use_cases.add_address import AddressBookFull, add_address
from contexts.identity.use_cases.change_address import change_address
from contexts.identity.use_cases.remove_address import remove_address
from tests.client import ADDRESS
from tests.clock import NOW
from tests.identity.conftest import EMAIL, Visitor
from tests.threads import concurrently

PATH = "addresses"
FULL_ADDRESS = ADDRESS | {"line2": "", "region": "", "phone": ""}
ENTRY = AddressBookEntry(address=Address(**FULL_ADDRESS), label="", delivery_note="")


def customer(email: str = EMAIL) -> Visitor:
    return Visitor(access_token(User.objects.create_user(email), RefreshTokenFamily(), now=timezone.now()))


def save_address(visitor: Visitor, label: str, **more: Any) -> str:
    """Save an address with this label, and return its path."""
    response = visitor.post(PATH, ADDRESS | {"label": label} | more)
    assert response.status_code == 201, response.json()
    assert response["Location"].endswith(response.json()["id"])
    return f"{PATH}/{response.json()['id']}"


def labels(visitor: Visitor) -> list[str]:
    """Return the labels in the order of the list, with a star after each default."""
    return [address["label"] + "*" * address["default"] for address in visitor.get(PATH).json()]


@pytest.mark.django_db
class TestAddress:
    def test_is_stored_with_its_label_and_note_in_the_format_of_an_order(self) -> None:
        robin = customer()
        path = save_address(robin, "Home", delivery_note="Ring twice.", phone="+31 20 123")

        assert robin.get(path).json() == FULL_ADDRESS | {
            "id": path.partition("/")[2],
            "label": "Home",
            "delivery_note": "Ring twice.",
            "phone": "+31 20 123",
            "default": True,
        }

    def test_is_replaced_by_a_change(self) -> None:
        robin = customer()
        path = save_address(robin, "Home", line2="Back door", delivery_note="Ring twice.")

        changed = robin.put(path, ADDRESS | {"line1": "Mill Lane 2"})

        assert changed.json() == robin.get(path).json()
        expected = {"line1": "Mill Lane 2", "line2": "", "label": "", "delivery_note": "", "default": True}
        assert changed.json().items() >= expected.items()

    def test_is_unknown_to_other_customers(self) -> None:
        robin, lou = customer(), customer("lou@example.com")
        path = save_address(robin, "Home")

        refused = [lou.get(path), lou.put(path, ADDRESS), lou.delete(path)]

        assert [(response.status_code, response.json()["code"]) for response in refused] == 3 * [
            (404, "unknown_address")
        ]
        assert lou.get(PATH).json() == []
        assert labels(robin) == ["Home*"]

    def test_requires_a_sign_in(self) -> None:
        anonymous = Visitor()

        responses = [anonymous.get(PATH), anonymous.post(PATH, ADDRESS), anonymous.get(f"{PATH}/{uuid4()}")]

        assert {response.status_code for response in responses} == {401}

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"country": "nl"}, "/country"),
            ({"country": "ZZ"}, "/country"),
            ({"city": " "}, "/city"),
            ({"postal_code": "x" * 21}, "/postal_code"),
            ({"line1": None}, "/line1"),
            ({"name": "Ada\0"}, "/name"),
            ({"label": "x" * 51}, "/label"),
            ({"delivery_note": "x" * 501}, "/delivery_note"),
            ({"default": "perhaps"}, "/default"),
        ],
    )
    def test_that_is_not_valid_is_refused_with_the_wrong_field(self, wrong: dict[str, object], pointer: str) -> None:
        robin = customer()
        path = save_address(robin, "Home")

        responses = [robin.post(PATH, ADDRESS | wrong), robin.put(path, ADDRESS | wrong)]

        for response in responses:
            assert response.status_code == 400
            assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
        assert labels(robin) == ["Home*"]

    def test_of_a_deleted_customer_is_refused(self) -> None:
        robin = customer()
        User.objects.all().delete()

        assert robin.post(PATH, ADDRESS).json()["code"] == "unknown_customer"


@pytest.mark.django_db
class TestDefaultAddress:
    def test_is_the_first_until_another_becomes_the_default(self) -> None:
        robin = customer()
        save_address(robin, "Home")
        work = save_address(robin, "Work")
        assert labels(robin) == ["Home*", "Work"]

        save_address(robin, "Mill", default=True)
        assert labels(robin) == ["Mill*", "Home", "Work"]

        robin.put(work, ADDRESS | {"label": "Work", "default": True})
        assert labels(robin) == ["Work*", "Home", "Mill"]

    def test_stays_the_default_when_it_is_changed(self) -> None:
        robin = customer()
        home = save_address(robin, "Home")
        save_address(robin, "Work")

        robin.put(home, ADDRESS | {"label": "Hut", "default": False})

        assert labels(robin) == ["Hut*", "Work"]

    def test_passes_to_the_oldest_when_it_is_removed(self) -> None:
        robin = customer()
        save_address(robin, "Home")
        save_address(robin, "Work")
        mill = save_address(robin, "Mill", default=True)

        assert robin.delete(mill).status_code == 204

        assert labels(robin) == ["Home*", "Work"]
        assert robin.delete(mill).status_code == 404

    def test_is_removed_with_the_last_address(self) -> None:
        robin = customer()

        robin.delete(save_address(robin, "Home"))

        assert labels(robin) == []

    def test_is_unique_in_the_database_too(self) -> None:
        user = User.objects.create_user(EMAIL)
        add_address(user_id=user.pk, entry=ENTRY, default=True, now=NOW)

        with pytest.raises(IntegrityError, match="customer_address_one_default"):
            CustomerAddress.objects.create(user=user, created_at=NOW, is_default=True, **FULL_ADDRESS)


@pytest.mark.django_db
def test_a_full_book_refuses_an_address() -> None:
    robin = customer()
    for _ in range(MAX_ADDRESSES):
        save_address(robin, "Home")

    refused = robin.post(PATH, ADDRESS)

    assert (refused.status_code, refused.json()["code"]) == (409, "address_book_full")
    assert "remove one first" in refused.json()["detail"]
    assert len(labels(robin)) == MAX_ADDRESSES


@pytest.mark.usefixtures("real_commits")
class TestConcurrentChanges:
    @pytest.fixture
    def user_id(self) -> UUID:
        return User.objects.create_user(EMAIL).pk

    @pytest.fixture
    def add(self, user_id: UUID) -> partial[CustomerAddress]:
        return partial(add_address, user_id=user_id, entry=ENTRY, default=True, now=NOW)

    def test_leave_one_default_after_many_additions(self, add: partial[CustomerAddress]) -> None:
        concurrently(*[add] * 8)

        assert CustomerAddress.objects.count() == 8
        assert CustomerAddress.objects.filter(is_default=True).count() == 1

    def test_leave_one_default_after_changes_and_a_removal(self, add: partial[CustomerAddress], user_id: UUID) -> None:
        first, *others = [add(default=False).pk for _ in range(4)]
        move = partial(change_address, user_id=user_id, entry=ENTRY, default=True)

        concurrently(
            partial(remove_address, user_id=user_id, address_id=first),
            *(partial(move, address_id=other) for other in others),
        )

        assert CustomerAddress.objects.filter(is_default=True).count() == 1

    def test_do_not_exceed_the_limit_of_the_book(self, add: partial[CustomerAddress]) -> None:
        for _ in range(MAX_ADDRESSES - 1):
            add()

        def add_if_allowed() -> bool:
            try:
                return bool(add())
            except AddressBookFull:
                return False

        assert sum(concurrently(*[add_if_allowed] * 6)) == 1
        assert CustomerAddress.objects.count() == MAX_ADDRESSES
