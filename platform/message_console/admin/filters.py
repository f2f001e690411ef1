"""Filters of the lists of messages; none reads the table to find the possible choices."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from messaging.subscriptions import handlers_of, types_handled_by


class HandlerFilter(DropdownFilter):
    title = "handler"
    parameter_name = "handler"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        context = page.model.context
        names = sorted(name for type_ in types_handled_by(context) for name in handlers_of(type_)[context])
        return [(name, name.partition(".")[2]) for name in names]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(handler=self.value()) if self.value() else rows


class TypeFilter(TextFilter):
    title = "type starts with"
    parameter_name = "type"

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        beginning = (self.value() or "").strip()
        return rows.filter(type__startswith=beginning) if beginning else rows
