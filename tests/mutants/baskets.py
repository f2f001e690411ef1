"""Mutants of concurrent changes of baskets, and of coupons."""

from tests.mutants.mutant import Mutant, without

REPEATED = "tests/journeys/test_repeated_requests.py"
MERGING = "tests/journeys/test_merging.py"
COUPONS = "tests/basket/test_coupons.py"

MUTANTS: list[Mutant] = [
    without(
        "concurrent changes of a basket without its lock",
        "contexts/basket/use_cases/add_item.py",
        "Basket.objects.select_for_update().of(shopper)",
        "Basket.objects.of(shopper)",
        killed_by=f"{REPEATED}::TestABasketWithConcurrentRequests::test_contains_the_sum_of_all_that_is_added_at_once",
    ),
    without(
        "a customer's basket without its lock",
        "contexts/basket/models.py",
        "return cls.objects.select_for_update().get(customer_id=customer_id)",
        "return cls.objects.get(customer_id=customer_id)",
        killed_by=f"{REPEATED}::TestABasketWithConcurrentRequests"
        "::test_is_the_only_one_of_a_customer_whose_first_requests_come_at_once",
    ),
    without(
        "an anonymous basket that two customers may take in",
        "contexts/basket/use_cases/merge_basket.py",
        "Basket.objects.select_for_update().filter(token_digest=digest(token))",
        "Basket.objects.filter(token_digest=digest(token))",
        killed_by=f"{REPEATED}::TestABasketWithConcurrentRequests::test_goes_to_one_of_two_customers_who_merge_it_at_once",
    ),
    without(
        "merging without checking for concurrent changes",
        "contexts/basket/use_cases/merge_basket.py",
        'if skus.issuperset(anonymous.items.values_list("sku", flat=True)):',
        "if True:",
        killed_by=f"{REPEATED}::TestABasketWithConcurrentRequests::test_loses_no_item_that_is_added_while_it_is_merged",
    ),
    without(
        "goods that were ordered before they moved into a customer's basket",
        "contexts/basket/use_cases/remove_bought_items.py",
        "return _locked(basket.merged_into_id) if basket and basket.merged_into_id else basket",
        "return basket",
        killed_by=f"{MERGING}::TestABasketThatIsMergedWhileItsOrderIsConfirmed::test_contains_no_bought_item_afterwards",
    ),
    without(
        "a coupon that an order did not use",
        "contexts/basket/models.py",
        "if coupon is None or coupon == self.coupon_id:",
        "if True:",
        killed_by=f"{MERGING}::test_a_coupon_applied_after_ordering_is_still_there_when_the_order_is_confirmed",
    ),
    without(
        "the coupon in OrderConfirmed",
        "contexts/ordering/use_cases/record_capture.py",
        "coupon=order.coupon,",
        killed_by=f"{MERGING}::test_a_coupon_applied_after_ordering_is_still_there_when_the_order_is_confirmed",
    ),
    without(
        "coupons in either case",
        "contexts/basket/models.py",
        'return self.alias(upper=Upper("code")).filter(upper=Upper(Value(code.strip())))',
        "return self.filter(code=code.strip())",
        killed_by=f"{COUPONS}::TestACode::test_is_the_same_in_upper_and_lower_case_and_with_space_around_it",
    ),
    without(
        "coupons without twins",
        "contexts/basket/migrations/0001_initial.py",
        "django.db.models.functions.text.Upper('code'), name='coupon_code_unique'",
        "'code', name='coupon_code_unique'",
        killed_by=f"{COUPONS}::TestACode::test_is_unique_without_regard_to_case",
    ),
    without(
        "a SKU with a slash in the path",
        "contexts/basket/api/urls.py",
        "<path:sku>",
        "<str:sku>",
        killed_by="tests/basket/test_basket.py::TestASku::test_that_is_stored_is_used_at_every_endpoint",
    ),
    without(
        "a token that is empty",
        "platform/web_api/basket_token.py",
        "request.headers.get(HEADER) or None",
        "request.headers.get(HEADER)",
        killed_by="tests/web_api/test_optional_input.py::test_an_empty_basket_token_counts_as_none",
    ),
    without(
        "merging that locks the anonymous basket first",
        "contexts/basket/use_cases/merge_basket.py",
        "        anonymous = _anonymous(token)\n        own = Basket.open_for_customer(customer_id, now=now)\n",
        "        own = Basket.open_for_customer(customer_id, now=now)\n        anonymous = _anonymous(token)\n",
        killed_by=f"{MERGING}::TestABasketThatIsMergedWhileItsOrderIsConfirmed"
        "::test_and_merged_again_does_not_deadlock",
    ),
]
