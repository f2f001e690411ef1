"""The pages of the console that are about all contexts: how each queue is doing, and the story of one thing."""

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
    """Show how each queue of each context is doing."""
    _require_permission(request)
    rows = [_row(queues, name, queue) for queues in queue_statuses() for name, queue in queues.by_name()]
    return _page(request, "overview", title="Messages", queues=rows)


def story(request: HttpRequest) -> HttpResponse:
    """Show all messages about one thing, by time; asked for by its id, its name, or the id of one of the messages."""
    _require_permission(request)
    about = request.GET.get("about", "").strip()
    found = story_of(about) if about else None
    rows = [_entry(entry, began=found.entries[0]) for entry in found.entries] if found else []
    duration = format_duration(found.duration) if found else ""
    return _page(request, "story", title="Story of messages", about=about, story=found, entries=rows, duration=duration)


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perms(VIEW):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"message_console/{template}.html", {**shared, **context})


def _row(queues: ContextQueues, name: str, queue: QueueStatus | None) -> dict[str, Any]:
    page = reverse(f"admin:message_console_{queues.context}{name}_changelist")
    waits = {name: format_duration(span) for name, span in queue.waits().items() if span} if queue else {}
    return {"context": queues.context, "name": name, "page": page, "queue": queue, **waits}


def _entry(entry: TimelineEntry, *, began: TimelineEntry) -> dict[str, Any]:
    page = f"admin:message_console_{entry.context}{entry.queue}_change"
    return {
        "entry": entry,
        "after": format_duration(entry.at - began.at),
        "transit": format_duration(entry.transit) if entry.transit is not None else "",
        "waited": format_duration(entry.waited) if entry.waited is not None else "",
        "colour": COLOURS[entry.what],
        "page": reverse(page, args=[entry.row]) if entry.row else "",
    }
