"""The spelling of a password before it is hashed."""

import unicodedata


def normalise_password(password: str) -> str:
    """
    Return one spelling for passwords that look the same, such as those with ü as one character or as two.

    NFKC, as NIST SP 800-63B recommends: NFC would keep full-width digits, which keyboards for Japanese type, different
    from other digits.
    """
    return unicodedata.normalize("NFKC", password)
