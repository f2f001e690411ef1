"""How a password is written before it is hashed."""

import unicodedata


def normalise_password(password: str) -> str:
    """
    Return the one spelling of all that look and are typed alike, such as ü as one character or as two.

    NFKC, as NIST SP 800-63B has it: NFC would still tell a full-width digit, as keyboards for Japanese type it, from
    any other.
    """
    return unicodedata.normalize("NFKC", password)
