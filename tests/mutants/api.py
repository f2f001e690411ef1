"""Mutants of the API's conventions: strict parsing, and the API's document."""

from tests.mutants.mutant import without

EVERY_OPERATION = "tests/web_api/test_every_operation.py"
SETTINGS = "config/settings/http.py"
BAD_INPUT = "tests/web_api/test_bad_input.py::test_bad_input_is_named_and_changes_nothing"
OPTIONAL = "tests/web_api/test_optional_input.py"
FUZZ = "tests/fuzz/test_api.py::test_each_operation_answers_as_documented"

MUTANTS = [
    without(
        "a number is not read as text, nor text as a number",
        "platform/web_api/parsing.py",
        "        if errors:\n",
        "        if False:\n",
        killed_by=f"{BAD_INPUT}[checkout]",
    ),
    without(
        "a parameter that is there twice is not read as its last",
        "platform/web_api/query.py",
        "if name in lists or len(values) > 1 else values[0]",
        "if name in lists else values[-1]",
        killed_by=f"{BAD_INPUT}[queries]",
    ),
    without(
        "the document names the answer to an unknown product",
        "contexts/catalog/api/views.py",
        "responses={200: document(ProductDetail), 301: MOVED} | problems(404)",
        "responses={200: document(ProductDetail), 301: MOVED}",
        killed_by=f"{FUZZ}[anonymous]",
    ),
    without(
        "the document has the type of a price",
        "platform/web_api/openapi.py",
        "    _, schemas = msgspec.json.schema_components(_documented, ref_template=REFERENCE)\n",
        "    _, schemas = msgspec.json.schema_components(_documented, ref_template=REFERENCE)\n"
        "    schemas['Money']['properties']['amount'] = {'type': 'integer'}\n",
        killed_by=f"{FUZZ}[customer]",
    ),
    without(
        "a parameter that nobody knows is refused",
        SETTINGS,
        '    "gateway.parameters.RejectUnknownParameters",\n',
        killed_by=f"{EVERY_OPERATION}::test_an_unknown_parameter_is_refused_by_name_and_changes_nothing",
    ),
    without(
        "an answer is not stored by default",
        SETTINGS,
        '    "gateway.caching.no_store_by_default",\n',
        killed_by=f"{EVERY_OPERATION}::test_a_response_may_be_stored_only_if_it_is_public",
    ),
    without(
        "a public answer to a client with a token is not stored",
        "platform/gateway/caching.py",
        " and not any(token in request.headers for token in TOKEN_HEADERS)",
        killed_by=f"{EVERY_OPERATION}::test_a_response_may_be_stored_only_if_it_is_public",
    ),
    without(
        "text that nobody sees is refused",
        "platform/web_api/parsing.py",
        "return text_error(text, multiline=isinstance(field, MultilineField))",
        "return None",
        killed_by=f"{EVERY_OPERATION}::test_invisible_text_is_refused_in_every_field",
    ),
    without(
        "text is spelled one way",
        "platform/web_api/parsing.py",
        "return normalised(value) if",
        "return value if",
        killed_by=f"{EVERY_OPERATION}::test_a_note_may_have_several_lines_and_every_text_is_normalised",
    ),
    without(
        "an address holds no null byte",
        "platform/gateway/url_checks.py",
        'if b"\\x00" in value:',
        "if False:",
        killed_by=f"{BAD_INPUT}[urls]",
    ),
    without(
        "an address is UTF-8",
        "platform/gateway/url_checks.py",
        "value.decode()",
        'value.decode(errors="replace")',
        killed_by=f"{BAD_INPUT}[urls]",
    ),
    without(
        "a query has a bounded number of parameters",
        "platform/gateway/url_checks.py",
        'if query.count("&") >= limit:',
        "if False:",
        killed_by=f"{BAD_INPUT}[urls]",
    ),
    without(
        "a refused body is read to its end",
        SETTINGS,
        '    "gateway.body_draining.drain_request_body",\n',
        killed_by="tests/gateway/test_large_bodies.py::test_a_client_can_read_a_refusal_while_it_is_still_sending",
    ),
    without(
        "a large body is an operator's",
        "platform/gateway/middleware.py",
        " and request.user.is_authenticated",
        killed_by="tests/gateway/test_large_bodies.py::test_only_an_operator_may_send_a_large_body",
    ),
    without(
        "a page has a content policy",
        SETTINGS,
        '    "gateway.content_policy.content_policy",\n',
        killed_by="tests/gateway/test_content_policy.py::test_every_response_has_a_policy_that_forbids_inline_scripts",
    ),
    without(
        "Redis holds no code",
        "platform/web_api/throttling/cache.py",
        ', "serializer": JsonSerializer}',
        "}",
        killed_by="tests/web_api/test_cache.py::TestTheCache::test_runs_no_code_from_the_server",
    ),
    without(
        "a body reaches the web process whole",
        "deploy/Caddyfile",
        "\t\trequest_buffers 1MiB\n",
        killed_by="tests/deployment/test_caddy.py::test_every_allowed_body_is_buffered_in_full",
    ),
    without(
        "null for what is optional",
        "platform/web_api/parsing.py",
        "return value is None and name in self.fields and _may_be_null(self.fields[name])",
        "return False",
        killed_by=f"{OPTIONAL}::test_null_in_an_order_counts_as_absent",
    ),
    without(
        "a quantity that is null",
        "platform/web_api/parsing.py",
        "return not field.required and (field.default is empty or not isinstance(field, serializers.IntegerField))",
        "return not field.required",
        killed_by=f"{OPTIONAL}::test_null_is_no_valid_name_or_quantity",
    ),
    without(
        "a postal code where mail needs one",
        "platform/web_api/addresses.py",
        'if country in NEED_POSTAL_CODE and not attrs["postal_code"]:',
        "if False:",
        killed_by=f"{OPTIONAL}::TestAPostalCode::test_is_required_elsewhere",
    ),
    without(
        "no postal code where mail needs none",
        "platform/web_api/addresses.py",
        'if country in NEED_POSTAL_CODE and not attrs["postal_code"]:',
        'if not attrs["postal_code"]:',
        killed_by=f"{OPTIONAL}::TestAPostalCode::test_may_be_missing_where_post_needs_none",
    ),
    without(
        "an order number as people type it",
        "contexts/ordering/queries.py",
        "visible_to(buyer).filter(number=normalised_number(number))",
        "visible_to(buyer).filter(number=number)",
        killed_by="tests/ordering/test_orders.py::TestReading"
        "::test_finds_an_order_by_its_number_in_lower_case_and_without_dashes",
    ),
    without(
        "an order number without dashes in stories",
        "contexts/ordering/admin/messages.py",
        "number=normalised_number(number)",
        "number=number.upper()",
        killed_by="tests/message_console/test_story.py::TestAStory::test_is_found_by_number_or_message_id",
    ),
    without(
        "lines of a delivery note",
        "contexts/ordering/templates/ordering/confirmation.html",
        "|linebreaksbr",
        killed_by="tests/ordering/test_orders.py::TestDelivery"
        "::test_note_of_several_lines_has_them_in_both_parts_of_the_email",
    ),
]
