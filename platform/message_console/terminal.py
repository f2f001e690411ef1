"""Text for a terminal: queue statuses, message histories and single entries."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils import timezone

from message_console.status import ContextQueues, QueueStatus
from message_console.story import Story
from message_console.timeline import TimelineEntry

HEADINGS = ("waiting", "later", "failing", "dead", "age", "lag", "stored, about")


def status_lines(queues: Iterable[ContextQueues]) -> Iterator[str]:
    """Yield a table, with a line for each queue."""
    yield f"{'':17}" + "".join(f"{heading:>14}" for heading in HEADINGS)
    for context_queues in queues:
        for name, queue in context_queues.by_name():
            cells = _cells(queue) if queue else ["its database does not answer".rjust(36)]
            yield f"{context_queues.context:10}{name:7}" + "".join(f"{cell:>14}" for cell in cells)


def story_lines(story: Story) -> Iterator[str]:
    """Yield a line for each entry of a story, with the time since the first entry."""
    yield f"{', '.join(story.about)}: {len(story.entries)} entries in {format_duration(story.duration)}"
    for entry in story.entries:
        yield entry_line(entry, f"+{(entry.at - story.entries[0].at).total_seconds():.3f}")
    if story.is_truncated:
        yield "Not all entries are shown."
    yield from (f"{context} is missing: its database does not answer" for context in story.unavailable)


def entry_line(entry: TimelineEntry, offset: str = "") -> str:
    """Return the line of an entry: time, context, state, name, transit and waiting time, details, id of the message."""
    spans = [(entry.transit, "transit"), (entry.waited, "waited")]
    took = "".join(f"  {name} {format_duration(span)}" for span, name in spans if span is not None)
    detail = f"  ({entry.detail})" if entry.detail else ""
    when = f"{timezone.localtime(entry.at):%F %H:%M:%S}"
    return f"{when} {offset:>10}  {entry.context:9} {entry.what:9} {entry.name}{took}{detail}  {entry.message_id}"


def format_duration(span: timedelta) -> str:
    """Return a duration with a suitable unit, such as "250 ms" or "3 h"."""
    seconds = span.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"


def _cells(queue: QueueStatus) -> list[str]:
    durations = [format_duration(span) if span else "-" for span in queue.durations().values()]
    return [
        *(f"{count:,}" for count in (queue.waiting, queue.held_back, queue.failing, queue.dead)),
        *durations,
        f"{queue.stored:,}",
    ]
