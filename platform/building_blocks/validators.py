"""The rules of `text.py` as validators for Django's models and forms."""

from django.core.exceptions import ValidationError

from building_blocks.text import text_error


def validate_line(value: str) -> None:
    """
    Accept one line of visible text.

    :raises ValidationError: it contains a line break, a control character or an invisible one, or nothing visible.
    """
    if error := text_error(value):
        raise ValidationError(error, code="text")


def validate_lines(value: str) -> None:
    """
    Accept several lines of visible text.

    :raises ValidationError: it contains a control character or an invisible one, or nothing visible.
    """
    if error := text_error(value, multiline=True):
        raise ValidationError(error, code="text")
