"""How large the demo shop shall be."""

MAX_SCALE = 1000


class InvalidScale(ValueError):
    """What was said is no scale; the message is one line that says what would be."""


def parse_scale(text: str) -> int:
    """
    Return how many times as large as usual the shop shall be.

    :raises InvalidScale: the text does not say so.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SCALE:
        raise InvalidScale(f"SCALE is {text!r}: say a whole number from 1 to {MAX_SCALE}, as in `SCALE=10 make demo`.")
    return int(text)
