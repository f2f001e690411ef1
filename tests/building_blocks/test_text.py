"""Text from people: visible characters are accepted, hidden ones refused, equal ones normalised."""

import pytest
from django.core.exceptions import ValidationError

from building_blocks.text import normalised, text_error
from building_blocks.validators import validate_line, validate_lines

VALID = {
    "nothing": "",
    "spaces": "  ",
    "accents": "Zoë Ångström",
    "a composed emoji": "👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Persian with a joiner": "می\u200cخواهم",
    "Hebrew with a mark": "\u200fשלום\u200e",
    "a soft hyphen": "Donau\u00addampf",
    "a decomposed accent": "Zoe\u0308",
}
INVALID = {
    "a control character": ("Ada\x07", "control character U+0007"),
    "a tab": ("Ada\tExample", "control character U+0009"),
    "a null byte": ("\x00", "control character U+0000"),
    "a control of the second range": ("Ada\x9b31m", "control character U+009B"),
    "a line break": ("Ada\nBcc: all@example.com", "one line"),
    "a carriage return": ("Ada\r", "one line"),
    "Unicode's line break": ("a@b.example\u2028x", "one line"),
    "reversed text": ("gnp\u202egpj.exe", "U+202E"),
    "an isolate": ("\u2067Ada\u2069", "U+2067"),
    "a zero-width space": ("Ada\u200bExample", "U+200B"),
    "a byte order mark": ("\ufeffAda", "U+FEFF"),
    "only joiners": ("\u200d\u200c", "no visible character"),
    "a blank letter": ("\u3164", "no visible character"),
    "a blank pattern and a space": ("\u2800 \u2800", "no visible character"),
    "half a character": ("Ada\ud800", "not valid Unicode"),
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_ordinary_text_is_accepted(text: str) -> None:
    assert text_error(text) is None
    validate_line(text)


@pytest.mark.parametrize(("text", "message"), INVALID.values(), ids=INVALID.keys())
def test_text_with_hidden_characters_is_refused_with_a_reason(text: str, message: str) -> None:
    error = text_error(text)

    assert error is not None
    assert message in error
    with pytest.raises(ValidationError, match=message.replace("+", r"\+")):
        validate_line(text)


def test_only_multiline_text_may_have_line_breaks_and_tabs() -> None:
    assert text_error("Ring twice.\r\n\tThen wait.", multiline=True) is None
    validate_lines("Ring twice.\nThen wait.")
    for hidden in ("\x07", "\u2028", "\u202e", "\u200b", "\n\u2800"):
        with pytest.raises(ValidationError):
            validate_lines(hidden)


def test_texts_that_look_the_same_become_equal() -> None:
    assert normalised("Zoe\u0308") == "Zo\u00eb"
