"""A rule for e-mail addresses that Django's and REST framework's fields do not check."""

import unicodedata

from django.core.exceptions import ValidationError

MESSAGE = "Send an e-mail address such as robin@example.com, without spaces, control or invisible characters."


def validate_email_address(address: str) -> None:
    """
    Refuse an e-mail address with a control character, a separator, or another invisible character.

    A field's own validator lets U+2028 and the like pass, but no header of an e-mail can contain them.

    :raises ValidationError: the address contains one.
    """
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        raise ValidationError(MESSAGE, code="invalid")
