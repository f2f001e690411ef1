"""
The characters that text may contain: those that a person can see and a program can store.

Control characters, characters that hide or reorder others, and text with no visible character are refused.
Joiners (U+200C, U+200D), direction marks (U+200E, U+200F, U+061C) and soft hyphens stay: names and words need them.
"""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_MULTILINE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u180e\U000e0001]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BLANK = re.compile(r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u2800\u3164"
                            r"\ufe00-\ufe0f\uffa0\U000e0020-\U000e007f\U000e0100-\U000e01ef]*")  # fmt: skip


def text_error(text: str, *, multiline: bool = False) -> str | None:
    """
    Return what is wrong with a text, as a sentence for the person who sent it, or None if it is valid.

    A blank text is valid here; each field decides for itself whether it may be blank.

    :param multiline: whether line breaks and tabs are valid.
    """
    if _SURROGATE.search(text):
        return "This is not valid Unicode: half of a character is missing."
    if match := (_CONTROL_MULTILINE if multiline else _CONTROL).search(text):
        if match[0] in "\r\n\u2028\u2029" and not multiline:
            return "This must be one line: take out the line breaks."
        return f"Take out the control character {_code_point(match[0])}."
    if match := _BIDI.search(text):
        return f"Take out the invisible character {_code_point(match[0])}, which changes the direction of the text."
    if match := _INVISIBLE.search(text):
        return f"Take out the invisible character {_code_point(match[0])}."
    if text.strip() and _BLANK.fullmatch(text):
        return "This contains no visible character."
    return None


def normalised(text: str) -> str:
    """Return the text in Unicode NFC, so that texts that look the same are equal."""
    return unicodedata.normalize("NFC", text)


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
