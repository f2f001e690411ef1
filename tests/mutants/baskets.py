"""The guards of a basket in many hands."""

from tests.mutants.mutant import Mutant, without

REPEATED = "tests/journeys/test_repeated_requests.py"

MUTANTS: list[Mutant] = [
    without(
        "a basket that many change at once without its lock",
        "contexts/basket/use_cases/add_item.py",
        "Basket.objects.select_for_update().of(shopper)",
        "Basket.objects.of(shopper)",
        found_by=f"{REPEATED}::TestOneBasketInManyHands::test_holds_the_sum_of_what_is_put_into_it_at_once",
    ),
    without(
        "a customer's basket without its lock",
        "contexts/basket/models.py",
        "return cls.objects.select_for_update().get(customer_id=customer_id)",
        "return cls.objects.get(customer_id=customer_id)",
        found_by=f"{REPEATED}::TestOneBasketInManyHands"
        "::test_is_the_only_one_of_a_customer_whose_first_requests_come_at_once",
    ),
    without(
        "an anonymous basket that two customers may take in",
        "contexts/basket/use_cases/merge_basket.py",
        "Basket.objects.select_for_update().filter(token_digest=digest(token))",
        "Basket.objects.filter(token_digest=digest(token))",
        found_by=f"{REPEATED}::TestOneBasketInManyHands::test_goes_to_one_of_two_customers_who_merge_it_at_once",
    ),
    without(
        "merging without a look at what came meanwhile",
        "contexts/basket/use_cases/merge_basket.py",
        'if skus.issuperset(anonymous.items.values_list("sku", flat=True)):',
        "if True:",
        found_by=f"{REPEATED}::TestOneBasketInManyHands::test_loses_nothing_that_is_put_into_it_while_it_is_merged",
    ),
]
