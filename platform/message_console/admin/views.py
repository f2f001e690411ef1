"""The pages that span all contexts: the status of each queue, and the history of the messages about one subject."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from message_console.status import ContextQueues, QueueStatus, queue_statuses
from message_console.story import story_of
from message_console.terminal import format_duration
from message_console.timeline import TimelineEntry

VIEW = ("messaging.view_outboxmessage", "messaging.view_inboxmessage")
COLOURS = {
    "sent": "info", "handled": "success", "waiting": "default", "failing": "warning", "dead": "danger",
    "discarded": "default", "replayed": "primary", "parked": "primary",
}  # fmt: skip


def overview(request: HttpRequest) -> HttpResponse:
    """Show the status of each queue of each context."""
    _require_permission(request)
    rows = [_row(queues, name, queue) for queues in queue_statuses() for name, queue in queues.by_name()]
    return _page(request, "overview", title="All queues", queues=rows)


def story(request: HttpRequest) -> HttpResponse:
    """Show all messages about one subject, by time; `about` is its id, its name, or the id of one of its messages."""
    _require_permission(request)
    about = request.GET.get("about", "").strip()
    shown = story_of(about) if about else None
    rows = [_entry(entry, first=shown.entries[0]) for entry in shown.entries] if shown else []
    duration = format_duration(shown.duration) if shown else ""
    return _page(request, "story", title="Message history", about=about, story=shown, entries=rows, duration=duration)


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perms(VIEW):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"message_console/{template}.html", {**shared, **context})


def _row(queues: ContextQueues, name: str, queue: QueueStatus | None) -> dict[str, Any]:
    page = reverse(f"admin:message_console_{queues.context}{name}_changelist")
    durations = {key: format_duration(span) for key, span in queue.durations().items() if span} if queue else {}
    return {"context": queues.context, "name": name, "page": page, "queue": queue, **durations}


def _entry(entry: TimelineEntry, *, first: TimelineEntry) -> dict[str, Any]:
    page = f"admin:message_console_{entry.context}{entry.queue}_change"
    return {
        "entry": entry,
        "after": format_duration(entry.at - first.at),
        "transit": format_duration(entry.transit) if entry.transit is not None else "",
        "waited": format_duration(entry.waited) if entry.waited is not None else "",
        "colour": COLOURS[entry.what],
        "page": reverse(page, args=[entry.row]) if entry.row else "",
    }
