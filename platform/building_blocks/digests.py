"""Digests of tokens and keys. A digest is enough to recognise a token or key, but not to use it."""

import hashlib


def digest(text: str) -> str:
    """Return the SHA-256 digest of a text as 64 hexadecimal digits, even of text that Postgres refuses (surrogates)."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
