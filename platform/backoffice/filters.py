"""Filters of the lists of several contexts, and the query parameters that a list accepts as filters."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter


def since_filter(field: str, *, title: str) -> type[Any]:
    """Return a filter for rows whose `field`, a time, lies within the last 1, 7 or 30 days."""

    class Since(DropdownFilter):
        parameter_name = f"{field}_since"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [("1", "In the last 24 hours"), ("7", "In the last 7 days"), ("30", "In the last 30 days")]

        def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
            days = {name: int(name) for name, _ in self.lookup_choices}.get(self.value() or "")
            return rows if days is None else rows.filter(**{f"{field}__gte": timezone.now() - timedelta(days=days)})

    Since.title = title
    return Since


def filter_parameters(list_filter: Any, model: type[Model]) -> set[str]:
    """Return the query parameters that an entry of a page's `list_filter` reads."""
    if isinstance(list_filter, type):
        return {list_filter.parameter_name}  # type: ignore[attr-defined]
    path = list_filter if isinstance(list_filter, str) else list_filter[0]
    field: Any = get_fields_from_path(model, path)[-1]
    keys = ("pk", field.target_field.name) if field.is_relation else ()
    related_lookups = {f"{path}__{key}__{lookup}" for key in keys for lookup in ("exact", "in")}
    return {path, f"{path}__exact", f"{path}__in", f"{path}__isnull", *related_lookups}
