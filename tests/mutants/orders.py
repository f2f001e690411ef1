"""The guards of an order and its money."""

from tests.mutants.mutant import Mutant, without

RACES = "tests/journeys/test_races.py"
REPEATED = "tests/journeys/test_repeated_requests.py"
PAYMENTS = "tests/journeys/test_payment_outcomes.py"
FULFILMENT = "tests/journeys/test_fulfilment.py"

MUTANTS: list[Mutant] = [
    without(
        "placing an order without claiming its idempotency key",
        "contexts/ordering/use_cases/place_order.py",
        "            key.claim(order.pk, now=now)\n",
        found_by=f"{REPEATED}::TestTheSameIdempotencyKey::test_eight_times_at_once_makes_one_order",
    ),
    without(
        "an idempotency key without its row's uniqueness",
        "platform/building_blocks/idempotency/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('scope', 'key'), name='idempotency_key_once')",
        found_by=f"{REPEATED}::TestTheSameIdempotencyKey::test_while_the_basket_changes_makes_one_order",
    ),
    without(
        "an idempotency key that fits any body",
        "platform/building_blocks/idempotency/keys.py",
        "if row.fingerprint != self.fingerprint:",
        "if False:",
        found_by=f"{REPEATED}::TestTheSameIdempotencyKey"
        "::test_with_another_body_at_once_makes_one_order_and_refuses_the_rest",
    ),
    without(
        "many live orders of one basket",
        "contexts/ordering/migrations/0001_initial.py",
        "models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True),"
        " fields=('basket_id', 'basket_version'), name='order_once_per_basket_version')",
        found_by=f"{REPEATED}::test_two_tabs_with_a_key_each_make_one_order_of_one_basket",
    ),
    without(
        "cancelling an order whose money may be taken",
        "contexts/ordering/domain/status.py",
        "MAY_BE_CANCELLED = {\n",
        "MAY_BE_CANCELLED = {\n    PaymentState.CAPTURING,\n",
        found_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid::test_is_not_cancelled_once_its_money_may_be_taken",
    ),
    without(
        "cancelling an order without voiding its payment",
        "contexts/ordering/domain/status.py",
        "MAY_HOLD_MONEY = {PaymentState.AUTHORISING, PaymentState.ACTION_REQUIRED}",
        "MAY_HOLD_MONEY: set[PaymentState] = set()",
        found_by=f"{PAYMENTS}::TestAReleaseThatOvertakesItsRequest::test_keeps_the_provider_from_charging",
    ),
    without(
        "an order that never ends unless it is paid",
        "contexts/ordering/use_cases/place_order.py",
        "    send(ExpireOrder(order_id=order.pk), at=order.deadline_at)\n",
        found_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid",
    ),
    without(
        "cancelling without giving the stock back",
        "contexts/ordering/use_cases/cancel_order.py",
        "        send(ReleaseStock(order_id=order_id))\n",
        found_by=f"{PAYMENTS}::TestACardThat::test_is_declined_cancels_the_order_and_gives_all_back",
    ),
    without(
        "cancelling without giving the coupon back",
        "contexts/ordering/use_cases/cancel_order.py",
        "            send(ReleaseCoupon(order_id=order_id))\n",
        "            pass\n",
        found_by=f"{RACES}::TestACoupon::test_is_given_back_by_an_order_that_comes_to_nothing",
    ),
    without(
        "refunding an order without locking it",
        "contexts/ordering/use_cases/refund_order.py",
        "Order.objects.locked(order_id)",
        'Order.objects.prefetch_related("payments").get(pk=order_id)',
        found_by=f"{FULFILMENT}::TestOperatorsAtOnce::test_refund_an_order_once",
    ),
    without(
        "refunding an order that is refunded already",
        "contexts/ordering/models.py",
        """            raise StepRefused(f"{self.number} is {self.status}, and so cannot be refunded.")
""",
        "            return\n",
        found_by="tests/admin/test_fulfilment.py::TestAStep"
        "::test_that_somebody_else_has_taken_says_so_and_is_not_taken_again",
    ),
    without(
        "a refund that is believed whatever the provider says",
        "contexts/ordering/use_cases/record_refund.py",
        'if charge.state != "refunded":',
        "if False:",
        found_by=f"{FULFILMENT}::TestARefundThatMeetsTrouble::test_that_the_provider_refuses_is_parked_and_seen",
    ),
]
