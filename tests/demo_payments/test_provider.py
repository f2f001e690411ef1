"""The functions that the shop's servers call."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from building_blocks.databases.transactions import TransactionMisused
from demo_payments import models, provider
from demo_payments.db import atomic
from demo_payments.models import CardToken
from demo_payments.provider import Charge, KeyReused, ProviderTimedOut, Status, UnknownCharge
from tests.demo_payments.cards import (
    ACCEPTED,
    DECLINED,
    LATER,
    NOW,
    REQUIRES_ACTION,
    TIMES_OUT,
    authorised_charge,
    token_for,
)

pytestmark = pytest.mark.django_db(databases=["demo_payments"])


class TestAuthorise:
    def test_reserves_the_amount(self) -> None:
        key = uuid4()
        assert authorised_charge(key=key) == Charge(
            key=key,
            status=Status.AUTHORISED,
            amount=Decimal("12.90"),
            currency="EUR",
            decline_reason=None,
            action_url=None,
        )

    def test_says_why_a_card_is_declined(self) -> None:
        charge = authorised_charge(DECLINED)
        assert (charge.status, charge.decline_reason) == (Status.DECLINED, "card_declined")

    def test_requires_an_approval_if_the_card_does(self) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        assert charge.status == Status.REQUIRES_ACTION
        assert charge.action_url is not None
        assert charge.action_url.startswith("/demo-payments/actions/")

    @pytest.mark.parametrize("token", ["tok_unheard_of", "", "4242424242424242", "\0", "\ud800", "x" * 10_000])
    def test_declines_an_unknown_token(self, token: str) -> None:
        charge = provider.authorise(key=uuid4(), token=token, amount=Decimal(1), currency="EUR", now=NOW)
        assert (charge.status, charge.decline_reason) == (Status.DECLINED, "token_unknown")

    def test_declines_a_token_after_an_hour(self) -> None:
        def charge_after(delay: timedelta) -> Charge:
            return provider.authorise(
                key=uuid4(), token=token_for(), amount=Decimal(1), currency="EUR", now=NOW + delay
            )

        assert charge_after(timedelta(minutes=59)).status == Status.AUTHORISED
        assert charge_after(timedelta(hours=1)).decline_reason == "token_expired"

    def test_declines_a_used_token(self) -> None:
        token = token_for()
        first, second = authorised_charge(token=token), authorised_charge(token=token)
        assert first.status == Status.AUTHORISED
        assert (second.status, second.decline_reason) == (Status.DECLINED, "token_used")

    @pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN"])
    def test_refuses_an_invalid_amount(self, amount: str) -> None:
        with pytest.raises(ValueError, match=r"positive|decimals"):
            authorised_charge(amount=amount)


class TestIdempotencyKey:
    def test_returns_the_same_charge_for_a_repeat(self) -> None:
        key, token = uuid4(), token_for()
        assert authorised_charge(key=key, token=token) == authorised_charge(key=key, token=token, amount="12.9")
        assert models.Charge.objects.count() == 1

    def test_returns_the_current_charge_for_a_repeat(self) -> None:
        key, token = uuid4(), token_for()
        authorised_charge(key=key, token=token)
        provider.capture(key=key, now=LATER)
        assert authorised_charge(key=key, token=token).status == Status.CAPTURED

    def test_returns_the_charge_for_a_repeat_after_its_token_has_expired(self) -> None:
        key, token = uuid4(), token_for()
        authorised_charge(key=key, token=token)
        late = NOW + timedelta(days=1)
        charge = provider.authorise(key=key, token=token, amount=Decimal("12.90"), currency="EUR", now=late)
        assert charge.status == Status.AUTHORISED

    def test_is_valid_for_one_amount_and_one_card(self) -> None:
        key, token = uuid4(), token_for()
        authorised_charge(key=key, token=token)
        with pytest.raises(KeyReused):
            authorised_charge(key=key, token=token, amount="12.91")
        with pytest.raises(KeyReused):
            authorised_charge(key=key, token=token_for())
        assert provider.find(key=key) == authorised_charge(key=key, token=token)

    def test_that_is_reused_does_not_use_up_the_token(self) -> None:
        key, token = uuid4(), token_for()
        authorised_charge(key=key)
        with pytest.raises(KeyReused):
            authorised_charge(key=key, token=token)
        assert authorised_charge(token=token).status == Status.AUTHORISED

    def test_has_one_charge_by_a_constraint(self) -> None:
        charge = models.Charge.tombstone(key=authorised_charge().key, now=NOW)
        with pytest.raises(IntegrityError, match="duplicate key"), atomic():
            charge.save(force_insert=True)


class TestCapture:
    def test_takes_the_money_once(self) -> None:
        key = authorised_charge().key
        first = provider.capture(key=key, now=LATER)
        assert first.status == Status.CAPTURED
        assert provider.capture(key=key, now=LATER) == first

    @pytest.mark.parametrize("number", [DECLINED, REQUIRES_ACTION])
    def test_takes_only_reserved_money(self, number: str) -> None:
        charge = authorised_charge(number)
        assert provider.capture(key=charge.key, now=LATER) == charge

    def test_takes_nothing_after_a_void(self) -> None:
        key = authorised_charge().key
        provider.void(key=key, now=LATER)
        assert provider.capture(key=key, now=LATER).status == Status.VOIDED

    def test_refuses_an_unknown_charge(self) -> None:
        with pytest.raises(UnknownCharge):
            provider.capture(key=uuid4(), now=NOW)

    def test_may_time_out_after_the_money_was_taken(self) -> None:
        key = authorised_charge(TIMES_OUT).key
        with pytest.raises(ProviderTimedOut):
            provider.capture(key=key, now=LATER)
        charge = provider.find(key=key)
        assert charge is not None
        assert charge.status == Status.CAPTURED
        assert provider.capture(key=key, now=LATER) == charge


class TestVoid:
    def test_releases_reserved_money(self) -> None:
        assert provider.void(key=authorised_charge().key, now=LATER).status == Status.VOIDED

    def test_returns_taken_money_once(self) -> None:
        key = authorised_charge().key
        provider.capture(key=key, now=LATER)
        assert provider.void(key=key, now=LATER).status == Status.REFUNDED
        assert provider.void(key=key, now=LATER).status == Status.REFUNDED

    def test_ends_the_approval_by_the_shopper(self) -> None:
        charge = provider.void(key=authorised_charge(REQUIRES_ACTION).key, now=LATER)
        assert (charge.status, charge.action_url) == (Status.VOIDED, None)

    def test_leaves_a_declined_charge_as_it_is(self) -> None:
        charge = authorised_charge(DECLINED)
        assert provider.void(key=charge.key, now=LATER) == charge

    def test_blocks_a_late_authorisation(self) -> None:
        key, token = uuid4(), token_for()
        assert provider.void(key=key, now=NOW).status == Status.VOIDED
        assert authorised_charge(key=key, token=token).status == Status.VOIDED
        assert provider.capture(key=key, now=LATER).status == Status.VOIDED
        assert authorised_charge(token=token).status == Status.AUTHORISED


class TestRefund:
    def test_returns_taken_money_once(self) -> None:
        key = authorised_charge().key
        provider.capture(key=key, now=LATER)
        first = provider.refund(key=key, now=LATER)
        assert first.status == Status.REFUNDED
        assert provider.refund(key=key, now=LATER) == first

    def test_returns_only_taken_money(self) -> None:
        charge = authorised_charge()
        assert provider.refund(key=charge.key, now=LATER) == charge

    def test_may_time_out_after_the_money_was_returned(self) -> None:
        key = authorised_charge(TIMES_OUT).key
        for call in (provider.capture, provider.refund):
            with pytest.raises(ProviderTimedOut):
                call(key=key, now=LATER)
        assert provider.refund(key=key, now=LATER).status == Status.REFUNDED


class TestReconciliation:
    def test_finds_no_unknown_charge(self) -> None:
        assert provider.find(key=uuid4()) is None

    def test_lists_charges_created_or_changed_since(self) -> None:
        untouched, captured = authorised_charge(), authorised_charge()
        provider.capture(key=captured.key, now=LATER)
        assert {charge.key for charge in provider.charges_since(since=NOW)} == {untouched.key, captured.key}
        (changed,) = provider.charges_since(since=LATER)
        assert (changed.key, changed.status) == (captured.key, Status.CAPTURED)
        assert provider.charges_since(since=LATER + timedelta(seconds=1)) == []


class TestStoredRows:
    def test_are_not_written_inside_a_transaction_of_the_caller(self) -> None:
        charge = authorised_charge()
        calls: list[Callable[[], object]] = [
            authorised_charge,
            lambda: provider.capture(key=charge.key, now=NOW),
            lambda: provider.void(key=charge.key, now=NOW),
            lambda: provider.refund(key=charge.key, now=NOW),
            lambda: provider.find(key=charge.key),
        ]
        for call in calls:
            with pytest.raises(TransactionMisused), atomic():
                call()
        assert provider.find(key=charge.key) == charge

    def test_contain_no_usable_token(self) -> None:
        token = token_for(ACCEPTED)
        (stored,) = CardToken.objects.values()
        assert token not in str(stored)
        assert (stored["brand"], stored["last_four"]) == ("visa", "4242")

    @pytest.mark.parametrize(
        "wrong",
        [{"amount": -1}, {"amount": 0}, {"status": "paid"}, {"currency": "eur"}, {"decline_reason": "whim"}],
        ids=str,
    )
    def test_are_checked_by_constraints(self, wrong: dict[str, object]) -> None:
        charge = models.Charge.objects.filter(key=authorised_charge().key)
        with pytest.raises(IntegrityError, match="check constraint"), atomic():
            charge.update(**wrong)
