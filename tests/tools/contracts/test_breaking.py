"""Which change of a contract breaks a promise, and which does not."""

from copy import deepcopy
from dataclasses import field, make_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from msgspec import Meta

from tools.contracts.breaking import BreakingChange, breaking_changes
from tools.contracts.contract import Contract, contract_of
from tools.contracts.schemas import schemas_of

REMOVED = ()
Changes = dict[str, tuple[Any, ...]]


def dto(name: str, fields: Changes) -> type:
    """Make a dataclass of these fields, each with its type and perhaps its default, as `published` declares them."""
    declared = [
        (n, type_, field(default=default[0]) if default else field()) for n, (type_, *default) in fields.items()
    ]
    return make_dataclass(name, declared, frozen=True, slots=True, kw_only=True)


def line(**changes: tuple[Any, ...]) -> type:
    return dto("Line", without_removed({"sku": (str,), "quantity": (int,)} | changes))


def payload(**changes: tuple[Any, ...]) -> type:
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
    return dto("Payload", without_removed(fields | changes))


def without_removed(fields: Changes) -> Changes:
    return {name: type_ for name, type_ in fields.items() if type_ != REMOVED}


NOTHING = dto("Nothing", {})


def contract(**parts: Any) -> Contract:
    return {"events": {}, "commands": {}, "methods": {}, "refusals": [], "$defs": {}} | parts


def contract_with_message(cls: type) -> Contract:
    schemas, definitions = schemas_of({"payload": cls})
    return contract(
        events={"shop.product_added.v1": {"published": True, "key": "id", **schemas}}, **{"$defs": definitions}
    )


def contract_with_method(*, arguments: type, result: type) -> Contract:
    schemas, definitions = schemas_of({"arguments": arguments, "answer": list[result]})  # type: ignore[valid-type]
    return contract(methods={"Shop.product": {"idempotent": True, "timeout": 1.0, **schemas}}, **{"$defs": definitions})


ALWAYS_BREAKING: list[tuple[Changes, list[str]]] = [
    ({"name": REMOVED}, ["name is gone"]),
    ({"name": REMOVED, "called": (str, "")}, ["name is gone"]),
    ({"name": (int,)}, ["name is integer now, and was string"]),
    ({"at": (str,)}, ["at is string now, and was date-time"]),
    ({"note": (str,)}, ["note is string now, and was null or string"]),
    ({"name": (str | None,)}, ["name is null or string now, and was string"]),
    ({"name": (Annotated[str, Meta(max_length=9)],)}, ['name is string {"maxLength": 9} now, and was string']),
    ({"kind": (Literal["new"],)}, ["kind is one of new now, and was one of new, used"]),
    ({"kind": (Literal["new", "used", "lost"],)}, ["kind is one of lost, new, used now, and was one of new, used"]),
    ({"lines": (list[line(sku=REMOVED)],)}, ["lines[].sku is gone"]),  # type: ignore[misc]
    ({"prices": (dict[str, str],)}, ["prices{} is string now, and was integer"]),
    ({"count": (int, 2)}, ["count has another default"]),
]
"""Changes that break messages, arguments and results."""

BREAKING_EXCEPT_IN_RESULTS: list[tuple[Changes, list[str]]] = [
    ({"title": (str,)}, ["title is new and has no default"]),
    ({"count": (int,)}, ["count has no default any more"]),
    ({"lines": (list[line(colour=(str,))],)}, ["lines[].colour is new and has no default"]),  # type: ignore[misc]
]
"""Changes that do not break a result, which never comes from older code."""

COMPATIBLE: list[Changes] = [
    {},
    {"colour": (str, "red")},
    {"name": (str, "nobody")},
    {"lines": (list[line(colour=(str | None, None))],)},  # type: ignore[misc]
    {"gift": (dto("Gift", {"colour": (str,)}) | None, None)},
]


