"""The size of the demo shop."""

MAX_SCALE = 1000


class InvalidScale(ValueError):
    """The text is no scale; the message is one line with the allowed values."""


def parse_scale(text: str) -> int:
    """
    Return the size of the shop, in multiples of the usual one.

    :raises InvalidScale: the text is no whole number from 1 to 1000.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SCALE:
        raise InvalidScale(f"SCALE is {text!r}: say a whole number from 1 to {MAX_SCALE}, as in `SCALE=10 make demo`.")
    return int(text)
