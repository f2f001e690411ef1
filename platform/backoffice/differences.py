"""Sentences about what others have changed since a form was opened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from backoffice.snapshot import LABEL, Row, State, input_names, is_changed, row_key

ALSO_CHANGED_HERE = " You have changed it, too: your value is below."
MAX_VALUE_LENGTH = 120  # characters of a value that are shown


@dataclass(frozen=True)
class Forms:
    """A form, and the inlines that the operator may change."""

    form: BaseForm
    formsets: list[Any]

    def rows(self) -> dict[str, BaseForm]:
        """Return every form, by the key of its row in a state."""
        inlines = {row_key(formset, row): row for formset in self.formsets for row in formset.initial_forms}
        return {"": self.form, **inlines}

    def label_of(self, key: str, row: Row) -> str:
        """Return the name of a row of an inline, such as "variant “MUG”"."""
        prefix = key.partition("/")[0]
        names = {formset.prefix: formset.model._meta.verbose_name for formset in self.formsets}
        return f"{names.get(prefix, 'row')} “{' '.join(row.get(LABEL, []))}”"


def differences(fresh: Forms, sent: Forms, shown: State, current: State) -> list[str]:
    """
    Return a sentence for each field and row that others have changed.

    :param fresh: the forms as the page would show them now.
    :param sent: the forms as the operator sent them.
    :param shown: the rows that the page had shown.
    :param current: the rows as they are stored now.
    """
    return list(_sentences(fresh, sent, shown, current))


def editors_since(obj: Model, since: datetime) -> str:
    """Return the operators who have saved the row since then, with the times, from the log, the latest save last."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
        object_id=str(obj.pk),
        action_time__gte=since,
        action_flag__in=(ADDITION, CHANGE),  # without sign-ins, which are also logged as entries about an operator
    )
    editors = [
        f"{entry.user} at {date_format(timezone.localtime(entry.action_time), 'TIME_FORMAT')}"
        for entry in entries.select_related("user").order_by("action_time")[:5]
    ]
    return ", ".join(editors)


def _sentences(fresh: Forms, sent: Forms, shown: State, current: State) -> Iterator[str]:
    fresh_forms, sent_forms = fresh.rows(), sent.rows()
    for key, row in current.items():
        if key not in shown:
            yield f"Added: {fresh.label_of(key, row)}."
            continue
        suffix = f" of {fresh.label_of(key, row)}" if key else ""
        for field in fresh_forms[key]:
            before, after = _values(field, shown[key]), _values(field, row)
            if before != after:
                note = ALSO_CHANGED_HERE if _is_changed_here(field, sent_forms.get(key), shown[key]) else ""
                yield f"{field.label}{suffix}: {_quoted(field, after)}, was {_quoted(field, before)}.{note}"
    for key in shown.keys() - current.keys():
        yield f"Removed: {fresh.label_of(key, shown[key])}."


def _values(field: BoundField, row: Row) -> list[list[str]]:
    return [row.get(name, []) for name in input_names(field)]


def _is_changed_here(field: BoundField, sent: BaseForm | None, shown: Row) -> bool:
    return sent is not None and field.name in sent.fields and is_changed(sent[field.name], shown)


def _quoted(field: BoundField, values: Iterable[list[str]]) -> str:
    parts = [", ".join(_display(field.field, value) for value in part if value) for part in values]
    text = " ".join(parts).strip()
    return f"“{Truncator(text).chars(MAX_VALUE_LENGTH)}”" if text else "empty"


def _display(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "yes" if value == "True" else "no"
    if isinstance(field, forms.ModelChoiceField):
        return _display_object(field, value)
    if isinstance(field, forms.ChoiceField):
        choices: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]  # no groups of choices here
        return str(choices.get(value, value))
    return value


def _display_object(field: forms.ModelChoiceField, value: str) -> str:
    try:
        chosen = field.queryset.filter(**{field.to_field_name or "pk": value}).first()  # type: ignore[union-attr]
    except (ValueError, ValidationError):  # not a valid key
        chosen = None
    return field.label_from_instance(chosen) if chosen else value
