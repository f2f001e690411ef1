"""Order numbers: short enough to read out on the phone, and impossible to guess."""

import secrets

# Crockford's base 32: no I, L, O or U, which are misread or spell words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_order_number() -> str:
    """Return a new number, like MH-4F7KQ-9XT2B."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"MH-{letters[:5]}-{letters[5:]}"
