"""Parsing request bodies strictly: no lone surrogates, no NaN, no unlimited nesting, no number instead of a text."""

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
        Return the decoded body.

        :raises ParseError: the body is not JSON, or contains text that is not valid Unicode.
        """
        try:
            return msgspec.json.decode(stream.read())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None


class MultilineField(serializers.CharField):
    """A text that may have line breaks. Every other text field of a body is one line."""


class Body(serializers.Serializer[None]):
    """
    A request's body; the base of all such serializers.

    A number is not accepted as a text, nor a text as a number; REST framework would convert them. Text is normalised
    (NFC), and refused if it contains invisible characters. An optional field that is null counts as absent.
    """

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.allow_null = _may_be_null(field)  # the OpenAPI document contains this too
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """
        Return the values of the fields.

        :raises ValidationError: a field is invalid.
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
    Return the values of a request's JSON body, by field.

    :param body: the class that declares the fields.
    :raises ValidationError: a field is invalid.
    """
    serializer = body(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def _may_be_null(field: Any) -> bool:
    """Return whether null counts as absent: for optional fields, except a number with a default, such as a quantity."""
    return not field.required and (field.default is empty or not isinstance(field, serializers.IntegerField))


def _value_error(field: Any, value: Any) -> str | None:
    """Return what is wrong with a value that REST framework would accept: its type, or the characters of a text."""
    if isinstance(field, serializers.CharField | serializers.DecimalField) and isinstance(value, int | float):
        return "Not a valid string."
    if isinstance(field, serializers.CharField) and isinstance(value, str):
        text = (
            value.strip() if field.trim_whitespace else value
        )  # white space that was pasted around a text is no error
        return text_error(text, multiline=isinstance(field, MultilineField))
    if isinstance(field, serializers.IntegerField) and isinstance(value, str | bool):
        return "A valid integer is required."
    if isinstance(field, serializers.BooleanField) and isinstance(value, int | str) and not isinstance(value, bool):
        return "Must be a valid boolean."
    return None


def _normalised(field: Any, value: Any) -> Any:
    return normalised(value) if isinstance(field, serializers.CharField) and isinstance(value, str) else value
