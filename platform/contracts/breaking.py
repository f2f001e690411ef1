"""
What breaks a promise: the contract that is committed, compared with the one that the code has now.

Messages are read by code that is newer than they are (they wait in an outbox or inbox while the shop is upgraded) and
by code that is older (the processes of the shop are replaced one by one). So a message may win a field that has a
default, and nothing else. A call is answered by code as new as its caller or newer, since whoever answers is upgraded
first: a method may take a further argument that has a default, and answer with further fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.contract import Contract
from contracts.fields import fields_of
from contracts.schemas import Schema


@dataclass(frozen=True, slots=True)
class Breach:
    """
    :param name: the type of the message, the name of the method, or the code of the refusal.
    :param what: what of it is broken, such as "lines[].sku is gone".
    """

    name: str
    what: str


def breaches(committed: Contract, current: Contract) -> list[Breach]:
    """Return all in which the current contract does not keep what the committed one promised."""
    return [
        *_of_messages(committed, current, "events"),
        *_of_messages(committed, current, "commands"),
        *_of_methods(committed, current),
        *(Breach(code, "is gone") for code in committed["refusals"] if code not in current["refusals"]),
    ]


def _of_messages(committed: Contract, current: Contract, kind: str) -> Iterator[Breach]:
    for name, promised in committed[kind].items():
        kept = current[kind].get(name)
        if kept is None:
            yield Breach(name, "is gone")
            continue
        if kept["key"] != promised["key"]:
            yield Breach(name, f"is about {kept['key']} now, and was about {promised['key']}")
        for what in _differences(promised["payload"], kept["payload"], committed, current):
            yield Breach(name, what)


def _of_methods(committed: Contract, current: Contract) -> Iterator[Breach]:
    for name, promised in committed["methods"].items():
        kept = current["methods"].get(name)
        if kept is None:
            yield Breach(name, "is gone")
            continue
        if promised["idempotent"] and not kept["idempotent"]:
            yield Breach(name, "may not be repeated any more")
        for what in _differences(promised["arguments"], kept["arguments"], committed, current):
            yield Breach(name, f"argument {what}")
        for what in _differences(promised["answer"], kept["answer"], committed, current, always_written=True):
            yield Breach(name, f"answer {what}")


def _differences(
    promised: Schema, kept: Schema, committed: Contract, current: Contract, *, always_written: bool = False
) -> Iterator[str]:
    """
    Yield in words each difference over which a reader would stumble.

    :param always_written: whoever writes it knows every field, so that none needs a default.
    """
    before, now = fields_of(promised, committed["$defs"]), fields_of(kept, current["$defs"])
    for path, field in before.items():
        if path not in now:
            if field.parent in now:
                yield f"{path} is gone"
        elif now[path].kind != field.kind:
            yield f"{path} is {now[path].kind} now, and was {field.kind}".lstrip()
        elif now[path].required and not field.required and not always_written:
            yield f"{path} has no default any more"
        elif field.default and now[path].default != field.default and not now[path].required:
            yield f"{path} has another default"
    for path, field in now.items():
        if path not in before and field.parent in before and field.required and not always_written:
            yield f"{path} is new and has no default"
