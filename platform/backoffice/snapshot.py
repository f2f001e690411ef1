"""
A snapshot of what a form showed when it was opened. The page contains the snapshot and sends it back with a save, so
that the save can find out what others have changed since.

A value is stored as a browser would send it. That is text by the name of an input, for every kind of field.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseInlineFormSet
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

Row = dict[str, list[str]]
"""Values by the name of an input, without the prefix of its form; the name of the row by ""."""
State = dict[str, Row]
"""The row of the form by "", and the rows of its inlines by keys such as "variants/MUG"."""

INPUT = "snapshot"  # the name of the hidden input
LABEL = ""


@dataclass(frozen=True)
class Snapshot:
    """
    The rows of a form, as the page showed them.

    :param at: when the page was rendered.
    """

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    rows: State

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Snapshot | None":
        """Return the snapshot that a page sent back, or None if it is missing or not valid."""
        try:
            snapshot = msgspec.json.decode(text.encode(errors="replace"), type=cls)
        except (msgspec.DecodeError, RecursionError):
            return None
        all_values = (value for row in snapshot.rows.values() for values in row.values() for value in values)
        return None if any("\0" in value for value in all_values) else snapshot  # Postgres refuses null bytes


def state_of(form: BaseForm, formsets: Iterable[BaseInlineFormSet]) -> State:
    """Return the state that these forms show; they must not be bound to data."""
    rows = {"": _row_of(form)}
    for formset in formsets:
        for row in formset.initial_forms:
            rows[row_key(formset, row)] = {LABEL: [str(row.instance)], **_row_of(row)}
    return rows


def row_key(formset: BaseInlineFormSet, row: Any) -> str:
    """Return the key of a row of an inline in a state."""
    return f"{formset.prefix}/{row.instance.pk}"


def input_names(field: BoundField) -> list[str]:
    """Return the names of the inputs of a field, without the prefix of its form; a date with a time has two."""
    widget = field.field.widget
    return [field.name + part for part in getattr(widget, "widgets_names", [""])]


def is_changed(field: BoundField, shown: Row) -> bool:
    """Return whether the value of a field of a sent form differs from the shown one."""
    if isinstance(field.field, forms.FileField):
        return bool(field.data)
    try:
        hidden = field.field.hidden_widget().value_from_datadict(MultiValueDict(shown), MultiValueDict(), field.name)
        before = field.field.to_python(hidden)
    except ValidationError:
        return True
    return field.field.has_changed(_with_stored_newlines(before), _with_stored_newlines(field.data))


def merge(
    sent: QueryDict, form: BaseForm, formsets: Iterable[BaseInlineFormSet], shown: State, current: State
) -> QueryDict:
    """
    Return form data with the operator's changes applied to the current rows.

    :param sent: the data that was sent, to which the forms are bound.
    :param shown: the state that the form had shown.
    :param current: the state that the form would show now. Removed rows are left out, and new rows are included.
    """
    data = sent.copy()
    data.pop(INPUT, None)
    _set_row(data, "", _merge_row(form, sent, shown.get("", {}), current[""]))
    for formset in formsets:
        known = {row_key(formset, row): row for row in formset.initial_forms}
        rows = [
            _merge_row(known[key], sent, shown.get(key, {}), row) if key in known else row
            for key, row in current.items()
            if key.startswith(f"{formset.prefix}/")
        ]
        added = [_sent_row(sent, row) for row in formset.extra_forms]
        for name in [
            name for name in data if name.startswith(f"{formset.prefix}-") and not name.endswith("_NUM_FORMS")
        ]:
            del data[name]
        data[f"{formset.prefix}-INITIAL_FORMS"] = str(len(rows))
        data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(rows) + len(added))
        for number, row in enumerate([*rows, *added]):
            _set_row(data, f"{formset.prefix}-{number}-", row)
    return data


def _row_of(form: BaseForm) -> Row:
    row: Row = {}
    for field in form:
        parts = [field.field.hidden_widget().get_context(field.name, field.value(), {})["widget"]]
        while parts:
            part = parts.pop(0)
            if "subwidgets" in part:
                parts = [*part["subwidgets"], *parts]
            elif part["value"] is not None:
                row.setdefault(part["name"], []).append(str(part["value"]))
    return {name: sorted(values) for name, values in row.items()}


def _merge_row(form: BaseForm, sent: QueryDict, shown: Row, current: Row) -> Row:
    """Return the current row, with the values that were changed in the form."""
    row = dict(current)
    for field in form:
        if is_changed(field, shown):
            for name in input_names(field):
                # An empty list: a browser sends nothing for a box that is not ticked.
                row[name] = sent.getlist(form.add_prefix(name))
    return row


def _sent_row(sent: QueryDict, form: BaseForm) -> Row:
    start = f"{form.prefix}-"
    return {name.removeprefix(start): sent.getlist(name) for name in sent if name.startswith(start)}


def _set_row(data: QueryDict, prefix: str, row: Row) -> None:
    for name, values in row.items():
        if name == LABEL:
            continue
        data.pop(prefix + name, None)
        if values:
            data.setlist(prefix + name, values)


def _with_stored_newlines(value: Any) -> Any:
    """Return a text with the line breaks that are stored; browsers send others."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
