"""What an e-mail address must be, wherever one is taken: something that a header of a mail can hold as it is."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

WRONG = "Send an e-mail address such as robin@example.com, without spaces, control or invisible characters."


def validate_email_address(address: str) -> None:
    """
    Refuse what is no e-mail address, or holds what nobody sees: a control, a separator, a change of direction.

    :raises ValidationError: it is none. Django's own validator lets U+2028 and the like pass.
    """
    unseen = any(unicodedata.category(character)[0] in "CZ" for character in address)
    if unseen:
        raise ValidationError(WRONG, code="invalid")
    validate_email(address)
