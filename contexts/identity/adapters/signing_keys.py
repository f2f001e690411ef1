"""
The keys of access tokens: Ed25519, those of settings.TOKEN_SIGNING_KEYS, or one made from SECRET_KEY.

The first signs, all verify. The public halves are published at `.well-known/jwks.json`, and `web_api.authentication`
takes them from `public_keys`, by the setting TOKEN_VERIFICATION_KEYS.
"""

import json
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from web_api.authentication import ALGORITHM


def signing_key() -> OKPKey:
    """
    Return the private key to sign with.

    :raises ImproperlyConfigured: one of settings.TOKEN_SIGNING_KEYS is no Ed25519 key.
    """
    return _private_keys(tuple(settings.TOKEN_SIGNING_KEYS), settings.SECRET_KEY)[0]


def public_keys() -> KeySet:
    """
    Return the keys to verify with: the present one, and those of tokens that are still about.

    :raises ImproperlyConfigured: one of settings.TOKEN_SIGNING_KEYS is no Ed25519 key.
    """
    return _public_keys(tuple(settings.TOKEN_SIGNING_KEYS), settings.SECRET_KEY)


@cache
def _public_keys(documents: tuple[str, ...], secret: str) -> KeySet:
    private = KeySet(list(_private_keys(documents, secret)))
    return KeySet.import_key_set(private.as_dict(private=False, use="sig", alg=ALGORITHM))


@cache
def _private_keys(documents: tuple[str, ...], secret: str) -> tuple[OKPKey, ...]:
    keys = tuple(_imported(document) for document in documents) or (_derived(secret),)
    for key in keys:
        key.ensure_kid()  # its thumbprint (RFC 7638), where the document names none
    return keys


def _imported(document: str) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(document))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or not key.is_private or key.curve_name != ALGORITHM:
        # Says nothing of what was given, and hides what the library says: it is a secret.
        raise ImproperlyConfigured("TOKEN_SIGNING_KEYS: give each as one private Ed25519 key in JWK form") from None
    return key


def _derived(secret: str) -> OKPKey:
    # Every parameter is spelled out: a default that moved would sign everybody out.
    options = {"algorithm": SHA256(), "salt": b"markethall", "info": b"access tokens"}
    return OKPKey.derive_key(secret, ALGORITHM, kdf_name="HKDF", kdf_options=options)
