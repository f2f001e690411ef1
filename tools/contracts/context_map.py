"""Writes `docs/context-map.md`: calls and messages between contexts, as a diagram and as tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from messaging.subscriptions import subscription
from tools.contracts.relations import Interface, Message, Relations

HEAD = """\
# Calls and messages between contexts

`make contracts` writes this page, and `make check` fails if it is stale. Calls, subscriptions and handlers are those
that the code declares at start. Senders are read from the source: a context that constructs a message sends it. The
fields of messages and methods are in `contexts/<name>/contracts.json`; [domain.md](domain.md#context-map) explains the
relations.
"""
LEGEND = """\
A line leads from the context that calls or commands to the other one, and its label is written from the first one's
view. With a second arrowhead the first one also receives events. A dotted arrow is for events only. Messages that a
context sends to itself are only in the table.
"""

Pair = tuple[str, str]


def context_map(relations: Relations) -> str:
    """Return the page in Markdown."""
    tables = [*_messages(relations.messages), "", *_methods(relations.interfaces)]
    return "\n".join([HEAD, *_diagram(relations), "", LEGEND, *tables, ""])


def _diagram(relations: Relations) -> Iterator[str]:
    calls = _calls(relations.interfaces)
    commands, events = (
        _messages_between(relations.messages, commands=True),
        _messages_between(relations.messages, commands=False),
    )
    drawn = dict.fromkeys([*calls, *commands])
    yield from ("```mermaid", "flowchart TB")
    for source, target in drawn:
        forward, backward = (source, target), (target, source)
        labels = (
            ("calls", calls[forward]),
            ("sends", commands[forward]),
            ("publishes", events[forward]),
            ("receives", events[backward]),
        )
        yield f"    {source} {'<-->' if events[backward] else '-->'}|{_label(labels)}| {target}"
    for sender, receiver in [pair for pair, names in events.items() if names]:
        if (sender, receiver) not in drawn and (receiver, sender) not in drawn:
            yield f"    {sender} -.->|{_label([('publishes', events[sender, receiver])])}| {receiver}"
    yield "```"


def _label(labels: Iterable[tuple[str, list[str]]]) -> str:
    return f'"{"<br>".join(f"{verb} {name}" for verb, names in labels for name in names)}"'


def _calls(interfaces: Iterable[Interface]) -> dict[Pair, list[str]]:
    """Return the methods that one context calls of another, by the names of both."""
    calls: dict[Pair, list[str]] = defaultdict(list)
    for interface in interfaces:
        for caller in interface.called_by:
            calls[caller, interface.context] += [method.partition("(")[0] for method in interface.methods]
    return calls


def _messages_between(messages: Iterable[Message], *, commands: bool) -> dict[Pair, list[str]]:
    """Return the commands, or otherwise the events, that one context sends to another."""
    sent: dict[Pair, list[str]] = defaultdict(list)
    for message in messages:
        for sender, receiver in product(message.sent_by, message.handlers):
            if sender != receiver and message.declared.is_command is commands:
                sent[sender, receiver].append(message.name)
    return sent


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    yield from ("## Messages", "")
    yield from ("| message | kind | key | sent by | handled by |", "|---|---|---|---|---|")
    for message in messages:
        declared = message.declared
        kind = ("" if message.published else "own ") + ("command" if declared.is_command else "event")
        kind += f", every {declared.period.total_seconds() / 3600:g} h" if declared.period else ""
        handlers = [_handler(name) for names in message.handlers.values() for name in names]
        yield (
            f"| `{declared.type}` | {kind} | `{declared.key}` | {_joined(message.sent_by)}"
            f" | {_joined(handlers, separator='<br>')} |"
        )


def _handler(name: str) -> str:
    subscribed = subscription(name)
    filters = [f"`{field}` is {' or '.join(map(str, values))}" for field, values in subscribed.where.items()]
    details = [*(["in order"] if subscribed.in_order else []), *([f"where {' and '.join(filters)}"] if filters else [])]
    return ", ".join([f"`{name}`", *details])


def _methods(interfaces: Iterable[Interface]) -> Iterator[str]:
    yield from ("## Calls", "")
    yield from ("| method | answered by | time-out | idempotent | called by |", "|---|---|---|---|---|")
    for interface in interfaces:
        for method, policy in interface.methods.items():
            repeated, called_by = "yes" if policy.idempotent else "no", _joined(interface.called_by)
            yield f"| `{method}` | {interface.context} | {policy.timeout:g} s | {repeated} | {called_by} |"


def _joined(names: list[str], *, separator: str = ", ") -> str:
    return separator.join(names) or "–"
