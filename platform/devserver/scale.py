"""How large the demo shop shall be."""

LARGEST = 1000


class ScaleUnknown(ValueError):
    """What was said is no scale; the message is one line that says what would be."""


def scale_of(text: str) -> int:
    """
    Return how many times as large as usual the shop shall be.

    :raises ScaleUnknown: the text does not say so.
    """
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise ScaleUnknown(f"SCALE is {text!r}: say a whole number from 1 to {LARGEST}, as in `SCALE=10 make demo`.")
    return int(text)
