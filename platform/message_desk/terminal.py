"""How a terminal shows figures, stories and what happens just now."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils import timezone

from message_desk.figures import Box, Boxes
from message_desk.moments import Moment
from message_desk.story import Story

HEADINGS = ("under way", "later", "failing", "dead", "oldest", "lag", "kept, about")


def status_lines(boxes: Iterable[Boxes]) -> Iterator[str]:
    """Yield a table of the figures, a line for each box."""
    yield f"{'':17}" + "".join(f"{heading:>12}" for heading in HEADINGS)
    for each in boxes:
        for name, box in each.each():
            cells = _cells(box) if box else ["its database does not answer".rjust(36)]
            yield f"{each.context:10}{name:7}" + "".join(f"{cell:>12}" for cell in cells)


def story_lines(story: Story) -> Iterator[str]:
    """Yield a story, a line for each moment, with how long after the first it was."""
    yield f"{', '.join(story.about)}: {len(story.moments)} moments in {in_words(story.lasted)}"
    for moment in story.moments:
        yield moment_line(moment, f"+{(moment.at - story.moments[0].at).total_seconds():.3f}")
    if story.is_cut:
        yield "There is more than is shown here."
    yield from (f"{context} is missing: its database does not answer" for context in story.away)


def moment_line(moment: Moment, ahead: str = "") -> str:
    """Return one line on a moment: when, where, what, and how long the message was on its way and waited."""
    spans = [(moment.way, "on its way"), (moment.waited, "waited")]
    took = "".join(f"  {name} {in_words(span)}" for span, name in spans if span is not None)
    note = f"  ({moment.note})" if moment.note else ""
    when = f"{timezone.localtime(moment.at):%F %H:%M:%S}"
    return f"{when} {ahead:>10}  {moment.context:9} {moment.what:9} {moment.name}{took}{note}  {moment.message_id}"


def in_words(span: timedelta) -> str:
    """Return a span of time with a unit that suits it."""
    seconds = span.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"


def _cells(box: Box) -> list[str]:
    waits = [in_words(span) if span else "-" for span in box.waits().values()]
    return [*(f"{count:,}" for count in (box.under_way, box.later, box.failing, box.dead)), *waits, f"{box.kept:,}"]