class TestAMessage:
    @pytest.mark.parametrize(("changes", "differences"), ALWAYS_BREAKING + BREAKING_EXCEPT_IN_RESULTS)
    def test_is_broken_by_a_breaking_change(self, changes: Changes, differences: list[str]) -> None:
        changed = breaking_changes(contract_with_message(payload()), contract_with_message(payload(**changes)))

        assert changed == [BreakingChange("shop.product_added.v1", text) for text in differences]

    @pytest.mark.parametrize("changes", COMPATIBLE)
    def test_may_gain_fields_with_a_default(self, changes: Changes) -> None:
        assert breaking_changes(contract_with_message(payload()), contract_with_message(payload(**changes))) == []


class TestAMethod:
    @pytest.mark.parametrize(("changes", "differences"), ALWAYS_BREAKING + BREAKING_EXCEPT_IN_RESULTS)
    def test_is_broken_by_a_change_of_its_arguments(self, changes: Changes, differences: list[str]) -> None:
        committed = contract_with_method(arguments=payload(), result=NOTHING)

        changed = breaking_changes(committed, contract_with_method(arguments=payload(**changes), result=NOTHING))

        assert changed == [BreakingChange("Shop.product", f"argument {text}") for text in differences]

    @pytest.mark.parametrize(("changes", "differences"), ALWAYS_BREAKING)
    def test_is_broken_by_a_change_of_its_result(self, changes: Changes, differences: list[str]) -> None:
        committed = contract_with_method(arguments=NOTHING, result=payload())

        changed = breaking_changes(committed, contract_with_method(arguments=NOTHING, result=payload(**changes)))

        assert changed == [BreakingChange("Shop.product", f"result [].{text}") for text in differences]

    @pytest.mark.parametrize("changes", [*COMPATIBLE, *(changes for changes, _ in BREAKING_EXCEPT_IN_RESULTS)])
    def test_may_return_more(self, changes: Changes) -> None:
        committed = contract_with_method(arguments=NOTHING, result=payload())

        assert breaking_changes(committed, contract_with_method(arguments=NOTHING, result=payload(**changes))) == []


class TestAContract:
    @pytest.fixture
    def now(self) -> Contract:
        return contract_of("basket")

    def test_is_compatible_with_itself(self, now: Contract) -> None:
        assert breaking_changes(contract_of("basket"), now) == []

    @pytest.mark.parametrize(
        ("part", "name"),
        [
            ("events", "basket.coupon_redeemed.v1"),
            ("commands", "basket.redeem_coupon.v1"),
            ("methods", "Basket.snapshot"),
        ],
    )
    def test_is_broken_by_a_removal(self, now: Contract, part: str, name: str) -> None:
        del now[part][name]

        assert breaking_changes(contract_of("basket"), now) == [BreakingChange(name, "is gone")]

    def test_is_broken_by_a_removed_refusal(self, now: Contract) -> None:
        now["refusals"].remove("empty_basket")

        assert breaking_changes(contract_of("basket"), now) == [BreakingChange("empty_basket", "is gone")]

    def test_is_broken_by_an_event_that_becomes_a_command(self, now: Contract) -> None:
        now["commands"]["basket.coupon_rejected.v1"] = now["events"].pop("basket.coupon_rejected.v1")

        assert breaking_changes(contract_of("basket"), now) == [BreakingChange("basket.coupon_rejected.v1", "is gone")]

    def test_is_broken_by_another_key(self, now: Contract) -> None:
        now["events"]["basket.coupon_rejected.v1"]["key"] = "code"

        assert breaking_changes(contract_of("basket"), now) == [
            BreakingChange("basket.coupon_rejected.v1", "is about code now, and was about order_id")
        ]

    def test_is_broken_by_a_method_that_is_no_longer_idempotent(self, now: Contract) -> None:
        now["methods"]["Basket.snapshot"]["idempotent"] = False

        assert breaking_changes(contract_of("basket"), now) == [
            BreakingChange("Basket.snapshot", "may not be repeated any more")
        ]

    def test_may_gain_messages_methods_and_refusals(self, now: Contract) -> None:
        now["events"]["basket.coupon_redeemed.v2"] = deepcopy(now["events"]["basket.coupon_redeemed.v1"])
        now["methods"]["Basket.snapshots"] = deepcopy(now["methods"]["Basket.snapshot"])
        now["refusals"].append("basket_locked")

        assert breaking_changes(contract_of("basket"), now) == []
