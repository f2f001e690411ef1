"""The pages of each outbox and inbox: the list of messages, and one message with its payload and last error."""

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

from backoffice.pages import BaseAdmin, ReadOnly
from message_console.admin.actions import MessageActions
from message_console.admin.filters import HandlerFilter, TypeFilter
from message_console.models import Intervention
from message_console.payload import schema_error, schema_of
from message_console.story import ids_about, message_id_in
from messaging.models import InboxMessage, StoredMessage

COLOURS = {
    "Pending": "info", "Sent": "info", "Done": "success", "Handled": "success", "Dead": "danger", "Discarded": "default"
}  # fmt: skip
MAX_COUNTED = 10_000
PRE = '<pre class="payload text-xs">{}</pre>'


class CappedPaginator(Paginator):
    """Stops counting at a number of pages that no operator turns, since a queue may have a million messages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MAX_COUNTED].count())


class MessagesAdmin(ReadOnly, MessageActions, BaseAdmin):
    """The outbox or inbox of one context, read by the alias of its database."""

    list_display = ("name_shown", "state_shown", "attempts", "last_error", "occurred_at", "subject")
    search_fields = ("message_id", "subject")
    search_help_text = "Complete id of a message or of its subject"
    ordering = ("-id",)
    sortable_by = ()  # any other order would sort the whole table
    paginator = CappedPaginator
    actions_detail = ("show_story", *MessageActions.actions_detail)

    @property
    def is_inbox(self) -> bool:
        return issubclass(self.model, InboxMessage)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._base_manager.using(settings.CONTEXTS[self.model.context])
        return rows.order_by(*self.ordering)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search by indexes. An inbox has no index on subjects, so the outboxes are searched for the messages' ids."""
        if not (search_term := search_term.strip()):
            return queryset, False
        condition = Q(message_id=message_id_in(search_term)) | Q(state="dead", subject=search_term)
        condition |= Q(message_id__in=ids_about(search_term)) if self.is_inbox else Q(subject=search_term)
        return queryset.filter(condition), False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        state = ("state", ChoicesDropdownFilter)
        return [state, HandlerFilter, TypeFilter] if self.is_inbox else [state, TypeFilter]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        delivery = ["handler", ("received_at", "handled_at")] if self.is_inbox else ["acknowledged_by"]
        fields = [
            ("state_shown", "attempts"), "last_error", "interventions", ("type", "subject"), ("message_id", "source"),
            ("occurred_at", "available_at"), *delivery, "traceparent",
        ]  # fmt: skip
        return [(None, {"fields": fields}), ("Payload", {"fields": ("matches_schema", "payload")})]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        table = self.model._meta.concrete_model._meta
        may_view = request.user.has_perm(f"{table.app_label}.view_{table.model_name}")
        return may_view or self.has_intervene_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer the actions that the message allows now; `interventions` checks again."""
        row = self.get_object(request, object_id)
        possible = {"show_story", *self.possible_actions(row)} if row else set()
        return [each for each in super().get_actions_detail(request, object_id) if each.path in possible]

    @action(description="Message history", permissions=["view"], icon="timeline")
    def show_story(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        return redirect(f"{reverse('admin:message_story')}?about={row.message_id}")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Redirect to the log, whose entries name the class of the table, not the proxy of this page."""
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

    @display(description="Interventions")
    def interventions(self, row: Any) -> str:
        interventions = Intervention.objects.using(row._state.db).filter(
            message_id=row.message_id, handler=getattr(row, "handler", "")
        )
        return (
            format_html_join("", "<div>{} · {}</div>", ((f"{each.at:%F %T}", each.summary) for each in interventions))
            or "-"
        )

    @display(description="Content and schema")
    def payload(self, row: StoredMessage) -> str:
        sides = format_html_join("", PRE, ((_as_json(value),) for value in (row.data, schema_of(row.type))))
        return format_html('<div class="gap-4 grid grid-cols-2">{}</div>', sides)

    @display(description="Matches its schema?")
    def matches_schema(self, row: StoredMessage) -> str:
        return schema_error(row.type, row.data) or "Yes"


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True)
