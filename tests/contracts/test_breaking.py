"""Which change of a contract breaks a promise, and which does not."""

from copy import deepcopy
from dataclasses import field, make_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from msgspec import Meta

from contracts.breaking import Breach, breaches
from contracts.contract import Contract, contract_of
from contracts.schemas import schemas_of

GONE = ()
Changes = dict[str, tuple[Any, ...]]


def dto(name: str, fields: Changes) -> type:
    """Make a dataclass of these fields, each with its type and perhaps its default, as `published` declares them."""
    declared = [
        (n, type_, field(default=default[0]) if default else field()) for n, (type_, *default) in fields.items()
    ]
    return make_dataclass(name, declared, frozen=True, slots=True, kw_only=True)


def line(**changes: tuple[Any, ...]) -> type:
    return dto("Line", kept({"sku": (str,), "quantity": (int,)} | changes))


def told(**changes: tuple[Any, ...]) -> type:
    fields: Changes = {
        "id": (UUID,),
        "name": (str,),
        "at": (datetime,),
        "note": (str | None,),
        "kind": (Literal["new", "used"],),
        "lines": (list[line()],),  # type: ignore[misc]
        "prices": (dict[str, int],),
        "count": (int, 1),
    }
    return dto("Told", kept(fields | changes))


def kept(fields: Changes) -> Changes:
    return {name: type_ for name, type_ in fields.items() if type_ != GONE}


NOTHING = dto("Nothing", {})


def contract(**parts: Any) -> Contract:
    return {"events": {}, "commands": {}, "methods": {}, "refusals": [], "$defs": {}} | parts


def of_message(cls: type) -> Contract:
    schemas, definitions = schemas_of({"payload": cls})
    return contract(events={"shop.told.v1": {"published": True, "key": "id", **schemas}}, **{"$defs": definitions})


def of_method(*, arguments: type, answer: type) -> Contract:
    schemas, definitions = schemas_of({"arguments": arguments, "answer": list[answer]})  # type: ignore[valid-type]
    return contract(methods={"Shop.tell": {"idempotent": True, "timeout": 1.0, **schemas}}, **{"$defs": definitions})


BREAKING: list[tuple[Changes, list[str]]] = [
    ({"name": GONE}, ["name is gone"]),
    ({"name": GONE, "called": (str, "")}, ["name is gone"]),
    ({"name": (int,)}, ["name is integer now, and was string"]),
    ({"at": (str,)}, ["at is string now, and was date-time"]),
    ({"note": (str,)}, ["note is string now, and was null or string"]),
    ({"name": (str | None,)}, ["name is null or string now, and was string"]),
    ({"name": (Annotated[str, Meta(max_length=9)],)}, ['name is string {"maxLength": 9} now, and was string']),
    ({"kind": (Literal["new"],)}, ["kind is one of new now, and was one of new, used"]),
    ({"kind": (Literal["new", "used", "lost"],)}, ["kind is one of lost, new, used now, and was one of new, used"]),
    ({"lines": (list[line(sku=GONE)],)}, ["lines[].sku is gone"]),  # type: ignore[misc]
    ({"prices": (dict[str, str],)}, ["prices{} is string now, and was integer"]),
    ({"count": (int, 2)}, ["count has another default"]),
]
"""Changes that neither a message, nor an argument, nor an answer bears."""

NEED_A_DEFAULT: list[tuple[Changes, list[str]]] = [
    ({"title": (str,)}, ["title is new and has no default"]),
    ({"count": (int,)}, ["count has no default any more"]),
    ({"lines": (list[line(colour=(str,))],)}, ["lines[].colour is new and has no default"]),  # type: ignore[misc]
]
"""Changes that only an answer bears, which never comes from older code."""

WELCOME: list[Changes] = [
    {},
    {"colour": (str, "red")},
    {"name": (str, "nobody")},
    {"lines": (list[line(colour=(str | None, None))],)},  # type: ignore[misc]
    {"gift": (dto("Gift", {"colour": (str,)}) | None, None)},
]


