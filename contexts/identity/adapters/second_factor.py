"""How allauth stores the secrets of second factors (settings.MFA_ADAPTER): encrypted with a key from SECRET_KEY."""

import logging
from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

logger = logging.getLogger(__name__)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; if no key decrypts it, return a random one, which no code matches, and log an error."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("a second factor cannot be decrypted: was SECRET_KEY changed without SECRET_KEY_FALLBACKS?")
            return str(generate_totp_secret())


def _cipher() -> MultiFernet:
    return MultiFernet(
        [Fernet(_derive_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derive_key(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=b"markethall", info=b"second factors").derive
    return urlsafe_b64encode(derive(secret.encode()))
