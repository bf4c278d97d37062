"""Texts that are stored so that only this installation can read them: addresses of channels (I1)."""

import base64

from django.conf import settings

PURPOSE = b"alur sealed texts 1"


class NotReadable(Exception):
    """Sealed with a key that this installation no longer has."""


def seal(text: str) -> str:
    """With the newest key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """With whichever key it was sealed."""
    from cryptography.fernet import InvalidToken  # few processes need it

    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotReadable from None


def _keys():
    """SEALING_KEYS, newest first; without them one is made of SECRET_KEY."""
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(_key(secret)) for secret in settings.SEALING_KEYS or [settings.SECRET_KEY]])


def _key(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(made)
