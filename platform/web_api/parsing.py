"""JSON in, read as strictly as it is defined: no lone surrogates, no NaN, no nesting without end, no number as text."""

from collections.abc import Mapping
from typing import IO, Any

import msgspec
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.fields import empty
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from building_blocks.text import normalised, text_error


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """
        Return what the body holds.

        :raises ParseError: it is no JSON, or holds text that no database would take.
        """
        try:
            return msgspec.json.decode(stream.read())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ParseError(f"The body is not sound JSON: {error}") from None


class MultilineField(serializers.CharField):
    """Text that may have line breaks; any other text field of a body is one line."""


class Body(serializers.Serializer[None]):
    """
    What a client sends as JSON. Text stays text and a number a number; DRF would make either of the other.

    Text is read in one spelling (NFC), and refused where it holds what nobody sees (`building_blocks.text`).
    An optional field that is null is as if it were not there.
    """

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.allow_null = _may_be_null(field)  # which the documentation of the API says, too
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """
        Return what the fields make of the body.

        :raises ValidationError: a field does not fit.
        """
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        data = {name: value for name, value in data.items() if not self._is_absent(name, value)}
        errors = {name: error for name, field in self.fields.items() if (error := _value_error(field, data.get(name)))}
        if errors:
            raise serializers.ValidationError(errors)
        return super().to_internal_value(
            {name: _normalised(self.fields.get(name), value) for name, value in data.items()}
        )

    def _is_absent(self, name: str, value: Any) -> bool:
        return value is None and name in self.fields and _may_be_null(self.fields[name])


def parsed_body(request: Request, body: type[Body]) -> dict[str, Any]:
    """
    Return what the fields of `body` make of a request's JSON.

    :raises ValidationError: a field does not fit.
    """
    serializer = body(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def _may_be_null(field: Any) -> bool:
    """Tell whether a field is optional; a number that has a default must be one: a quantity of nothing is not one."""
    return not field.required and (field.default is empty or not isinstance(field, serializers.IntegerField))


def _value_error(field: Any, value: Any) -> str | None:
    """Return what is wrong with a value, where DRF would not mind it: its type, or the characters of a text."""
    if isinstance(field, serializers.CharField | serializers.DecimalField) and isinstance(value, int | float):
        return "Not a valid string."
    if isinstance(field, serializers.CharField) and isinstance(value, str):
        text = value.strip() if field.trim_whitespace else value  # what is cut off anyway may be pasted along
        return text_error(text, multiline=isinstance(field, MultilineField))
    if isinstance(field, serializers.IntegerField) and isinstance(value, str | bool):
        return "A valid integer is required."
    if isinstance(field, serializers.BooleanField) and isinstance(value, int | str) and not isinstance(value, bool):
        return "Must be a valid boolean."
    return None


def _normalised(field: Any, value: Any) -> Any:
    return normalised(value) if isinstance(field, serializers.CharField) and isinstance(value, str) else value
