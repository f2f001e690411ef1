"""Pages that are no context's own: messages with a second try for dead ones, and who changed what."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from backoffice.boxes import INBOXES, OUTBOXES
from backoffice.dashboard import figure
from backoffice.filters import since
from backoffice.pages import REFUSED, Page, ReadOnly, back_to, write_down
from building_blocks.messaging.models import StoredMessage
from building_blocks.messaging.replay import replay_in

COLOURS = {"pending": "info", "sent": "info", "done": "success", "handled": "success", "dead": "danger"}
DIALOG = {
    "title": "Try this message again?",
    "description": "It is taken at once, as if it had never failed. Mend first what it failed of.",
    "form_class": None,
    "form_submit_text": "Try again",
}


CHANGES = {1: "added", 2: "changed", 3: "deleted", REFUSED: "refused"}
FIELDS = (
    "state_shown", "type", "message_id", "handler", "subject", "source", "occurred_at", "received_at", "handled_at",
    "available_at", "attempts", "last_error", "confirmed_by", "content", "traceparent",
)  # fmt: skip


class MessagesAdmin(ReadOnly, Page):
    """The outbox or inbox of one context, whose rows are found by its alias."""

    list_display = ("type", "state_shown", "attempts", "last_error", "occurred_at", "subject")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("=message_id", "=subject", "type__startswith")
    search_help_text = "Whole id, or how the type begins"
    ordering = ("-id",)
    actions = ("replay_chosen",)
    actions_detail = ("replay_this",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._base_manager.using(settings.CONTEXTS[self.model.context])
        return rows.order_by(*self.ordering)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field for field in FIELDS if hasattr(self.model, field) or hasattr(self, field)]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view") or self._may(request, "change")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the operator may give messages another try: whoever may change them."""
        return self._may(request, "change")

    def _may(self, request: HttpRequest, what: str) -> bool:
        table = self.model._meta.concrete_model._meta
        return request.user.has_perm(f"{table.app_label}.{what}_{table.model_name}")

    @display(description="State", ordering="state", label=COLOURS)
    def state_shown(self, row: Any) -> str:
        return str(row.state)

    @display(description="Content")
    def content(self, row: StoredMessage) -> str:
        return format_html('<pre class="text-xs">{}</pre>', json.dumps(row.data, indent=2, sort_keys=True))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the log: its entries name the class of the table, which this page's is not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        return redirect(f"{reverse('admin:admin_logentry_changelist')}?q={row.message_id}")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer another try only to what is dead."""
        is_dead = self.get_queryset(request).filter(pk=object_id, state="dead").exists()
        return list(super().get_actions_detail(request, object_id)) if is_dead else []

    @admin.action(description="Try again what is dead", permissions=["replay"])
    def replay_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        count = self._replay(request, chosen)
        if count:
            self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)
        else:
            self.message_user(request, "None of them is dead: nothing to do.", messages.WARNING)

    @action(description="Try again", permissions=["replay"], icon="replay", dialog=DIALOG)
    def replay_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        count = self._replay(request, self.get_queryset(request).filter(pk=object_id))
        said = "It will be tried again." if count else "It is not dead: nothing to do."
        meta = self.model._meta
        return back_to(request, f"admin:{meta.app_label}_{meta.model_name}_change", object_id, said=said)

    def _replay(self, request: HttpRequest, rows: QuerySet[Any]) -> int:
        # Of the table's own class: the log keeps a class by its name, and Django must find it again.
        stored = self.model._meta.concrete_model._base_manager.using(rows.db)
        dead = list(stored.filter(pk__in=rows.values("pk"), state="dead"))
        replayed = replay_in(self.model.context, rows, now=timezone.now())
        for row in dead:
            write_down(request, row, f"Given another try, as {self.opts.verbose_name}.")
        return replayed


class Change(DropdownFilter):
    """Django's own choices know nothing of what was refused."""

    title = "what happened"
    parameter_name = "change"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [(str(flag), name.capitalize()) for flag, name in CHANGES.items()]

    def queryset(self, request: HttpRequest, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        chosen = self.value() or ""
        return entries.filter(action_flag=int(chosen)) if chosen in map(str, CHANGES) else entries


@admin.register(LogEntry)
class LogAdmin(ReadOnly, Page):
    """Who changed what, also where the thing itself lives in another context's database, and who was refused."""

    list_title = "Who changed what"
    list_display = ("when", "who", "what", "which", "details")
    list_display_links = None
    list_filter = (since("action_time", title="when"), Change)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__email__startswith")
    search_help_text = "What was changed, or the operator's address"
    ordering = ("-action_time",)

    @display(description="When", ordering="action_time")
    def when(self, entry: LogEntry) -> datetime:
        return entry.action_time

    @display(description="Who", ordering="user__email")
    def who(self, entry: LogEntry) -> str:
        return str(entry.user)

    @display(description="Which", ordering="object_repr")
    def which(self, entry: LogEntry) -> str:
        return entry.object_repr

    @display(description="What")
    def what(self, entry: LogEntry) -> str:
        kind = str(entry.content_type).partition(" | ")[2] if entry.content_type else ""
        return f"{kind} {CHANGES[entry.action_flag]}".lstrip()

    @display(description="How")
    def details(self, entry: LogEntry) -> str:
        return entry.get_change_message()


def _count_the_dead(box: type[Any]) -> None:
    table, page = box._meta.concrete_model._meta, f"backoffice_{box._meta.model_name}_changelist"
    title, permission = f"Given up: {box._meta.verbose_name_plural}", f"{table.app_label}.view_{table.model_name}"

    @figure(title, permission=permission, page=page, query="state__exact=dead", alarming=True)
    def dead() -> int:
        return int(box._base_manager.using(settings.CONTEXTS[box.context]).filter(state="dead").count())


for _box in (*OUTBOXES, *INBOXES):
    admin.site.register(_box, MessagesAdmin)
    _count_the_dead(_box)
