"""`docs/context-map.md`: who calls whom, who sends and hears what, as a picture and as tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from building_blocks.messaging.subscriptions import subscription
from contracts.relations import Interface, Message, Relations

HEAD = """\
# Who calls whom, and who hears what

`make contracts` writes this page, and `make check` fails when it is stale. What is asked, received and handled is what
the code declares at start. Whoever makes a message is taken for its sender: that is read off the source. What each of
these carries is in `contexts/<name>/contracts.json`; what the relations mean is in
[domain.md](domain.md#context-map).
"""
LEGEND = """\
A line leads from whoever asks and commands to whoever is asked and commanded, and the words on it are the former's;
with a second arrowhead the former also hears of events. A dotted arrow is for events alone. What a context sends
itself is in the table only.
"""

Pair = tuple[str, str]


def context_map(found: Relations) -> str:
    """Return the page in Markdown."""
    tables = [*_messages(found.messages), "", *_methods(found.interfaces)]
    return "\n".join([HEAD, *_picture(found), "", LEGEND, *tables, ""])


def _picture(found: Relations) -> Iterator[str]:
    asks = _asks(found.interfaces)
    commands, events = _sends(found.messages, commands=True), _sends(found.messages, commands=False)
    below = dict.fromkeys([*asks, *commands])
    yield from ("```mermaid", "flowchart TB")
    for upper, lower in below:
        there, back = (upper, lower), (lower, upper)
        words = (
            ("asks", asks[there]),
            ("commands", commands[there]),
            ("tells", events[there]),
            ("hears", events[back]),
        )
        yield f"    {upper} {'<-->' if events[back] else '-->'}|{_label(words)}| {lower}"
    for sender, receiver in [pair for pair, names in events.items() if names]:
        if (sender, receiver) not in below and (receiver, sender) not in below:
            yield f"    {sender} -.->|{_label([('tells', events[sender, receiver])])}| {receiver}"
    yield "```"


def _label(words: Iterable[tuple[str, list[str]]]) -> str:
    return f'"{"<br>".join(f"{verb} {name}" for verb, names in words for name in names)}"'


def _asks(interfaces: Iterable[Interface]) -> dict[Pair, list[str]]:
    """Return the methods that one context may call of another, by both their names."""
    asks: dict[Pair, list[str]] = defaultdict(list)
    for interface in interfaces:
        for asker in interface.asked_by:
            asks[asker, interface.context] += [method.partition("(")[0] for method in interface.methods]
    return asks


def _sends(messages: Iterable[Message], *, commands: bool) -> dict[Pair, list[str]]:
    """Return the commands, or else the events, that one context sends another."""
    sends: dict[Pair, list[str]] = defaultdict(list)
    for message in messages:
        for sender, receiver in product(message.sent_by, message.handlers):
            if sender != receiver and message.declared.is_command is commands:
                sends[sender, receiver].append(message.name)
    return sends


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    yield from ("## Messages", "")
    yield from ("| message | kind | is about | sent by | handled by |", "|---|---|---|---|---|")
    for message in messages:
        declared = message.declared
        kind = ("" if message.published else "own ") + ("command" if declared.is_command else "event")
        kind += f", every {declared.every.total_seconds() / 3600:g} h" if declared.every else ""
        handlers = [_handler(name) for names in message.handlers.values() for name in names]
        yield (
            f"| `{declared.type}` | {kind} | `{declared.key}` | {_all(message.sent_by)}"
            f" | {_all(handlers, separator='<br>')} |"
        )


def _handler(name: str) -> str:
    found = subscription(name)
    chosen = [f"`{field}` is {' or '.join(map(str, values))}" for field, values in found.where.items()]
    how = [*(["in order"] if found.in_order else []), *([f"where {' and '.join(chosen)}"] if chosen else [])]
    return ", ".join([f"`{name}`", *how])


def _methods(interfaces: Iterable[Interface]) -> Iterator[str]:
    yield from ("## Calls", "")
    yield from ("| method | answered by | within | may be repeated | asked by |", "|---|---|---|---|---|")
    for interface in interfaces:
        for method, promises in interface.methods.items():
            repeated, asked_by = "yes" if promises.idempotent else "no", _all(interface.asked_by)
            yield f"| `{method}` | {interface.context} | {promises.timeout:g} s | {repeated} | {asked_by} |"


def _all(names: list[str], *, separator: str = ", ") -> str:
    return separator.join(names) or "nobody"
