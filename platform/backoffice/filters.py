"""Filters that lists of several contexts offer."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter


def since(field: str, *, title: str) -> type[Any]:
    """Return a filter that keeps what happened lately, by this field."""

    class Since(DropdownFilter):
        parameter_name = f"{field}_since"

        def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
            return [("1", "In the last 24 hours"), ("7", "In the last 7 days"), ("30", "In the last 30 days")]

        def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
            days = self.value() or ""
            if not days.isdecimal():
                return rows
            return rows.filter(**{f"{field}__gte": timezone.now() - timedelta(days=min(int(days), 3650))})

    Since.title = title
    return Since
