"""The guards of what contexts promise each other."""

from tests.mutants.mutant import Mutant, without

BREAKING = "tests/contracts/test_breaking.py"
COMMAND = "tests/contracts/test_command.py"

MUTANTS: list[Mutant] = [
    without(
        "a promise of a field that is gone",
        "platform/contracts/breaking.py",
        "            if field.parent in now:\n",
        "            if False:\n",
        found_by=f"{BREAKING}::TestAMessage::test_breaks_its_promise",
    ),
    without(
        "a promise of a field's type",
        "platform/contracts/breaking.py",
        "elif now[path].kind != field.kind:",
        "elif False:",
        found_by=f"{BREAKING}::TestAMessage::test_breaks_its_promise",
    ),
    without(
        "a promise to those who do not know a new field",
        "platform/contracts/breaking.py",
        "field.parent in before and field.required and not always_written:",
        "False:",
        found_by=f"{BREAKING}::TestAMessage::test_breaks_its_promise",
    ),
    without(
        "a promise to answer with a time",
        "platform/contracts/schemas.py",
        'schema.setdefault("format", "date-time")',
        "pass",
        found_by=f"{BREAKING}::TestAMethod::test_breaks_its_promise_by_what_it_answers",
    ),
    without(
        "a promise that a method may be repeated",
        "platform/contracts/breaking.py",
        'if promised["idempotent"] and not kept["idempotent"]:',
        "if False:",
        found_by=f"{BREAKING}::TestAContract::test_is_broken_by_a_method_that_may_not_be_repeated_any_more",
    ),
    without(
        "a promise that is broken, and written over",
        "platform/contracts/management/commands/contracts.py",
        "if breaches := list(broken(root, files, forget=forget)):",
        "if (breaches := list(broken(root, files, forget=forget))) and check:",
        found_by=f"{COMMAND}::TestABrokenPromise::test_is_not_written_over",
    ),
    without(
        "a promise in a file that is stale",
        "platform/contracts/management/commands/contracts.py",
        "for path in stale(root, files)]",
        "for path in ()]",
        found_by=f"{COMMAND}::TestAStaleFile::test_is_named_and_written_anew",
    ),
    without(
        "a promise that only a README makes",
        "platform/contracts/management/commands/contracts.py",
        "*wrong_rows(root, found)",
        "",
        found_by=f"{COMMAND}::TestAReadme::test_says_what_there_is_and_nothing_else",
    ),
    without(
        "a promise to a context that listens in another process",
        "platform/building_blocks/messaging/subscriptions.py",
        " | settings.SUBSCRIPTIONS.get(type, {}).keys()",
        " | set()",
        found_by="tests/building_blocks/test_messages.py::TestTheRelay"
        "::test_waits_for_a_context_that_listens_in_another_process",
    ),
]
