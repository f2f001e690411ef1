"""The pages of the console that are about all contexts: how each box is doing, and the story of one thing."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from message_desk.figures import Box, Boxes, figures
from message_desk.moments import Moment
from message_desk.story import story_of
from message_desk.terminal import in_words

VIEW = ("messaging.view_outboxmessage", "messaging.view_inboxmessage")
COLOURS = {
    "sent": "info", "handled": "success", "waiting": "default", "failing": "warning", "dead": "danger",
    "discarded": "default", "replayed": "primary", "parked": "primary",
}  # fmt: skip


def overview(request: HttpRequest) -> HttpResponse:
    """Show how each box of each context is doing."""
    _guard(request)
    shown = [_row(boxes, name, box) for boxes in figures() for name, box in boxes.each()]
    return _page(request, "overview", title="Messages", boxes=shown)


def story(request: HttpRequest) -> HttpResponse:
    """Show all messages about one thing, by time; asked for by its id, its name, or the id of one of the messages."""
    _guard(request)
    about = request.GET.get("about", "").strip()
    told = story_of(about) if about else None
    rows = [_moment(moment, began=told.moments[0]) for moment in told.moments] if told else []
    lasted = in_words(told.lasted) if told else ""
    return _page(request, "story", title="Story of messages", about=about, story=told, moments=rows, lasted=lasted)


def _guard(request: HttpRequest) -> None:
    if not request.user.has_perms(VIEW):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"backoffice/console/{template}.html", {**shared, **context})


def _row(boxes: Boxes, name: str, box: Box | None) -> dict[str, Any]:
    page = reverse(f"admin:backoffice_{boxes.context}{name}_changelist")
    waits = {name: in_words(span) for name, span in box.waits().items() if span} if box else {}
    return {"context": boxes.context, "name": name, "page": page, "box": box, **waits}


def _moment(moment: Moment, *, began: Moment) -> dict[str, Any]:
    page = f"admin:backoffice_{moment.context}{moment.box}_change"
    return {
        "moment": moment,
        "after": in_words(moment.at - began.at),
        "way": in_words(moment.way) if moment.way is not None else "",
        "waited": in_words(moment.waited) if moment.waited is not None else "",
        "colour": COLOURS[moment.what],
        "page": reverse(page, args=[moment.row]) if moment.row else "",
    }
