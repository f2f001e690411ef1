"""Mutants of the API's manners: what is read strictly, and what its document says."""

from tests.mutants.mutant import without

BAD_INPUT = "tests/gateway/test_bad_input.py::test_bad_input_is_named_and_changes_nothing"
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
        "responses={200: document(ProductDetail)} | problems(404)",
        "responses={200: document(ProductDetail)}",
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
]
