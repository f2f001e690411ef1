"""What an e-mail address must be besides what its field demands, wherever one is taken."""

import unicodedata

from django.core.exceptions import ValidationError

MESSAGE = "Send an e-mail address such as robin@example.com, without spaces, control or invisible characters."


def validate_email_address(address: str) -> None:
    """
    Refuse an e-mail address that holds what nobody sees: a control, a separator, a change of direction.

    It stands beside the validator of a field for addresses, which lets U+2028 and the like pass, though no header of a
    mail can hold them.

    :raises ValidationError: it holds one.
    """
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        raise ValidationError(MESSAGE, code="invalid")
