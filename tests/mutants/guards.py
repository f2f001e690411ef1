"""The guards of money, stock, messages and data, each with the test that must notice when it is gone."""

from tests.mutants.mutant import Mutant, without

RACES = "tests/journeys/test_races.py"
REPEATED = "tests/journeys/test_repeated_requests.py"
PAYMENTS = "tests/journeys/test_payment_outcomes.py"
REDELIVERY = "tests/journeys/test_redelivery.py"
CRASHES = "tests/journeys/test_crashes.py"
MESSAGES = "tests/building_blocks/test_messages.py"
INTERFACES = "tests/building_blocks/test_interfaces.py"
DATABASES = "tests/architecture/test_databases.py"
REFRESHING = "tests/identity/test_refreshing.py"

STOCK_AND_COUPON = [
    without(
        "stock UPDATE without its condition",
        "contexts/catalog/models.py",
        'self.filter(pk=line.sku, on_hand__gte=F("reserved") + line.quantity)',
        "self.filter(pk=line.sku)",
        found_by=f"{RACES}::TestTheLastPieces::test_are_neither_lost_nor_multiplied",
    ),
    without(
        "stock without its CHECK",
        "contexts/catalog/migrations/0001_initial.py",
        "models.CheckConstraint(condition=models.Q(('reserved__lte', models.F('on_hand'))), name='stock_not_oversold')",
        found_by="tests/catalog/test_reservations.py::TestTheDatabaseItself::test_refuses_what_wrong_code_might_write",
    ),
    without(
        "reserving without a sorted lock order",
        "contexts/catalog/use_cases/reserve_stock.py",
        "in sorted(lines, key=lambda line: line.sku):",
        "in lines:",
        found_by=f"{RACES}::TestBasketsInOppositeOrder::test_lock_the_same_row_first",
    ),
    without(
        "committing without a sorted lock order",
        "contexts/catalog/models.py",
        "sorted((StockLine(sku=row.sku, quantity=row.quantity) for row in rows), key=lambda line: line.sku)",
        "[StockLine(sku=row.sku, quantity=row.quantity) for row in rows]",
        found_by=f"{RACES}::TestBasketsInOppositeOrder::test_lock_the_same_row_first",
    ),
    without(
        "reserving though the order has been released",
        "contexts/catalog/models.py",
        "        if not created:\n            return None\n",
        found_by=f"{PAYMENTS}::TestAReleaseThatOvertakesItsRequest",
    ),
    without(
        "coupon without its limit",
        "contexts/basket/models.py",
        'valid_from__lte=now, uses__lt=F("max_uses"))',
        "valid_from__lte=now)",
        found_by=f"{RACES}::TestACoupon::test_is_used_as_often_as_it_may_be",
    ),
    without(
        "coupon without its CHECK",
        "contexts/basket/migrations/0001_initial.py",
        "models.CheckConstraint(condition=models.Q(('uses__lte', models.F('max_uses'))), name='coupon_not_overused'), ",
        found_by="tests/basket/test_coupons.py::TestTheDatabaseItself",
    ),
]

ORDERS_AND_PAYMENTS = [
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
        found_by=f"{REPEATED}::TestTheSameIdempotencyKey::test_eight_times_at_once_makes_one_order",
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
        "a basket that many change at once without its lock",
        "contexts/basket/use_cases/add_item.py",
        "Basket.objects.select_for_update().of(shopper)",
        "Basket.objects.of(shopper)",
        found_by=f"{REPEATED}::TestOneBasketInManyHands::test_holds_the_sum_of_what_is_put_into_it_at_once",
    ),
]

MESSAGES_AND_CALLS = [
    without(
        "inbox without its mark",
        "platform/building_blocks/messaging/inbox.py",
        "if row.mark_handled(now=now):",
        "if row.mark_handled(now=now) or True:",
        found_by=f"{MESSAGES}::TestTheInbox::test_handles_nothing_that_another_worker_has_handled_since_it_was_taken",
    ),
    without(
        "inbox that holds a message twice",
        "platform/building_blocks/messaging/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('message_id', 'handler'), name='inbox_message_once')",
        found_by=f"{REDELIVERY}::test_a_purchase_of_which_every_message_comes_twice_and_once_more_is_one_purchase",
    ),
    without(
        "relay that forgets what nobody has confirmed",
        "platform/building_blocks/messaging/relay.py",
        "done = [row for row in rows if handlers_of(row.type).keys() <= set(row.confirmed_by)]",
        "done = rows",
        found_by=f"{MESSAGES}::TestTheRelay::test_sends_again_what_a_context_has_not_confirmed",
    ),
    without(
        "messages that stay with whoever died over them",
        "platform/building_blocks/messaging/models.py",
        "LEASE = timedelta(seconds=30)",
        "LEASE = timedelta(days=1)",
        found_by=f"{CRASHES}::test_twenty_crashes_leave_every_purchase_whole",
    ),
    without(
        "publishing outside a transaction",
        "platform/building_blocks/db.py",
        "    if not opened:\n        raise TransactionMisused(",
        '    if not opened:\n        return "catalog"\n        raise TransactionMisused(',
        found_by=f"{MESSAGES}::TestPublishing::test_is_refused_outside_a_transaction",
    ),
    without(
        "calling a neighbour inside a transaction",
        "platform/building_blocks/interfaces/binding.py",
        'refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")',
        "pass",
        found_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "asking anybody inside a transaction",
        "platform/building_blocks/db.py",
        '    if opened := open_transactions():\n        raise TransactionMisused(f"{what} inside',
        '    if (opened := open_transactions()) and False:\n        raise TransactionMisused(f"{what} inside',
        found_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "writing to two databases in one transaction",
        "platform/building_blocks/db.py",
        "if opened - {self.alias}:",
        "if False:",
        found_by="tests/building_blocks/test_transactions.py::TestAtomic"
        "::test_is_refused_inside_another_contexts_transaction",
    ),
]

ROLES_AND_TOKENS = [
    without(
        "schemas that every login may enter",
        "platform/building_blocks/databases/provision.py",
        '"GRANT USAGE ON SCHEMA {0} TO {0}"',
        '"GRANT USAGE ON SCHEMA {0} TO PUBLIC"',
        found_by=f"{DATABASES}::TestALogin::test_finds_its_own_schema_without_naming_it",
    ),
    without(
        "a public schema that every login may use",
        "platform/building_blocks/databases/provision.py",
        '"REVOKE ALL ON SCHEMA public FROM PUBLIC"',
        '"SELECT 1"',
        found_by=f"{DATABASES}::TestALogin::test_cannot_use_the_public_schema",
    ),
    without(
        "refresh token that is good again",
        "contexts/identity/domain/refresh_tokens.py",
        "if used_at is not None or not signed_in:",
        "if not signed_in:",
        found_by=f"{REFRESHING}::TestRefresh::test_of_a_used_token_ends_the_whole_sign_in",
    ),
    without(
        "refresh token without its lock",
        "contexts/identity/models.py",
        'self.select_for_update(of=("self",)).select_related("family__user")',
        'self.select_related("family__user")',
        found_by=f"{REFRESHING}::test_of_one_token_eight_times_at_once_succeeds_once",
    ),
]

MUTANTS: list[Mutant] = [*STOCK_AND_COUPON, *ORDERS_AND_PAYMENTS, *MESSAGES_AND_CALLS, *ROLES_AND_TOKENS]
