"""What a person sends as text can be seen, and stays what it looks like."""

import pytest
from django.core.exceptions import ValidationError

from building_blocks.text import normalised, text_error
from building_blocks.validators import validate_line, validate_lines

VALID = {
    "nothing": "",
    "spaces": "  ",
    "accents": "Zoë Ångström",
    "an emoji of several": "👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Persian with a joiner": "می\u200cخواهم",
    "Hebrew with a mark": "\u200fשלום\u200e",
    "a soft hyphen": "Donau\u00addampf",
    "a decomposed accent": "Zoe\u0308",
}
INVALID = {
    "a bell": ("Ada\x07", "control character U+0007"),
    "a tab": ("Ada\tExample", "control character U+0009"),
    "a null byte": ("\x00", "control character U+0000"),
    "a control of the second range": ("Ada\x9b31m", "control character U+009B"),
    "a line break": ("Ada\nBcc: all@example.com", "one line"),
    "a carriage return": ("Ada\r", "one line"),
    "Unicode's line break": ("a@b.example\u2028x", "one line"),
    "text turned around": ("gnp\u202egpj.exe", "U+202E"),
    "an isolate": ("\u2067Ada\u2069", "U+2067"),
    "a space without width": ("Ada\u200bExample", "U+200B"),
    "a byte order mark": ("\ufeffAda", "U+FEFF"),
    "joiners alone": ("\u200d\u200c", "no visible character"),
    "a blank letter": ("\u3164", "no visible character"),
    "a blank pattern and a space": ("\u2800 \u2800", "no visible character"),
    "half a character": ("Ada\ud800", "not valid Unicode"),
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_text_that_people_write_is_taken(text: str) -> None:
    assert text_error(text) is None
    validate_line(text)


@pytest.mark.parametrize(("text", "message"), INVALID.values(), ids=INVALID.keys())
def test_text_that_hides_something_is_refused_and_told_why(text: str, message: str) -> None:
    error = text_error(text)

    assert error is not None
    assert message in error
    with pytest.raises(ValidationError, match=message.replace("+", r"\+")):
        validate_line(text)


def test_only_a_text_of_several_lines_has_line_breaks_and_tabs() -> None:
    assert text_error("Ring twice.\r\n\tThen wait.", multiline=True) is None
    validate_lines("Ring twice.\nThen wait.")
    for hidden in ("\x07", "\u2028", "\u202e", "\u200b", "\n\u2800"):
        with pytest.raises(ValidationError):
            validate_lines(hidden)


def test_what_looks_the_same_is_spelled_the_same() -> None:
    assert normalised("Zoe\u0308") == "Zo\u00eb"
