"""The pages of each outbox and inbox: its messages, and one message with its payload and what it failed of."""

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.console.filters import ByHandler, ByType
from backoffice.console.steps import Steps
from backoffice.pages import Page, ReadOnly
from building_blocks.messaging.models import InboxMessage, StoredMessage
from message_desk.models import Mending
from message_desk.payload import misfit, schema_of
from message_desk.story import ids_about, message_id_in

COLOURS = {
    "Pending": "info", "Sent": "info", "Done": "success", "Handled": "success", "Dead": "danger", "Discarded": "default"
}  # fmt: skip
MOST_COUNTED = 10_000
PRE = '<pre class="payload text-xs">{}</pre>'


class NearPaginator(Paginator):
    """Counts no further than somebody would turn pages, since a box may hold a million messages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_COUNTED].count())


class MessagesAdmin(ReadOnly, Steps, Page):
    """The outbox or inbox of one context, whose rows are found by its alias."""

    list_display = ("name_shown", "state_shown", "attempts", "last_error", "occurred_at", "subject")
    search_fields = ("message_id", "subject")
    search_help_text = "Whole id of a message, or of what it is about"
    ordering = ("-id",)
    sortable_by = ()  # any other order would have to sort all that the box holds
    paginator = NearPaginator
    actions_detail = ("story_of_this", *Steps.actions_detail)

    @property
    def is_inbox(self) -> bool:
        return issubclass(self.model, InboxMessage)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._base_manager.using(settings.CONTEXTS[self.model.context])
        return rows.order_by(*self.ordering)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find by index: an inbox has none of subjects, so the outboxes are asked which messages are about this one."""
        if not (sought := search_term.strip()):
            return queryset, False
        found = Q(message_id=message_id_in(sought)) | Q(state="dead", subject=sought)
        found |= Q(message_id__in=ids_about(sought)) if self.is_inbox else Q(subject=sought)
        return queryset.filter(found), False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        state = ("state", ChoicesDropdownFilter)
        return [state, ByHandler, ByType] if self.is_inbox else [state, ByType]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        way = ["handler", ("received_at", "handled_at")] if self.is_inbox else ["confirmed_by"]
        fields = [
            ("state_shown", "attempts"), "last_error", "mended", ("type", "subject"), ("message_id", "source"),
            ("occurred_at", "available_at"), *way, "traceparent",
        ]  # fmt: skip
        return [(None, {"fields": fields}), ("Payload", {"fields": ("fits", "payload")})]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        table = self.model._meta.concrete_model._meta
        seen = request.user.has_perm(f"{table.app_label}.view_{table.model_name}")
        return seen or self.has_mend_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer the steps that the message allows now; the mending has the last word."""
        row = self.get_object(request, object_id)
        possible = {"story_of_this", *self.possible_steps(row)} if row else set()
        return [step for step in super().get_actions_detail(request, object_id) if step.path in possible]

    @action(description="Its story", permissions=["view"], icon="timeline")
    def story_of_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        return redirect(f"{reverse('admin:message_story')}?about={row.message_id}")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the log: its entries name the class of the table, which this page's is not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        return redirect(f"{reverse('admin:admin_logentry_changelist')}?q={row.message_id}")

    @display(description="Message")
    def name_shown(self, row: Any) -> str:
        return str(row.handler.partition(".")[2] or row.handler) if self.is_inbox else str(row.type)

    @display(description="State", ordering="state", label=COLOURS)
    def state_shown(self, row: Any) -> str:
        return str(row.get_state_display())

    @display(description="What was done to it")
    def mended(self, row: Any) -> str:
        done = Mending.objects.using(row._state.db).filter(
            message_id=row.message_id, handler=getattr(row, "handler", "")
        )
        return format_html_join("", "<div>{} · {}</div>", ((f"{each.at:%F %T}", each.in_words) for each in done)) or "-"

    @display(description="Content, and its schema")
    def payload(self, row: StoredMessage) -> str:
        sides = format_html_join("", PRE, ((_as_json(value),) for value in (row.data, schema_of(row.type))))
        return format_html('<div class="gap-4 grid grid-cols-2">{}</div>', sides)

    @display(description="Does it fit its schema?")
    def fits(self, row: StoredMessage) -> str:
        return misfit(row.type, row.data) or "Yes"


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True)
