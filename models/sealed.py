"""Encryption of what must not be read from the database file: message payloads and residents' original words."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Invalid

_box: MultiFernet | None = None
_hash_key: bytes | None = None


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, b"mulin sealed text")))


def use_secrets(*secrets: str) -> None:
    """Set the secret keys: the first seals, all of them open (so that a key can be replaced)."""
    global _box, _hash_key
    _box = MultiFernet([_fernet(secret) for secret in secrets])
    _hash_key = _derived(secrets[0], b"mulin keyed hash")


def _open_box() -> MultiFernet:
    if _box is None:
        raise RuntimeError("use_secrets() was not called at start")
    return _box


def seal(text: str) -> str:
    """Encrypted and authenticated form of ``text`` (Fernet token)."""
    return _open_box().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text behind a token; a wrong key or a changed token is refused."""
    try:
        return _open_box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Invalid("sealed.unreadable") from error


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 (RFC 2104) in hexadecimal, 64 characters: something short is recognised by it, but cannot be found
    out from the database without the secret key."""
    if _hash_key is None:
        raise RuntimeError("use_secrets() was not called at start")
    return hmac.new(_hash_key, text.encode(), hashlib.sha256).hexdigest()
