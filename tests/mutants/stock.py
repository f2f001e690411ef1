"""Mutants of stock and coupons."""

from tests.mutants.mutant import Mutant, without

RACES = "tests/journeys/test_races.py"
PAYMENTS = "tests/journeys/test_payment_outcomes.py"
RETURNING = "tests/catalog/test_reservations.py::TestReturning"
TOMBSTONE = "test_leaves_a_tombstone_so_that_nothing_is_ever_granted"

MUTANTS: list[Mutant] = [
    without(
        "stock UPDATE without its condition",
        "contexts/catalog/models/stock.py",
        'self.filter(pk=line.sku, variant__in=on_sale, on_hand__gte=F("reserved") + line.quantity)',
        "self.filter(pk=line.sku, variant__in=on_sale)",
        killed_by=f"{RACES}::TestTheLastPieces::test_are_neither_lost_nor_multiplied",
    ),
    without(
        "stock without its CHECK",
        "contexts/catalog/migrations/0001_initial.py",
        "models.Q(('reserved__lte', models.F('on_hand'))), name='stock_not_oversold'",
        "models.Q(('reserved__gte', 0)), name='stock_not_oversold'",
        killed_by="tests/catalog/test_reservations.py::TestDatabaseConstraints::test_refuse_impossible_numbers",
    ),
    without(
        "reserving without a sorted lock order",
        "contexts/catalog/use_cases/reserve_stock.py",
        "in sorted(changes, key=lambda change: (change[0].sku, change[1])):",
        "in changes:",
        killed_by=f"{RACES}::TestBasketsInOppositeOrder",
    ),
    without(
        "an order that replaces another, whose stock stays reserved if the new one is refused",
        "contexts/catalog/use_cases/reserve_stock.py",
        "            _exchange(held, [])\n",
        killed_by="tests/catalog/test_reservations.py::TestReplacing"
        "::test_releases_the_old_stock_even_if_the_new_order_is_rejected",
    ),
    without(
        "coupons that are exchanged without a sorted lock order",
        "contexts/basket/use_cases/redeem_coupon.py",
        "        Coupon.objects.lock([new_code, *held])\n",
        "        pass\n",
        killed_by="tests/journeys/test_one_order_of_merged_baskets.py::TestAtTheSameMoment"
        "::test_orders_that_exchange_coupons_lock_the_same_one_first",
    ),
    without(
        "committing without a sorted lock order",
        "contexts/catalog/models/stock.py",
        "sorted((StockLine(sku=row.sku, quantity=row.quantity) for row in rows), key=lambda line: line.sku)",
        "[StockLine(sku=row.sku, quantity=row.quantity) for row in rows]",
        killed_by=f"{RACES}::TestBasketsInOppositeOrder::test_lock_the_same_row_first",
    ),
    without(
        "stock release that leaves no tombstone",
        "contexts/catalog/models/stock.py",
        "existing or cls.objects.create(order_id=order_id, state=ReservationState.RELEASED, created_at=now)",
        "existing or cls(order_id=order_id, state=ReservationState.RELEASED, created_at=now)",
        killed_by=f"{PAYMENTS}::TestAReleaseThatOvertakesItsRequest::{TOMBSTONE}",
    ),
    without(
        "goods that are returned more than once",
        "contexts/catalog/models/stock.py",
        "        self.transition_to(ReservationState.RETURNED)\n",
        killed_by=f"{RETURNING}::test_puts_the_goods_back_on_hand_once_with_rows_in_the_ledger",
    ),
    without(
        "a sale that takes returned goods again",
        "contexts/catalog/use_cases/commit_stock.py",
        "        if reservation.state == ReservationState.RETURNED:\n            return\n",
        killed_by=f"{RETURNING}::test_that_overtakes_the_sale_commits_it_first",
    ),
    without(
        "coupon release that leaves no tombstone",
        "contexts/basket/models.py",
        "existing or cls.objects.create(order_id=order_id, state=RedemptionState.RELEASED, created_at=now)",
        "existing or cls(order_id=order_id, state=RedemptionState.RELEASED, created_at=now)",
        killed_by=f"{PAYMENTS}::TestAReleaseThatOvertakesItsRequest::{TOMBSTONE}",
    ),
    without(
        "reservations that change from any state",
        "contexts/catalog/models/stock.py",
        "        check_transition(RESERVATION_TRANSITIONS, self.state, state)\n",
        killed_by="tests/catalog/test_reservations.py::TestTransitions::test_are_refused_unless_they_are_listed",
    ),
    without(
        "redemptions that change from any state",
        "contexts/basket/models.py",
        "        check_transition(REDEMPTION_TRANSITIONS, self.state, state)\n",
        killed_by="tests/basket/test_redemptions.py::TestTransitions::test_are_refused_unless_they_are_listed",
    ),
    without(
        "coupon without its limit",
        "contexts/basket/models.py",
        '.filter(uses__lt=F("max_uses"))',
        "",
        killed_by=f"{RACES}::TestACoupon::test_is_used_as_often_as_it_may_be",
    ),
    without(
        "coupon without its CHECK",
        "contexts/basket/migrations/0001_initial.py",
        "models.CheckConstraint(condition=models.Q(('uses__lte', models.F('max_uses'))), name='coupon_uses_limited'), ",
        killed_by="tests/basket/test_coupons.py::TestDatabaseConstraints",
    ),
    without(
        "sale without a variant",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "    IF FOUND AND NOT EXISTS (SELECT 1 FROM catalog_variant WHERE product_id = NEW.id) THEN",
        "    IF false THEN",
        killed_by="tests/catalog/test_sale.py::TestAProductWithoutVariants::test_cannot_be_on_sale_after_any_write",
    ),
    without(
        "sale that ends with the last variant",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "CREATE TRIGGER end_sale_without_variant AFTER DELETE ON catalog_variant\n"
        "    FOR EACH ROW EXECUTE FUNCTION end_sale_without_variant();",
        killed_by="tests/catalog/test_sale.py::TestAProductWithoutVariants"
        "::test_is_neither_shown_nor_counted_in_a_list",
    ),
    without(
        "two last variants that go at once",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "    PERFORM 1 FROM catalog_product WHERE id = OLD.product_id FOR NO KEY UPDATE;\n",
        killed_by="tests/catalog/test_last_variant.py::test_a_product_goes_off_sale_if_its_two_last_variants_go_at_once",
    ),
    without(
        "SKUs without twins",
        "contexts/catalog/migrations/0001_initial.py",
        "django.db.models.functions.text.Upper('sku'), name='variant_sku_unique'",
        "'sku', name='variant_sku_unique'",
        killed_by="tests/catalog/test_sale.py::TestASku::test_is_unique_without_regard_to_case",
    ),
    without(
        "former slugs",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "WHEN (OLD.slug <> NEW.slug)",
        "WHEN (false)",
        killed_by="tests/catalog/test_former_slugs.py::test_an_old_slug_redirects_to_the_present_one_after_several_renames",
    ),
    without(
        "accents in sort keys",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        r"regexp_replace(normalize(btrim(name), NFKD), '[\u0300-\u036f]', '', 'g')",
        "btrim(name)",
        killed_by="tests/catalog/test_list_sorting.py::test_products_are_sorted_by_name_without_case_and_accents",
    ),
    without(
        "categories that are stored before the one above them",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "AFTER INSERT ON catalog_category\n    FOR EACH ROW",
        "AFTER INSERT ON catalog_category\n    FOR EACH ROW WHEN (false)",
        killed_by="tests/catalog/test_list_sorting.py::TestCategories::test_follow_a_parent_that_is_stored_after_them",
    ),
    without(
        "categories below one that gets another name",
        "contexts/catalog/migrations/0002_kept_by_postgres.py",
        "WHEN (OLD.sort_key <> NEW.sort_key)",
        "WHEN (false)",
        killed_by="tests/catalog/test_list_sorting.py::TestCategories::test_move_with_their_parent_when_it_is_renamed",
    ),
]
