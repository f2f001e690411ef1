"""The rule for texts (`building_blocks.text`) in every form of the operators' pages."""

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import BaseDialogForm

from building_blocks.text import normalised, text_error


class CleanTextMixin(forms.BaseForm):
    """A form mixin: texts contain no invisible characters, and equal-looking texts have one spelling."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if _is_text(field):
                field.validators = [*field.validators, validate_lines if _has_lines(field) else validate_line]

    def clean(self) -> Any:
        """Normalise the texts, after the fields have been cleaned."""
        cleaned = super().clean()
        data = self.cleaned_data if cleaned is None else cleaned
        for name, value in data.items():
            if isinstance(value, str) and name in self.fields and _is_text(self.fields[name]):
                data[name] = normalised(value.replace("\r\n", "\n"))
        return data


class DialogForm(CleanTextMixin, BaseDialogForm):
    """The base class of the form of every action's dialog."""


@cache
def with_clean_text(form: type[forms.ModelForm]) -> type[forms.ModelForm]:
    """Return the form with the rule for texts mixed in."""
    if issubclass(form, CleanTextMixin):
        return form
    return type(form)(form.__name__, (CleanTextMixin, form), {"__module__": form.__module__})  # type: ignore[misc, no-any-return]


def validate_line(value: Any) -> None:
    """
    Check a text of one line.

    :raises ValidationError: it contains an invisible or a control character.
    """
    _validate(value, multiline=False)


def validate_lines(value: Any) -> None:
    """
    Check a text that may have several lines, or every text of a value that was parsed from one.

    :raises ValidationError: it contains an invisible or a control character.
    """
    _validate(value, multiline=True)


def _validate(value: Any, *, multiline: bool) -> None:
    if isinstance(value, str):
        if fault := text_error(value, multiline=multiline):
            raise ValidationError(fault, code="unusable_text")
    elif isinstance(value, dict | list):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            _validate(part, multiline=multiline)


def _is_text(field: forms.Field) -> bool:
    # Passwords are never shown, and have their own rules.
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)


def _has_lines(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.Textarea)
