"""
The Ed25519 keys of access tokens: those of settings.TOKEN_SIGNING_KEYS, or one derived from SECRET_KEY.

The first key signs; all keys verify. Only identity imports this module, so the private keys stay in this context.
`web_api.authentication` gets the public keys from `public_keys`, which the setting TOKEN_VERIFICATION_KEYS names;
`.well-known/jwks.json` publishes them.
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
    Return the private key that signs access tokens.

    :raises ImproperlyConfigured: one of settings.TOKEN_SIGNING_KEYS is not a private Ed25519 key.
    """
    return _private_keys(tuple(settings.TOKEN_SIGNING_KEYS), settings.SECRET_KEY)[0]


def public_keys() -> KeySet:
    """
    Return the public keys that verify access tokens: the current one, and the older ones in the setting.

    :raises ImproperlyConfigured: one of settings.TOKEN_SIGNING_KEYS is not a private Ed25519 key.
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
        key.ensure_kid()  # its thumbprint (RFC 7638), unless the document contains one
    return keys


def _imported(document: str) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(document))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or not key.is_private or key.curve_name != ALGORITHM:
        # The message contains neither the value nor the library's error: the value is a secret.
        raise ImproperlyConfigured("TOKEN_SIGNING_KEYS: give each as one private Ed25519 key in JWK form") from None
    return key


def _derived(secret: str) -> OKPKey:
    # Every parameter is explicit: a changed default would sign everyone out.
    options = {"algorithm": SHA256(), "salt": b"markethall", "info": b"access tokens"}
    return OKPKey.derive_key(secret, ALGORITHM, kdf_name="HKDF", kdf_options=options)
