"""The guards of the operators' pages."""

from tests.mutants.mutant import Mutant, without

SIGN_IN = "tests/admin/test_sign_in.py"
FACTOR, CODES = "tests/admin/test_second_factor.py", "tests/identity/test_one_time_codes.py"
USERS = "contexts/identity/admin/users.py"
PRODUCT = "tests/admin/test_catalog.py::TestAProduct"

MUTANTS: list[Mutant] = [
    without(
        "operators' pages that a session of the API opens",
        "platform/backoffice/site.py",
        " and steps.are_taken(request)",
        "",
        found_by=f"{SIGN_IN}::TestASessionOfTheShopsApi::test_does_not_open_the_operators_pages",
    ),
    without(
        "operators' passwords that may be guessed for ever",
        "platform/backoffice/attempts.py",
        "if tries.count() > settings.OPERATOR_SIGN_IN_ATTEMPTS:",
        "if False:",
        found_by=f"{SIGN_IN}::TestThrottling::test_refuses_the_right_password_too_after_five_wrong_ones",
    ),
    without(
        "administrators without a second factor",
        "platform/backoffice/steps.py",
        "taken == BY_PASSWORD and not user.must_have_second_factor",
        "taken == BY_PASSWORD",
        found_by=f"{FACTOR}::TestAnAdministratorWithoutAFactor::test_must_set_it_up_as_soon_as_the_role_is_given",
    ),
    without(
        "sessions half-way that open the pages",
        "platform/backoffice/steps.py",
        "return bool(taken == BY_BOTH or",
        "return bool(taken or",
        found_by=f"{FACTOR}::TestAnAdministratorWithAFactor::test_gives_a_code_under_a_new_session_key",
    ),
    without(
        "codes that are good again",
        "contexts/identity/adapters/one_time_codes.py",
        "if used_at is None or step > _step(used_at)",
        "",
        found_by=f"{CODES}::TestACode::test_is_good_once_and_so_is_none_before_it",
    ),
    without(
        "codes without their lock",
        "contexts/identity/adapters/one_time_codes.py",
        "Authenticator.objects.select_for_update().filter(",
        "Authenticator.objects.filter(",
        found_by=f"{CODES}::test_of_one_code_given_four_times_at_once_one_gets_in",
    ),
    without(
        "refusals that nobody hears of",
        "platform/backoffice/site.py",
        "write_down_refusal(request, what)",
        "pass",
        found_by="tests/admin/test_roles.py::TestWhatIsRefused::test_is_seen_among_who_changed_what",
    ),
    without(
        "operators who cancel orders without the permission",
        "contexts/ordering/admin/steps.py",
        'bool(request.user.has_perm("ordering.cancel_order"))',
        "True",
        found_by="tests/admin/test_orders.py::TestCancelling::test_is_not_for_a_catalogue_editor",
    ),
    without(
        "operators who refund orders without the permission",
        "contexts/ordering/admin/steps.py",
        'bool(request.user.has_perm("ordering.refund_order"))',
        "True",
        found_by="tests/admin/test_fulfilment.py::TestAStep::test_is_not_for_a_catalogue_editor",
    ),
    without(
        "operators who replay messages without the permission",
        "platform/backoffice/console/steps.py",
        'return bool(request.user.has_perm(f"{table.app_label}.change_{table.model_name}"))',
        "return True",
        found_by="tests/admin/test_messages.py::TestADeadMessage::test_is_an_administrators_business",
    ),
    without(
        "operators who change those that may do more",
        USERS,
        " and (request.user.is_superuser or not obj.is_superuser)",
        "",
        found_by="tests/admin/test_users.py::TestAnAdministrator::test_does_not_touch_who_may_do_everything",
    ),
    without(
        "operators who change customers",
        USERS,
        "return allowed and obj.is_staff and",
        "return allowed and",
        found_by="tests/admin/test_users.py::TestAnAdministrator::test_sees_a_customer_and_changes_nothing_of_theirs",
    ),
    without(
        "operators who take what is reserved",
        "contexts/catalog/models/stock.py",
        'self.filter(pk=sku, on_hand__gte=F("reserved") - delta)',
        "self.filter(pk=sku)",
        found_by="tests/admin/test_catalog.py::TestStock::test_never_falls_below_what_is_promised_to_orders",
    ),
    without(
        "a SKU that operators rename",
        "contexts/catalog/admin/variants.py",
        "if any(form.instance._state.adding for form in self.initial_forms):",
        "if False:",
        found_by="tests/admin/test_catalog.py::TestAProduct::test_keeps_a_sku_once_it_is_there",
    ),
    without(
        "new SKUs without an alphabet",
        "contexts/catalog/admin/variants.py",
        "if self.instance._state.adding and not SKU.fullmatch(sku):",
        "if False:",
        found_by=f"{PRODUCT}::test_takes_no_sku_outside_the_alphabet",
    ),
    without(
        "an alphabet for SKUs that are there",
        "contexts/catalog/admin/variants.py",
        "if self.instance._state.adding and not SKU.fullmatch(sku):",
        "if not SKU.fullmatch(sku):",
        found_by=f"{PRODUCT}::test_goes_on_with_a_sku_of_before_there_was_an_alphabet",
    ),
    without(
        "the address of the stock of any SKU",
        "contexts/catalog/admin/variants.py",
        "args=(quote(variant.pk),)",
        "args=(variant.pk,)",
        found_by=f"{PRODUCT}::test_goes_on_with_a_sku_of_before_there_was_an_alphabet",
    ),
    without(
        "two new SKUs of one form that are twins",
        "contexts/catalog/admin/variants.py",
        "if len({sku.upper() for sku in skus}) < len(skus):",
        "if False:",
        found_by=f"{PRODUCT}::test_takes_no_two_new_skus_that_differ_in_case_alone",
    ),
    without(
        "sale without a variant in the form",
        "contexts/catalog/admin/variants.py",
        "if self.instance.on_sale and not skus:",
        "if False:",
        found_by=f"{PRODUCT}::test_is_not_on_sale_without_a_variant",
    ),
    without(
        "sale without a variant in the list",
        "contexts/catalog/admin/products.py",
        "if on_sale and (bare := [product.name for product in others if not product.variants.all()]):",
        "if bare := []:",
        found_by="tests/admin/test_catalog.py::TestSale::test_does_not_begin_without_a_variant",
    ),
    without(
        "the order of a list of the operators' pages",
        "contexts/catalog/admin/shelves.py",
        'ordering = ("sort_key", "slug")',
        'ordering = ("name", "slug")',
        found_by="tests/catalog/test_order_of_lists.py::test_brands_and_suppliers_are_sorted_likewise",
    ),
    without(
        "an order number without dashes in the search",
        "contexts/ordering/admin/orders.py",
        "found | rows.filter(number__startswith=as_written(term)) if term else found",
        "found",
        found_by="tests/admin/test_orders.py::TestAnOrder::test_is_found_by_number_and_address",
    ),
    without(
        "a plain code of a coupon",
        "contexts/basket/admin.py",
        "if not CODE.fullmatch(code):",
        "if False:",
        found_by="tests/admin/test_orders.py::TestACoupon::test_has_a_plain_code_of_its_own",
    ),
]
