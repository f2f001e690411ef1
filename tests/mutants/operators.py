"""The guards of the operators' pages."""

from tests.mutants.mutant import Mutant, without

SIGN_IN = "tests/admin/test_sign_in.py"
FACTOR, CODES = "tests/admin/test_second_factor.py", "tests/identity/test_one_time_codes.py"
USERS = "contexts/identity/admin/users.py"
SAVING, AT_ONCE = "platform/backoffice/saving.py", "tests/admin/test_saving_at_once.py"
TOGETHER, PARAMETERS = "tests/admin/test_saving_together.py", "tests/admin/test_parameters.py"
REFUSALS = "tests/admin/test_refusals.py"

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
        "contexts/catalog/models.py",
        'self.filter(pk=sku, on_hand__gte=F("reserved") - delta, ',
        "self.filter(pk=sku, ",
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
        "saves that do not wait for another's",
        SAVING,
        "        _lock(type(found), pk=found.pk)\n",
        found_by=f"{AT_ONCE}::TestOneForm::test_waits_for_who_is_saving_and_then_sees_what_has_changed",
    ),
    without(
        "rows of an inline that are saved without their lock",
        SAVING,
        "                _lock(formset.model, **{formset.fk.name: obj.pk})\n",
        "                pass\n",
        found_by=f"{AT_ONCE}::TestOneForm::test_waits_for_who_is_changing_a_row_of_its_inlines",
    ),
    without(
        "forms that put back what another has saved",
        SAVING,
        "if _values_of(rows) == _values_of(now):",
        "if shown:",
        found_by=f"{TOGETHER}::TestEveryForm::test_that_was_opened_before_another_was_saved_puts_nothing_back",
    ),
    without(
        "forms that are saved without a word of what they had shown",
        SAVING,
        "if _values_of(rows) == _values_of(now):",
        "if not shown or _values_of(rows) == _values_of(now):",
        found_by=f"{TOGETHER}::TestAProduct::test_is_not_saved_by_a_page_that_does_not_say_what_it_had_shown",
    ),
    without(
        "new rows that are written over another's",
        SAVING,
        "obj.save(force_insert=True)",
        "obj.save()",
        found_by=f"{AT_ONCE}::TestSomethingNew::test_coupon_is_not_written_over_one_that_another_has_just_made",
    ),
    without(
        "new rows of an inline that are written over another's",
        SAVING,
        "row.save(force_insert=True)",
        "row.save()",
        found_by=f"{AT_ONCE}::TestSomethingNew::test_variant_does_not_take_the_sku_of_another_product",
    ),
    without(
        "passwords that are saved with all else of a person",
        "platform/backoffice/passwords.py",
        'user.save(update_fields=["password"])',
        "user.save()",
        found_by=f"{AT_ONCE}::TestAPassword::test_is_changed_without_giving_back_an_access_that_ends_meanwhile",
    ),
    without(
        "lists with rows that can be changed in them",
        "platform/backoffice/site.py",
        "if admin_class.list_editable or admin_class.ordering_field:",
        "if False:",
        found_by=f"{TOGETHER}::TestEveryForm::test_is_a_form_and_no_list_whose_rows_could_be_changed",
    ),
    without(
        "lists that are filtered by what they do not offer",
        "platform/backoffice/pages.py",
        "return any(lookup in parameters_of(each, self.model) for each in self.get_list_filter(request))",
        "return super().lookup_allowed(lookup, value, request)",
        found_by=f"{PARAMETERS}::test_a_list_is_filtered_by_what_it_offers_alone",
    ),
    without(
        "searches of any length",
        "platform/backoffice/pages.py",
        "if len(search_term) > LONGEST_SEARCH:",
        "if False:",
        found_by=f"{PARAMETERS}::test_a_search_is_no_longer_than_somebody_types",
    ),
    without(
        "actions on what is no row",
        "platform/backoffice/site.py",
        "                _check_key(request, kwargs)\n",
        found_by=f"{PARAMETERS}::test_an_action_on_what_is_no_row_finds_nothing",
    ),
    without(
        "texts that nobody can read, in forms",
        "platform/backoffice/texts.py",
        "if fault := fault_of(value, multiline=multiline):",
        'if fault := "":',
        found_by=f"{REFUSALS}::TestATextThatNobodyCanRead::test_is_refused_in_every_field",
    ),
    without(
        "reasons of any length",
        "platform/message_desk/mending.py",
        "    _check(why)\n",
        found_by="tests/message_desk/test_mending.py::test_a_reason_can_be_read",
    ),
    without(
        "stocks beyond what can be counted",
        "contexts/catalog/models.py",
        ", on_hand__lte=most - delta",
        found_by=f"{REFUSALS}::TestAStock::test_holds_no_more_than_can_be_counted",
    ),
    without(
        "categories of any depth",
        "contexts/catalog/models.py",
        'if above.count("/") > MOST_LEVELS:',
        "if False:",
        found_by=f"{REFUSALS}::TestACategory::test_is_no_deeper_than_its_path_can_hold",
    ),
    without(
        "coupons that end before they begin",
        "contexts/basket/models.py",
        "self.valid_until <= self.valid_from:",
        "False:",
        found_by=f"{REFUSALS}::TestACoupon::test_that_makes_no_sense_is_refused_in_words",
    ),
]