class TestAMessage:
    @pytest.mark.parametrize(("changes", "what"), BREAKING + NEED_A_DEFAULT)
    def test_breaks_its_promise(self, changes: Changes, what: list[str]) -> None:
        found = breaches(of_message(told()), of_message(told(**changes)))

        assert found == [Breach("shop.told.v1", words) for words in what]

    @pytest.mark.parametrize("changes", WELCOME)
    def test_may_win_what_has_a_default(self, changes: Changes) -> None:
        assert breaches(of_message(told()), of_message(told(**changes))) == []


class TestAMethod:
    @pytest.mark.parametrize(("changes", "what"), BREAKING + NEED_A_DEFAULT)
    def test_breaks_its_promise_by_what_it_takes(self, changes: Changes, what: list[str]) -> None:
        committed = of_method(arguments=told(), answer=NOTHING)

        found = breaches(committed, of_method(arguments=told(**changes), answer=NOTHING))

        assert found == [Breach("Shop.tell", f"argument {words}") for words in what]

    @pytest.mark.parametrize(("changes", "what"), BREAKING)
    def test_breaks_its_promise_by_what_it_answers(self, changes: Changes, what: list[str]) -> None:
        committed = of_method(arguments=NOTHING, answer=told())

        found = breaches(committed, of_method(arguments=NOTHING, answer=told(**changes)))

        assert found == [Breach("Shop.tell", f"answer [].{words}") for words in what]

    @pytest.mark.parametrize("changes", [*WELCOME, *(changes for changes, _ in NEED_A_DEFAULT)])
    def test_may_answer_with_more(self, changes: Changes) -> None:
        committed = of_method(arguments=NOTHING, answer=told())

        assert breaches(committed, of_method(arguments=NOTHING, answer=told(**changes))) == []


class TestAContract:
    @pytest.fixture
    def now(self) -> Contract:
        return contract_of("basket")

    def test_keeps_itself(self, now: Contract) -> None:
        assert breaches(contract_of("basket"), now) == []

    @pytest.mark.parametrize(
        ("part", "name"),
        [
            ("events", "basket.coupon_redeemed.v1"),
            ("commands", "basket.redeem_coupon.v1"),
            ("methods", "Basket.snapshot"),
        ],
    )
    def test_is_broken_without_what_it_had(self, now: Contract, part: str, name: str) -> None:
        del now[part][name]

        assert breaches(contract_of("basket"), now) == [Breach(name, "is gone")]

    def test_is_broken_by_a_refusal_that_is_gone(self, now: Contract) -> None:
        now["refusals"].remove("empty_basket")

        assert breaches(contract_of("basket"), now) == [Breach("empty_basket", "is gone")]

    def test_is_broken_by_an_event_that_becomes_a_command(self, now: Contract) -> None:
        now["commands"]["basket.coupon_rejected.v1"] = now["events"].pop("basket.coupon_rejected.v1")

        assert breaches(contract_of("basket"), now) == [Breach("basket.coupon_rejected.v1", "is gone")]

    def test_is_broken_by_a_message_about_something_else(self, now: Contract) -> None:
        now["events"]["basket.coupon_rejected.v1"]["key"] = "code"

        assert breaches(contract_of("basket"), now) == [
            Breach("basket.coupon_rejected.v1", "is about code now, and was about order_id")
        ]

    def test_is_broken_by_a_method_that_may_not_be_repeated_any_more(self, now: Contract) -> None:
        now["methods"]["Basket.snapshot"]["idempotent"] = False

        assert breaches(contract_of("basket"), now) == [Breach("Basket.snapshot", "may not be repeated any more")]

    def test_wins_messages_methods_and_refusals(self, now: Contract) -> None:
        now["events"]["basket.coupon_redeemed.v2"] = deepcopy(now["events"]["basket.coupon_redeemed.v1"])
        now["methods"]["Basket.snapshots"] = deepcopy(now["methods"]["Basket.snapshot"])
        now["refusals"].append("basket_locked")

        assert breaches(contract_of("basket"), now) == []
