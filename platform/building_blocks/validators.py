"""The rule of `text.py` as validators of Django's models and forms."""

from django.core.exceptions import ValidationError

from building_blocks.text import text_error


def validate_line(value: str) -> None:
    """
    Accept one line of visible text.

    :raises ValidationError: it holds a line break, a control character or hidden characters, or shows nothing.
    """
    if error := text_error(value):
        raise ValidationError(error, code="text")


def validate_lines(value: str) -> None:
    """
    Accept visible text of several lines.

    :raises ValidationError: it holds a control character or hidden characters, or shows nothing.
    """
    if error := text_error(value, multiline=True):
        raise ValidationError(error, code="text")
