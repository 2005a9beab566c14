"""Encryption of what must not be read from the database file: message payloads and residents' original words."""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Invalid

_box: MultiFernet | None = None
_first: Fernet | None = None
_hash_keys: tuple[bytes, ...] = ()
_secrets: tuple[str, ...] = ()


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, b"mulin sealed text")))


def use_secrets(*secrets: str) -> None:
    """Set the secret keys: the first seals, all of them open (so that a key can be replaced)."""
    global _box, _first, _hash_keys, _secrets
    boxes = [_fernet(secret) for secret in secrets]
    _box, _first = MultiFernet(boxes), boxes[0]
    _hash_keys = tuple(_derived(secret, b"mulin keyed hash") for secret in secrets)
    _secrets = secrets


def derived_key(purpose: bytes) -> bytes:
    """32 bytes made of the first secret key for one purpose (HKDF, RFC 5869)."""
    if not _secrets:
        raise RuntimeError("use_secrets() was not called at start")
    return _derived(_secrets[0], purpose)


def _open_box() -> MultiFernet:
    if _box is None:
        raise RuntimeError("use_secrets() was not called at start")
    return _box


def seal(text: str) -> str:
    """Encrypted and authenticated form of ``text`` (Fernet token)."""
    return _open_box().encrypt(text.encode()).decode()


def seal_at_no_time(text: str) -> str:
    """As ``seal``, but the token says of itself that it was made in 1970: otherwise a Fernet token tells its time, also
    to whoever has no key."""
    if _first is None:
        raise RuntimeError("use_secrets() was not called at start")
    return _first.encrypt_at_time(text.encode(), 0).decode()


def seal_bytes(content: bytes) -> bytes:
    """What is in a file, sealed at no time; a third longer."""
    if _first is None:
        raise RuntimeError("use_secrets() was not called at start")
    return _first.encrypt_at_time(content, 0)


def unseal_bytes(token: bytes) -> bytes:
    """What was in the file; Invalid where no key opens it."""
    try:
        return _open_box().decrypt(token)
    except InvalidToken as error:
        raise Invalid("sealed.unreadable") from error


def unseal(token: str) -> str:
    """The text behind a token; a wrong key or a changed token is refused."""
    try:
        return _open_box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Invalid("sealed.unreadable") from error


def is_fresh(token: str) -> bool:
    """Whether the first key alone opens a token."""
    if _first is None:
        raise RuntimeError("use_secrets() was not called at start")
    try:
        _first.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def reseal(token: str) -> str | None:
    """The same text sealed with the first key, its age kept; None where no key opens it."""
    try:
        return _open_box().rotate(token.encode()).decode()
    except InvalidToken:
        return None


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 (RFC 2104) in hexadecimal, 64 characters: something short is recognised by it, but cannot be found
    out from the database without the secret key. What is stored is made with the first key."""
    return _hashed(text, _keys()[0])


def keyed_hashes(text: str) -> tuple[str, ...]:
    """The hash under every key, the first one first: for looking up what may have been stored under an earlier one."""
    return tuple(_hashed(text, key) for key in _keys())


def _keys() -> tuple[bytes, ...]:
    if not _hash_keys:
        raise RuntimeError("use_secrets() was not called at start")
    return _hash_keys


def _hashed(text: str, key: bytes) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def key_mark() -> str:
    """By which the first key is known, and nothing else: 8 characters."""
    return keyed_hash("mulin key mark")[:8]
