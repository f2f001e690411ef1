"""Published interfaces: declared, bound, and called alike near and far."""

from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import msgspec
import pytest
from pytest_django import Settings

from building_blocks.databases.transactions import Database, TransactionMisused
from building_blocks.interfaces import binding, wire
from building_blocks.interfaces.binding import bind, use
from building_blocks.interfaces.declare import InvalidInterface, check_conformance, interface, method
from building_blocks.interfaces.unavailable import ContextUnavailable
from building_blocks.money import Money
from building_blocks.refusals import Detail
from contexts.basket.published.errors import UnknownBasket


@interface("basket")
class Echo(Protocol):
    @method(idempotent=True, timeout=1.0)
    def echo(self, *, id: UUID, at: datetime, words: list[str], greeting: str = "hello") -> dict[str, str]:  # noqa: A002
        ...

    @method(idempotent=True, timeout=1.0)
    def refuse(self, *, token: str) -> None: ...

    @method(idempotent=True, timeout=1.0)
    def fail(self) -> None: ...


class EchoFacade:
    def echo(self, *, id: UUID, at: datetime, words: list[str], greeting: str = "hello") -> dict[str, str]:  # noqa: A002
        assert isinstance(id, UUID)
        assert isinstance(at, datetime)
        return {"said": f"{greeting} {' '.join(words)}"}

    def refuse(self, *, token: str) -> None:
        raise UnknownBasket("No basket belongs to this token.", token=token)

    def fail(self) -> None:
        raise KeyError("a secret of the facade")


