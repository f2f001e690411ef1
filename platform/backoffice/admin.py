"""The page of the log: operators' changes, and requests of operators that were refused."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from backoffice.filters import since_filter
from backoffice.pages import EVENT, REFUSED, BaseAdmin, ReadOnly

CHANGES = {1: "added", 2: "changed", 3: "deleted", REFUSED: "refused", EVENT: "event"}


class Change(DropdownFilter):
    """A filter by kind of entry. It offers also refusals and events, which Django's own filter lacks."""

    title = "what happened"
    parameter_name = "change"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [(str(flag), name.capitalize()) for flag, name in CHANGES.items()]

    def queryset(self, request: HttpRequest, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        chosen = self.value() or ""
        return entries.filter(action_flag=int(chosen)) if chosen in map(str, CHANGES) else entries


@admin.register(LogEntry)
class LogAdmin(ReadOnly, BaseAdmin):
    """Lists changes and refusals. A changed row may be in another database than the log."""

    list_title = "Who changed what"
    list_display = ("when", "who", "what", "which", "details")
    list_display_links = None
    list_filter = (since_filter("action_time", title="when"), Change)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__email__startswith")
    search_help_text = "The name of a changed thing, or the start of an operator's e-mail address"
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
