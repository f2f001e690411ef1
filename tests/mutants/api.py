"""Mutants of the API's manners: what is read strictly, and what its document says."""

from tests.mutants.mutant import without

BAD_INPUT = "tests/gateway/test_bad_input.py::test_bad_input_is_named_and_changes_nothing"
OPTIONAL = "tests/gateway/test_optional_input.py"
FUZZ = "tests/fuzz/test_api.py::test_each_operation_answers_as_documented"

MUTANTS = [
    without(
        "a number is not read as text, nor text as a number",
        "platform/building_blocks/api/parsing.py",
        "        if wrong:\n",
        "        if False:\n",
        found_by=f"{BAD_INPUT}[checkout]",
    ),
    without(
        "a parameter that is there twice is not read as its last",
        "platform/building_blocks/api/paging.py",
        "if name in lists or len(all_) > 1 else all_[0]",
        "if name in lists else all_[-1]",
        found_by=f"{BAD_INPUT}[queries]",
    ),
    without(
        "the document names the answer to an unknown product",
        "contexts/catalog/api/views.py",
        "responses={200: document(ProductDetail), 301: MOVED} | problems(404)",
        "responses={200: document(ProductDetail), 301: MOVED}",
        found_by=f"{FUZZ}[anonymous]",
    ),
    without(
        "the document has the type of a price",
        "platform/building_blocks/api/openapi.py",
        "    _, schemas = msgspec.json.schema_components(_documented, ref_template=REFERENCE)\n",
        "    _, schemas = msgspec.json.schema_components(_documented, ref_template=REFERENCE)\n"
        "    schemas['Money']['properties']['amount'] = {'type': 'integer'}\n",
        found_by=f"{FUZZ}[customer]",
    ),
    without(
        "null for what is optional",
        "platform/building_blocks/api/parsing.py",
        "return value is None and name in self.fields and _may_be_null(self.fields[name])",
        "return False",
        found_by=f"{OPTIONAL}::test_null_in_an_order_is_as_if_absent",
    ),
    without(
        "a quantity that is null",
        "platform/building_blocks/api/parsing.py",
        "return not field.required and (field.default is empty or not isinstance(field, serializers.IntegerField))",
        "return not field.required",
        found_by=f"{OPTIONAL}::test_null_is_not_a_name_or_a_quantity",
    ),
    without(
        "a postal code where mail needs one",
        "platform/building_blocks/api/addresses.py",
        'if country in NEED_POSTAL_CODE and not attrs["postal_code"]:',
        "if False:",
        found_by=f"{OPTIONAL}::TestAPostalCode::test_is_asked_for_by_name_elsewhere",
    ),
    without(
        "no postal code where mail needs none",
        "platform/building_blocks/api/addresses.py",
        'if country in NEED_POSTAL_CODE and not attrs["postal_code"]:',
        'if not attrs["postal_code"]:',
        found_by=f"{OPTIONAL}::TestAPostalCode::test_may_be_missing_where_mail_needs_none",
    ),
    without(
        "an order number as people type it",
        "contexts/ordering/queries.py",
        "number=as_written(number)",
        "number=number",
        found_by="tests/ordering/test_orders.py::TestReading"
        "::test_finds_an_order_by_its_number_in_lower_case_and_without_dashes",
    ),
    without(
        "an order number without dashes in stories",
        "contexts/ordering/admin/messages.py",
        "number=as_written(number)",
        "number=number.upper()",
        found_by="tests/message_desk/test_story.py::TestAStory::test_is_found_by_whatever_leads_to_it",
    ),
    without(
        "lines of a delivery note",
        "contexts/ordering/templates/ordering/confirmation.html",
        "|linebreaksbr",
        found_by="tests/ordering/test_orders.py::TestDelivery"
        "::test_a_note_of_several_lines_has_them_in_both_parts_of_the_mail",
    ),
]
