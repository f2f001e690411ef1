"""
Finds breaking changes: compares the committed contract with the contract that the code has now.

Messages are read by newer code (they wait in an outbox or inbox during an upgrade) and by older code (the processes of
the shop are replaced one by one). So a message may gain a field with a default, and nothing else. The answering side of
a call is upgraded first: a method may gain an argument with a default, and fields in its answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.contracts.contract import Contract
from tools.contracts.fields import fields_of
from tools.contracts.schemas import Schema


@dataclass(frozen=True, slots=True)
class BreakingChange:
    """
    A difference that breaks a contract.

    :param name: the type of the message, the name of the method, or the code of the refusal.
    :param difference: what is broken, such as "lines[].sku is gone".
    """

    name: str
    difference: str


def breaking_changes(committed: Contract, current: Contract) -> list[BreakingChange]:
    """Return everything in which the current contract breaks the committed one."""
    return [
        *_in_messages(committed, current, "events"),
        *_in_messages(committed, current, "commands"),
        *_in_methods(committed, current),
        *(BreakingChange(code, "is gone") for code in committed["refusals"] if code not in current["refusals"]),
    ]


def _in_messages(committed: Contract, current: Contract, kind: str) -> Iterator[BreakingChange]:
    for name, old in committed[kind].items():
        new = current[kind].get(name)
        if new is None:
            yield BreakingChange(name, "is gone")
            continue
        if new["key"] != old["key"]:
            yield BreakingChange(name, f"is about {new['key']} now, and was about {old['key']}")
        for difference in _differences(old["payload"], new["payload"], committed, current):
            yield BreakingChange(name, difference)


def _in_methods(committed: Contract, current: Contract) -> Iterator[BreakingChange]:
    for name, old in committed["methods"].items():
        new = current["methods"].get(name)
        if new is None:
            yield BreakingChange(name, "is gone")
            continue
        if old["idempotent"] and not new["idempotent"]:
            yield BreakingChange(name, "may not be repeated any more")
        for difference in _differences(old["arguments"], new["arguments"], committed, current):
            yield BreakingChange(name, f"argument {difference}")
        for difference in _differences(old["answer"], new["answer"], committed, current, always_present=True):
            yield BreakingChange(name, f"result {difference}")


def _differences(
    old: Schema, new: Schema, committed: Contract, current: Contract, *, always_present: bool = False
) -> Iterator[str]:
    """
    Yield a sentence for each difference that breaks a reader.

    :param always_present: the writer knows every field, so no field needs a default.
    """
    old_fields, new_fields = fields_of(old, committed["$defs"]), fields_of(new, current["$defs"])
    for path, field in old_fields.items():
        if path not in new_fields:
            if field.parent in new_fields:
                yield f"{path} is gone"
        elif new_fields[path].kind != field.kind:
            yield f"{path} is {new_fields[path].kind} now, and was {field.kind}".lstrip()
        elif new_fields[path].required and not field.required and not always_present:
            yield f"{path} has no default any more"
        elif field.default and new_fields[path].default != field.default and not new_fields[path].required:
            yield f"{path} has another default"
    for path, field in new_fields.items():
        if path not in old_fields and field.parent in old_fields and field.required and not always_present:
            yield f"{path} is new and has no default"
