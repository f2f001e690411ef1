"""Digests of tokens and keys: enough to recognise one, not to use it."""

import hashlib


def digest(text: str) -> str:
    """Return the SHA-256 digest of a text, as 64 hexadecimal digits; also of text that no database would take."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
