"""Mutants of the API's manners: what is read strictly, and what its document says."""

from tests.mutants.mutant import without

EVERY = "tests/gateway/test_every_operation.py"
SETTINGS = "config/settings.py"
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
        "platform/building_blocks/api/query.py",
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
        "a parameter that nobody knows is refused",
        SETTINGS,
        '    "gateway.parameters.KnownParameters",\n',
        found_by=f"{EVERY}::test_a_parameter_that_is_not_known_is_named_and_nothing_else_is_done",
    ),
    without(
        "an answer is not stored by default",
        SETTINGS,
        '    "gateway.caching.no_store_by_default",\n',
        found_by=f"{EVERY}::test_an_answer_is_not_stored_unless_it_is_public",
    ),
    without(
        "a public answer to a client with a token is not stored",
        "platform/gateway/caching.py",
        " and not any(token in request.headers for token in TOKENS)",
        found_by=f"{EVERY}::test_an_answer_is_not_stored_unless_it_is_public",
    ),
    without(
        "text that nobody sees is refused",
        "platform/building_blocks/api/parsing.py",
        "return fault_of(text, multiline=isinstance(field, MultilineField))",
        "return None",
        found_by=f"{EVERY}::test_text_that_nobody_sees_is_refused_in_every_field",
    ),
    without(
        "text is spelled one way",
        "platform/building_blocks/api/parsing.py",
        "return normalised(value) if",
        "return value if",
        found_by=f"{EVERY}::test_a_note_may_have_several_lines_and_every_text_is_spelled_one_way",
    ),
    without(
        "an address holds no null byte",
        "platform/gateway/addresses.py",
        'if b"\\x00" in said:',
        "if False:",
        found_by=f"{BAD_INPUT}[unreadable]",
    ),
    without(
        "an address is UTF-8",
        "platform/gateway/addresses.py",
        "said.decode()",
        'said.decode(errors="replace")',
        found_by=f"{BAD_INPUT}[unreadable]",
    ),
    without(
        "a query has a bounded number of parameters",
        "platform/gateway/addresses.py",
        'if query.count("&") >= most:',
        "if False:",
        found_by=f"{BAD_INPUT}[unreadable]",
    ),
    without(
        "a refused body is read to its end",
        SETTINGS,
        '    "gateway.reading.read_to_the_end",\n',
        found_by="tests/gateway/test_large_bodies.py::test_a_refusal_can_be_read_while_the_body_is_still_being_sent",
    ),
    without(
        "a large body is an operator's",
        "platform/gateway/middleware.py",
        " and request.user.is_authenticated",
        found_by="tests/gateway/test_large_bodies.py::test_only_an_operator_may_send_a_large_body",
    ),
    without(
        "a page has a content policy",
        SETTINGS,
        '    "gateway.content_policy.content_policy",\n',
        found_by="tests/gateway/test_content_policy.py::test_every_answer_has_a_policy_that_lets_no_inline_script_run",
    ),
    without(
        "Redis holds no code",
        "platform/rate_limits/cache.py",
        ', "serializer": JsonText}',
        "}",
        found_by="tests/rate_limits/test_cache.py::TestTheCache::test_runs_no_code_that_stands_in_the_server",
    ),
    without(
        "a body reaches the web process whole",
        "deploy/Caddyfile",
        "\t\trequest_buffers 1MiB\n",
        found_by="tests/deployment/test_caddy.py::test_every_body_that_may_be_sent_reaches_the_web_process_whole",
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
        "visible_to(buyer).filter(number=as_written(number))",
        "visible_to(buyer).filter(number=number)",
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
