"""The address book of a customer: whose it is, its one default, and what it takes."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from building_blocks.address import Address
from contexts.identity.adapters.tokens import access_token
from contexts.identity.domain.address_book import MOST_ADDRESSES, Entry
from contexts.identity.models import CustomerAddress, RefreshFamily, User
from contexts.identity.use_cases.add_address import AddressBookFull, add_address
from contexts.identity.use_cases.change_address import change_address
from contexts.identity.use_cases.remove_address import remove_address
from tests.identity.conftest import EMAIL, Visitor
from tests.shop import ADDRESS, NOW
from tests.threads import at_once

BOOK = "addresses"
WHERE = ADDRESS | {"line2": "", "region": "", "phone": ""}
ENTRY = Entry(address=Address(**WHERE), label="", delivery_note="")


def customer(email: str = EMAIL) -> Visitor:
    return Visitor(access_token(User.objects.create_user(email), RefreshFamily(), now=timezone.now()))


def kept(visitor: Visitor, label: str, **more: Any) -> str:
    """Let somebody keep an address of this label, and return where it is."""
    answer = visitor.post(BOOK, ADDRESS | {"label": label} | more)
    assert answer.status_code == 201, answer.json()
    assert answer["Location"].endswith(answer.json()["id"])
    return f"{BOOK}/{answer.json()['id']}"


def labels(visitor: Visitor) -> list[str]:
    """Return the labels in the order of the list, with a star at each default."""
    return [address["label"] + "*" * address["default"] for address in visitor.get(BOOK).json()]


@pytest.mark.django_db
class TestAnAddress:
    def test_is_kept_with_its_label_and_note_as_orders_take_it(self) -> None:
        robin = customer()
        where = kept(robin, "Home", delivery_note="Ring twice.", phone="+31 20 123")

        assert robin.get(where).json() == WHERE | {
            "id": where.partition("/")[2],
            "label": "Home",
            "delivery_note": "Ring twice.",
            "phone": "+31 20 123",
            "default": True,
        }

    def test_is_replaced_by_a_change(self) -> None:
        robin = customer()
        where = kept(robin, "Home", line2="Back door", delivery_note="Ring twice.")

        changed = robin.put(where, ADDRESS | {"line1": "Mill Lane 2"})

        assert changed.json() == robin.get(where).json()
        said = {"line1": "Mill Lane 2", "line2": "", "label": "", "delivery_note": "", "default": True}
        assert changed.json().items() >= said.items()

    def test_is_nobody_elses_business(self) -> None:
        robin, lou = customer(), customer("lou@example.com")
        where = kept(robin, "Home")

        refused = [lou.get(where), lou.put(where, ADDRESS), lou.delete(where)]

        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == 3 * [(404, "unknown_address")]
        assert lou.get(BOOK).json() == []
        assert labels(robin) == ["Home*"]

    def test_is_for_those_who_are_signed_in(self) -> None:
        nobody = Visitor()

        answers = [nobody.get(BOOK), nobody.post(BOOK, ADDRESS), nobody.get(f"{BOOK}/{uuid4()}")]

        assert {answer.status_code for answer in answers} == {401}

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
    def test_that_does_not_fit_is_refused_with_what_is_wrong(self, wrong: dict[str, object], pointer: str) -> None:
        robin = customer()
        where = kept(robin, "Home")

        answers = [robin.post(BOOK, ADDRESS | wrong), robin.put(where, ADDRESS | wrong)]

        for answer in answers:
            assert answer.status_code == 400
            assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert labels(robin) == ["Home*"]

    def test_of_somebody_who_is_gone_is_refused(self) -> None:
        robin = customer()
        User.objects.all().delete()

        assert robin.post(BOOK, ADDRESS).json()["code"] == "unknown_customer"


@pytest.mark.django_db
class TestTheDefault:
    def test_is_the_first_until_another_becomes_it(self) -> None:
        robin = customer()
        kept(robin, "Home")
        work = kept(robin, "Work")
        assert labels(robin) == ["Home*", "Work"]

        kept(robin, "Mill", default=True)
        assert labels(robin) == ["Mill*", "Home", "Work"]

        robin.put(work, ADDRESS | {"label": "Work", "default": True})
        assert labels(robin) == ["Work*", "Home", "Mill"]

    def test_stays_what_it_is_when_it_is_changed(self) -> None:
        robin = customer()
        home = kept(robin, "Home")
        kept(robin, "Work")

        robin.put(home, ADDRESS | {"label": "Hut", "default": False})

        assert labels(robin) == ["Hut*", "Work"]

    def test_is_handed_on_to_the_oldest_when_it_is_removed(self) -> None:
        robin = customer()
        kept(robin, "Home")
        kept(robin, "Work")
        mill = kept(robin, "Mill", default=True)

        assert robin.delete(mill).status_code == 204

        assert labels(robin) == ["Home*", "Work"]
        assert robin.delete(mill).status_code == 404

    def test_goes_with_the_last_address(self) -> None:
        robin = customer()

        robin.delete(kept(robin, "Home"))

        assert labels(robin) == []

    def test_is_one_in_the_database_too(self) -> None:
        user = User.objects.create_user(EMAIL)
        add_address(user_id=user.pk, entry=ENTRY, default=True, now=NOW)

        with pytest.raises(IntegrityError, match="customer_address_one_default"):
            CustomerAddress.objects.create(user=user, created_at=NOW, is_default=True, **WHERE)


@pytest.mark.django_db
def test_there_is_an_end_to_the_book() -> None:
    robin = customer()
    for _ in range(MOST_ADDRESSES):
        kept(robin, "Home")

    refused = robin.post(BOOK, ADDRESS)

    assert (refused.status_code, refused.json()["code"]) == (409, "address_book_full")
    assert "remove one first" in refused.json()["detail"]
    assert len(labels(robin)) == MOST_ADDRESSES


@pytest.mark.usefixtures("real_commits")
class TestTwoTabsAtOnce:
    @pytest.fixture
    def user_id(self) -> UUID:
        return User.objects.create_user(EMAIL).pk

    @pytest.fixture
    def add(self, user_id: UUID) -> partial[CustomerAddress]:
        return partial(add_address, user_id=user_id, entry=ENTRY, default=True, now=NOW)

    def test_leave_one_default_of_all_that_they_added(self, add: partial[CustomerAddress]) -> None:
        at_once(*[add] * 8)

        assert CustomerAddress.objects.count() == 8
        assert CustomerAddress.objects.filter(is_default=True).count() == 1

    def test_leave_one_default_while_it_is_moved_and_removed(
        self, add: partial[CustomerAddress], user_id: UUID
    ) -> None:
        first, *others = [add(default=False).pk for _ in range(4)]
        move = partial(change_address, user_id=user_id, entry=ENTRY, default=True)

        at_once(
            partial(remove_address, user_id=user_id, address_id=first),
            *(partial(move, address_id=other) for other in others),
        )

        assert CustomerAddress.objects.filter(is_default=True).count() == 1

    def test_do_not_exceed_what_can_be_kept(self, add: partial[CustomerAddress]) -> None:
        for _ in range(MOST_ADDRESSES - 1):
            add()

        def add_if_there_is_room() -> bool:
            try:
                return bool(add())
            except AddressBookFull:
                return False

        assert sum(at_once(*[add_if_there_is_room] * 6)) == 1
        assert CustomerAddress.objects.count() == MOST_ADDRESSES