@pytest.fixture(params=["local", "wire"])
def transport(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    settings.INTERFACE_CARRIER = request.param
    monkeypatch.setattr(binding, "_facades", dict(binding._facades))
    bind(Echo, EchoFacade)
    return str(request.param)


@pytest.mark.usefixtures("transport")
class TestACall:
    def test_gets_its_answer_and_its_defaults(self) -> None:
        response = use(Echo).echo(id=uuid4(), at=datetime.now(UTC), words=["dear", "neighbour"])

        assert response == {"said": "hello dear neighbour"}

    def test_brings_a_published_refusal_home_with_its_details(self) -> None:
        with pytest.raises(UnknownBasket, match="No basket") as refused:
            use(Echo).refuse(token="abc")

        assert refused.value.details == {"token": "abc"}

    def test_ends_in_unavailable_where_the_neighbour_broke(self) -> None:
        with pytest.raises(ContextUnavailable) as broken:
            use(Echo).fail()

        assert "secret" not in str(broken.value)

    @pytest.mark.django_db(databases=["catalog"])
    def test_is_refused_inside_a_transaction(self) -> None:
        with Database("catalog").atomic(), pytest.raises(TransactionMisused, match="ask first"):
            use(Echo).fail()

    def test_of_an_interface_that_nobody_bound_says_so(self) -> None:
        @interface("basket")
        class Unbound(Protocol):
            @method(idempotent=True, timeout=1.0)
            def ask(self) -> None: ...

        with pytest.raises(InvalidInterface, match="nobody has bound Unbound"):
            use(Unbound).ask()


class TestTheWire:
    def test_refuses_parameters_that_do_not_fit(self) -> None:
        with pytest.raises(msgspec.ValidationError, match="token"):
            wire.serve(Echo, EchoFacade(), "refuse", b'{"token": 5}')
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            wire.serve(Echo, EchoFacade(), "refuse", b'{"token": "a", "more": 1}')

    def test_takes_a_refusal_that_is_newer_than_its_code_for_no_answer(self) -> None:
        refused = wire.Response("refused", refusal=wire.RefusalDocument("basket_locked", "Locked.", {}))

        with pytest.raises(ContextUnavailable):
            wire.decode_response(Echo, "refuse", msgspec.json.encode(refused))

    @pytest.mark.parametrize(
        "reply",
        [
            b"",
            b"<html>502 Bad Gateway</html>",
            b'\xff\xfe{"status"',
            b"null",
            b'["done"]',
            b'{"value": {"said": "hello"}}',
            b'{"status": "perhaps"}',
            b'{"status": "done"}',
            b'{"status": "done", "value": {"said": 5}}',
            b'{"status": "done", "value": {"said": "\xff"}}',
            b'{"status": "done", "value": ' + b"[" * 100_000,
            b'{"status": "refused"}',
            b'{"status": "refused", "refusal": {"code": "unknown_basket"}}',
            b'{"status": "refused", "refusal": {"code": "unknown_basket", "message": "No.", "details": {"x": {}}}}',
        ],
    )
    def test_takes_a_reply_that_makes_no_sense_for_no_answer(self, reply: bytes) -> None:
        with pytest.raises(ContextUnavailable):
            wire.decode_response(Echo, "echo", reply)

    @pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e999999", "1.234", "ten"])
    def test_takes_a_value_that_refuses_what_it_is_made_of_for_no_answer(self, amount: str) -> None:
        @interface("basket")
        class Prices(Protocol):
            @method(idempotent=True, timeout=1.0)
            def price(self) -> Money: ...

        with pytest.raises(ContextUnavailable):
            wire.decode_response(
                Prices, "price", b'{"status": "done", "value": {"amount": "%b", "currency": "EUR"}}' % amount.encode()
            )

    def test_brings_home_a_refusal_whatever_its_details_are_called(self) -> None:
        details: dict[str, Detail] = {"message": "of the neighbour", "self": 1}
        document = wire.RefusalDocument(UnknownBasket.code, "No basket.", details)

        with pytest.raises(UnknownBasket) as refused:
            wire.decode_response(Echo, "refuse", msgspec.json.encode(wire.Response("refused", refusal=document)))

        assert refused.value.details == details

    def test_answers_that_it_broke_where_what_the_facade_returns_cannot_travel(self) -> None:
        class Strange(EchoFacade):
            def fail(self) -> None:
                return object()  # type: ignore[return-value]

        with pytest.raises(ContextUnavailable):
            wire.call(Echo, Strange(), "fail", {})


class TestBinding:
    def test_is_refused_to_another_facade_once_there_is_one(self, transport: str) -> None:
        class OtherFacade(EchoFacade): ...

        bind(Echo, EchoFacade)
        with pytest.raises(InvalidInterface, match="Echo is bound to EchoFacade already"):
            bind(Echo, OtherFacade)

        assert isinstance(binding._facades[Echo], EchoFacade)
        assert not isinstance(binding._facades[Echo], OtherFacade)


class TestDeclaring:
    def test_asks_for_stated_promises(self) -> None:
        with pytest.raises(InvalidInterface, match="states no promises"):

            @interface("basket")
            class Silent(Protocol):
                def ask(self) -> None: ...

    def test_asks_for_keyword_only_parameters(self) -> None:
        with pytest.raises(InvalidInterface, match="must be keyword-only"):

            @interface("basket")
            class Positional(Protocol):
                @method(idempotent=True, timeout=1.0)
                def ask(self, what: str) -> None: ...

    def test_asks_for_annotations(self) -> None:
        with pytest.raises(InvalidInterface, match="no return annotation"):

            @interface("basket")
            class Vague(Protocol):
                @method(idempotent=True, timeout=1.0)
                def ask(self): ...  # type: ignore[no-untyped-def]


class TestImplementations:
    @pytest.mark.parametrize("published", list(binding._facades), ids=lambda published: published.__name__)
    def test_every_facade_offers_what_its_interface_declares(self, published: type) -> None:
        check_conformance(published, type(binding._facades[published]))

    def test_notices_a_parameter_that_became_positional(self) -> None:
        class Loose(EchoFacade):
            def refuse(self, token: str) -> None: ...

        with pytest.raises(InvalidInterface, match=r"Loose.refuse differs from Echo.refuse"):
            check_conformance(Echo, Loose)

    def test_notices_a_missing_method(self) -> None:
        class Short:
            pass

        with pytest.raises(InvalidInterface, match="lacks echo"):
            check_conformance(Echo, Short)
