"""Mutants of the contracts between contexts."""

from tests.mutants.mutant import Mutant, without

BREAKING = "tests/tools/contracts/test_breaking.py"
COMMAND = "tests/tools/contracts/test_command.py"

MUTANTS: list[Mutant] = [
    without(
        "a contract with a removed field",
        "tools/contracts/breaking.py",
        "            if field.parent in new_fields:\n",
        "            if False:\n",
        killed_by=f"{BREAKING}::TestAMessage::test_is_broken_by_a_breaking_change",
    ),
    without(
        "a contract with another type of a field",
        "tools/contracts/breaking.py",
        "elif new_fields[path].kind != field.kind:",
        "elif False:",
        killed_by=f"{BREAKING}::TestAMessage::test_is_broken_by_a_breaking_change",
    ),
    without(
        "a contract with a new field without a default",
        "tools/contracts/breaking.py",
        "field.parent in old_fields and field.required and not always_present:",
        "False:",
        killed_by=f"{BREAKING}::TestAMessage::test_is_broken_by_a_breaking_change",
    ),
    without(
        "a contract that does not distinguish times from text",
        "tools/contracts/schemas.py",
        'schema.setdefault("format", "date-time")',
        "pass",
        killed_by=f"{BREAKING}::TestAMethod::test_is_broken_by_a_change_of_its_result",
    ),
    without(
        "a contract with a method that is no longer idempotent",
        "tools/contracts/breaking.py",
        'if old["idempotent"] and not new["idempotent"]:',
        "if False:",
        killed_by=f"{BREAKING}::TestAContract::test_is_broken_by_a_method_that_is_no_longer_idempotent",
    ),
    without(
        "a broken contract that is overwritten",
        "tools/contracts/command.py",
        "if breaking_changes := list(list_breaking_changes(root, files, allow_breaking)):",
        "if (breaking_changes := list(list_breaking_changes(root, files, allow_breaking))) and check:",
        killed_by=f"{COMMAND}::TestABreakingChange::test_is_not_overwritten",
    ),
    without(
        "a stale contract file",
        "tools/contracts/command.py",
        "for path in stale_files(root, files)]",
        "for path in ()]",
        killed_by=f"{COMMAND}::TestAStaleFile::test_is_reported_and_rewritten",
    ),
    without(
        "a README that names what does not exist",
        "tools/contracts/command.py",
        "*outdated_rows(root, relations)",
        "",
        killed_by=f"{COMMAND}::TestAReadme::test_lists_what_exists_and_nothing_else",
    ),
    without(
        "a subscriber in another process that is ignored",
        "platform/messaging/subscriptions.py",
        " | settings.SUBSCRIPTIONS.get(type, {}).keys()",
        " | set()",
        killed_by="tests/messaging/test_relay.py::TestTheRelay::test_waits_for_a_subscriber_in_another_process",
    ),
]
