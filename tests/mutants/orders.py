"""Mutants of orders and their payments."""

from tests.mutants.mutant import Mutant, without

RACES = "tests/journeys/test_races.py"
REPEATED = "tests/journeys/test_repeated_requests.py"
PAYMENTS = "tests/journeys/test_payment_outcomes.py"
CONCURRENT = "tests/journeys/test_concurrent_writers.py"
MERGED = "tests/journeys/test_one_order_of_merged_baskets.py"
PAYING_AGAIN = "tests/journeys/test_paying_again.py"
FULFILMENT = "tests/journeys/test_fulfilment.py"

MUTANTS: list[Mutant] = [
    without(
        "an order of a basket next to an unpaid one of a basket merged into it",
        "contexts/ordering/models/orders.py",
        "basket_id__in=[snapshot.basket_id, *snapshot.merged]",
        "basket_id__in=[snapshot.basket_id]",
        killed_by=f"{MERGED}::TestTheOrderOfAMergedBasket"
        "::test_takes_the_place_of_the_guests_which_is_never_paid_though_it_is_approved",
    ),
    without(
        "an order that replaces one that was paid while it waited for the lock",
        "contexts/ordering/models/orders.py",
        "self.filter(pk__in=[old.pk for old in self.unpaid(snapshot)])",
        "self.unpaid(snapshot)",
        killed_by=f"{MERGED}::TestAtTheSameMoment"
        "::test_the_approval_of_the_guests_order_comes_first_and_the_other_order_is_refused",
    ),
    without(
        "placing an order without claiming its idempotency key",
        "contexts/ordering/use_cases/place_order.py",
        "            key.claim(order.pk, now=now)\n",
        killed_by=f"{REPEATED}::TestTheSameIdempotencyKey::test_eight_times_at_once_makes_one_order",
    ),
    without(
        "an idempotency key without its row's uniqueness",
        "platform/web_api/idempotency/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('scope', 'key'), name='idempotency_key_once')",
        killed_by=f"{REPEATED}::TestTheSameIdempotencyKey::test_while_the_basket_changes_makes_one_order",
    ),
    without(
        "an idempotency key that fits any body",
        "platform/web_api/idempotency/keys.py",
        "if row.fingerprint != self.fingerprint:",
        "if False:",
        killed_by=f"{REPEATED}::TestTheSameIdempotencyKey"
        "::test_with_another_body_at_once_makes_one_order_and_refuses_the_rest",
    ),
    without(
        "many live orders of one version of a basket",
        "contexts/ordering/migrations/0001_initial.py",
        "fields=('basket_id', 'basket_version'), name='order_one_per_basket_version'",
        "fields=('id',), name='order_one_per_basket_version'",
        killed_by="tests/ordering/test_orders.py::TestIdempotencyKey"
        "::test_if_new_for_a_basket_that_is_ordered_already_names_that_order",
    ),
    without(
        "many unpaid orders of one basket",
        "contexts/ordering/migrations/0001_initial.py",
        "fields=('basket_id',), name='order_one_unpaid_per_basket'",
        "fields=('id',), name='order_one_unpaid_per_basket'",
        killed_by="tests/ordering/test_status.py::TestDatabaseConstraints::test_refuse_two_unpaid_orders_of_one_basket",
    ),
    without(
        "many live payments of an order",
        "contexts/ordering/migrations/0001_initial.py",
        "('state__in', ['waiting', 'authorising', 'action_required', 'capturing', 'captured'])), fields=('order',)",
        "('state__in', ['declined'])), fields=('order',)",
        killed_by="tests/ordering/test_status.py::TestDatabaseConstraints::test_refuse_a_second_active_attempt_to_pay",
    ),
    without(
        "an order that is locked after its payments were read",
        "contexts/ordering/models/orders.py",
        "        return self.select_for_update().get(pk=order_id)\n",
        '        found = self.prefetch_related("payments").get(pk=order_id)\n'
        "        self.select_for_update().get(pk=order_id)\n        return found\n",
        killed_by=f"{CONCURRENT}::test_an_order_whose_capture_is_asked_for_a_moment_earlier_goes_on_to_be_paid",
    ),
    without(
        "an answer about an abandoned payment that changes the order",
        "contexts/ordering/use_cases/record_authorisation.py",
        "if not order.is_open or payment.state not in MAY_HOLD_MONEY:",
        "if not order.is_open:",
        killed_by=f"{CONCURRENT}::test_an_approval_that_comes_a_moment_too_late_takes_no_money",
    ),
    without(
        "an answer that is taken for the newest payment, whichever was asked about",
        "contexts/ordering/use_cases/record_void.py",
        ".attempt(command.payment_id)",
        ".payment",
        killed_by=f"{PAYING_AGAIN}::test_a_void_that_is_late_does_not_reach_the_card_that_pays",
    ),
    without(
        "an unfinished payment that is replaced and not abandoned",
        "contexts/ordering/use_cases/pay_order_again.py",
        "            abandon_payment(order.payment, now=now)\n",
        killed_by=f"{PAYING_AGAIN}::TestAnotherCard",
    ),
    without(
        "another card while money may be taken",
        "contexts/ordering/use_cases/pay_order_again.py",
        "if not order.can_be_cancelled:",
        "if not order.is_open:",
        killed_by=f"{PAYING_AGAIN}::TestAnotherCard::test_is_refused_once_money_may_be_taken_or_the_order_is_settled",
    ),
    without(
        "another card without claiming the idempotency key",
        "contexts/ordering/use_cases/pay_order_again.py",
        "            key.claim(payment_id, now=now)\n",
        killed_by=f"{PAYING_AGAIN}::TestARequest::test_to_pay_again_has_its_effect_once",
    ),
    without(
        "a check at the provider that may come after the deadline",
        "contexts/ordering/use_cases/record_authorisation.py",
        "next_poll = min(now + pause, order.deadline_at - MIN_POLL_INTERVAL)",
        "next_poll = now + pause",
        killed_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid::test_is_polled_just_before_its_deadline_and_when_it_is_over",
    ),
    without(
        "an order that expires without a last check at the provider",
        "contexts/ordering/command_handlers.py",
        "PaymentCheck(charge=provider_for(payment.money).find(attempt_id=payment.pk))",
        "PaymentCheck()",
        killed_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid::test_is_polled_just_before_its_deadline_and_when_it_is_over",
    ),
    without(
        "a void that is recorded whatever the provider answers",
        "contexts/ordering/use_cases/record_void.py",
        'if charge.state == "captured":',
        "if False:",
        killed_by=f"{PAYMENTS}::TestAVoidThat::test_finds_the_money_taken_gives_it_back",
    ),
    without(
        "a capture that is declined, and never ends its order",
        "contexts/ordering/use_cases/record_capture.py",
        '("captured", "declined", "voided", "refunded")',
        '("captured", "voided", "refunded")',
        killed_by=f"{PAYMENTS}::TestACaptureThat::test_is_declined_cancels_the_order_and_lets_its_buyer_know",
    ),
    without(
        "a new order that is refused what the old one of its basket holds",
        "contexts/ordering/use_cases/place_order.py",
        "_publish_messages(order, snapshot, cost, replaces=replaced)",
        "_publish_messages(order, snapshot, cost, replaces=())",
        killed_by="tests/journeys/test_one_order_of_a_basket.py::test_is_not_refused_what_its_own_first_order_holds",
    ),
    without(
        "an idempotency key that another token can open",
        "contexts/ordering/domain/buyer.py",
        'return f"customer:{self.customer_id}" if self.customer_id else f"basket:{self.token_digest}"',
        'return f"{self.customer_id or self.token}"',
        killed_by="tests/ordering/test_orders.py::TestIdempotencyKey"
        "::test_of_a_customer_cannot_be_used_with_their_id_as_the_basket_token",
    ),
    without(
        "an idempotency key that shows the order of another person",
        "contexts/ordering/use_cases/place_order.py",
        "queries.visible_to(buyer).filter(pk=order_id)",
        "Order.objects.filter(pk=order_id)",
        killed_by="tests/ordering/test_orders.py::TestIdempotencyKey::test_never_shows_the_order_of_another_buyer",
    ),
    without(
        "cancelling an order whose money may be taken",
        "contexts/ordering/domain/status.py",
        "CANCELLABLE = {\n",
        "CANCELLABLE = {\n    PaymentState.CAPTURING,\n",
        killed_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid::test_is_not_cancelled_once_its_money_may_be_taken",
    ),
    without(
        "cancelling an order without voiding its payment",
        "contexts/ordering/domain/status.py",
        "MAY_HOLD_MONEY = {PaymentState.AUTHORISING, PaymentState.ACTION_REQUIRED}",
        "MAY_HOLD_MONEY: set[PaymentState] = set()",
        killed_by=f"{PAYMENTS}::TestAReleaseThatOvertakesItsRequest::test_keeps_the_provider_from_charging",
    ),
    without(
        "an order that never ends unless it is paid",
        "contexts/ordering/use_cases/place_order.py",
        "    send(ExpireOrder(order_id=order.pk), at=order.deadline_at)\n",
        killed_by=f"{PAYMENTS}::TestAnOrderThatIsNeverPaid",
    ),
    without(
        "cancelling without releasing the stock",
        "contexts/ordering/order_changes.py",
        "    send(ReleaseStock(order_id=order.pk))\n",
        killed_by=f"{PAYMENTS}::TestACardThat::test_is_declined_cancels_the_order_and_gives_all_back",
    ),
    without(
        "cancelling without releasing the coupon",
        "contexts/ordering/order_changes.py",
        "        send(ReleaseCoupon(order_id=order.pk))\n",
        "        pass\n",
        killed_by=f"{RACES}::TestACoupon::test_is_given_back_by_an_order_that_comes_to_nothing",
    ),
    without(
        "refunding an order without locking it",
        "contexts/ordering/use_cases/refund_order.py",
        "Order.objects.locked(order_id)",
        'Order.objects.prefetch_related("payments").get(pk=order_id)',
        killed_by=f"{FULFILMENT}::TestOperatorsAtOnce::test_refund_an_order_once",
    ),
    without(
        "refunding an order that is refunded already",
        "contexts/ordering/models/orders.py",
        """            raise TransitionRefused(f"{self.number} is {self.status}, and so cannot be refunded.")
""",
        "            return\n",
        killed_by="tests/admin/test_fulfilment.py::TestAnAction"
        "::test_that_another_operator_has_run_is_refused_with_the_reason",
    ),
    without(
        "a refund that is recorded whatever the provider answers",
        "contexts/ordering/use_cases/record_refund.py",
        'if charge.state != "refunded":',
        "if False:",
        killed_by=f"{FULFILMENT}::TestARefundThatGoesWrong::test_that_the_provider_refuses_is_dead_and_visible",
    ),
]
