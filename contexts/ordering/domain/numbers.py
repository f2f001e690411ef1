"""Order numbers: short enough to read out on the phone, and impossible to guess."""

import re
import secrets

# Crockford's base 32: no I, L, O or U, which are misread or spell words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
PREFIX = "MH"


def new_order_number() -> str:
    """Return a new number, like MH-4F7KQ-9XT2B."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{PREFIX}-{letters[:5]}-{letters[5:]}"


def normalised_number(number: str) -> str:
    """
    Return an order number, or the beginning of one, in the shop's spelling.

    :param number: as a person types it: in any case, with or without dashes and spaces, with O for 0.
    """
    plain = re.sub(r"[\s-]", "", number).upper()
    prefix, letters = plain[:2], plain[2:].translate(MISREAD)
    return "-".join(part for part in (prefix, letters[:5], letters[5:]) if part)
