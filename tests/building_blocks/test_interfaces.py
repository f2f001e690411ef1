"""Published interfaces: declared, bound, and called in the same way on every transport."""

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
from contexts.basket.published.errors import EmptyBasket, UnknownBasket


@interface("basket", errors=(UnknownBasket,))
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
        return {"text": f"{greeting} {' '.join(words)}"}

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
    def test_returns_a_value_and_fills_in_defaults(self) -> None:
        response = use(Echo).echo(id=uuid4(), at=datetime.now(UTC), words=["dear", "neighbour"])

        assert response == {"text": "hello dear neighbour"}

    def test_raises_a_declared_refusal_with_its_details(self) -> None:
        with pytest.raises(UnknownBasket, match="No basket") as refused:
            use(Echo).refuse(token="abc")

        assert refused.value.details == {"token": "abc"}

    def test_raises_unavailable_if_the_facade_fails(self) -> None:
        with pytest.raises(ContextUnavailable) as failed:
            use(Echo).fail()

        assert "secret" not in str(failed.value)

    def test_raises_unavailable_for_a_refusal_that_the_interface_does_not_declare(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Echo, "errors", {EmptyBasket.code: EmptyBasket})

        with pytest.raises(ContextUnavailable):
            use(Echo).refuse(token="abc")

    @pytest.mark.django_db(databases=["catalog"])
    def test_is_refused_inside_a_transaction(self) -> None:
        with Database("catalog").atomic(), pytest.raises(TransactionMisused, match="call the other system first"):
            use(Echo).fail()

    def test_is_refused_if_no_facade_is_bound(self) -> None:
        @interface("basket")
        class Unbound(Protocol):
            @method(idempotent=True, timeout=1.0)
            def ask(self) -> None: ...

        with pytest.raises(InvalidInterface, match="no facade is bound to Unbound"):
            use(Unbound).ask()


class TestWire:
    def test_refuses_invalid_parameters(self) -> None:
        with pytest.raises(msgspec.ValidationError, match="token"):
            wire.serve(Echo, EchoFacade(), "refuse", b'{"token": 5}')
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            wire.serve(Echo, EchoFacade(), "refuse", b'{"token": "a", "more": 1}')

    def test_raises_unavailable_for_a_refusal_of_a_newer_version(self) -> None:
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
            b'{"value": {"text": "hello"}}',
            b'{"status": "perhaps"}',
            b'{"status": "done"}',
            b'{"status": "done", "value": {"text": 5}}',
            b'{"status": "done", "value": {"text": "\xff"}}',
            b'{"status": "done", "value": ' + b"[" * 100_000,
            b'{"status": "refused"}',
            b'{"status": "refused", "refusal": {"code": "unknown_basket"}}',
            b'{"status": "refused", "refusal": {"code": "unknown_basket", "message": "No.", "details": {"x": {}}}}',
        ],
    )
    def test_raises_unavailable_for_an_invalid_response(self, reply: bytes) -> None:
        with pytest.raises(ContextUnavailable):
            wire.decode_response(Echo, "echo", reply)

    @pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e999999", "1.234", "ten"])
    def test_raises_unavailable_for_a_value_that_cannot_be_constructed(self, amount: str) -> None:
        @interface("basket")
        class Prices(Protocol):
            @method(idempotent=True, timeout=1.0)
            def price(self) -> Money: ...

        with pytest.raises(ContextUnavailable):
            wire.decode_response(
                Prices, "price", b'{"status": "done", "value": {"amount": "%b", "currency": "EUR"}}' % amount.encode()
            )

    def test_raises_a_refusal_with_details_of_any_name(self) -> None:
        details: dict[str, Detail] = {"message": "of the neighbour", "self": 1}
        document = wire.RefusalDocument(UnknownBasket.code, "No basket.", details)

        with pytest.raises(UnknownBasket) as refused:
            wire.decode_response(Echo, "refuse", msgspec.json.encode(wire.Response("refused", refusal=document)))

        assert refused.value.details == details

    def test_raises_unavailable_if_the_result_cannot_be_encoded(self) -> None:
        class Unencodable(EchoFacade):
            def fail(self) -> None:
                return object()  # type: ignore[return-value]

        with pytest.raises(ContextUnavailable):
            wire.call(Echo, Unencodable(), "fail", {})


class TestBinding:
    def test_refuses_a_second_facade(self, transport: str) -> None:
        class OtherFacade(EchoFacade): ...

        bind(Echo, EchoFacade)
        with pytest.raises(InvalidInterface, match="Echo is already bound to EchoFacade"):
            bind(Echo, OtherFacade)

        assert isinstance(binding._facades[Echo], EchoFacade)
        assert not isinstance(binding._facades[Echo], OtherFacade)


class TestDeclaring:
    def test_needs_a_call_policy(self) -> None:
        with pytest.raises(InvalidInterface, match="declares no call policy"):

            @interface("basket")
            class WithoutPolicy(Protocol):
                def ask(self) -> None: ...

    def test_needs_keyword_only_parameters(self) -> None:
        with pytest.raises(InvalidInterface, match="must be keyword-only"):

            @interface("basket")
            class Positional(Protocol):
                @method(idempotent=True, timeout=1.0)
                def ask(self, what: str) -> None: ...

    def test_needs_annotations(self) -> None:
        with pytest.raises(InvalidInterface, match="no return annotation"):

            @interface("basket")
            class Unannotated(Protocol):
                @method(idempotent=True, timeout=1.0)
                def ask(self): ...  # type: ignore[no-untyped-def]


class TestFacades:
    @pytest.mark.parametrize("published", list(binding._facades), ids=lambda published: published.__name__)
    def test_conform_to_their_interface(self, published: type) -> None:
        check_conformance(published, type(binding._facades[published]))

    def test_may_not_have_positional_parameters(self) -> None:
        class Positional(EchoFacade):
            def refuse(self, token: str) -> None: ...

        with pytest.raises(InvalidInterface, match=r"Positional.refuse differs from Echo.refuse"):
            check_conformance(Echo, Positional)

    def test_may_not_lack_a_method(self) -> None:
        class Incomplete:
            pass

        with pytest.raises(InvalidInterface, match="lacks echo"):
            check_conformance(Echo, Incomplete)
