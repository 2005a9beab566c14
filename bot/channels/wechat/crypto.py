"""Signatures and encryption of WeChat's message pushes, as the platform's documents lay them down.

AES-256 in CBC mode; the key is the console's EncodingAESKey (43 characters of Base64), the first 16 bytes of it the
initial vector. The plaintext is 16 random bytes, the length of the message as 4 bytes (big-endian), the message, and
the account's app id, padded to a multiple of 32 bytes with bytes that say how many they are (PKCS #7, RFC 5652).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from models.errors import NotAllowed

BLOCK = 32
RANDOM_BYTES, LENGTH_BYTES = 16, 4


def signature(*parts: str) -> str:
    """SHA-1, in hex, of the parts in alphabetical order, one after the other."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's choice.


def is_signed(given: str, *parts: str) -> bool:
    """Whether a signature is that of the parts; takes as long whatever is wrong."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Box:
    """Encrypts and opens the messages of one account."""

    app_id: str
    key: bytes

    @staticmethod
    def of(app_id: str, aes_key: str) -> Box:
        """From the console's EncodingAESKey; ValueError where that is none."""
        try:
            key = base64.b64decode(f"{aes_key}=", validate=True)
        except ValueError as error:
            raise ValueError("not 43 characters of Base64") from error
        if len(key) != 32:
            raise ValueError("not 43 characters of Base64")
        return Box(app_id, key)

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self.key), CBC(self.key[:16]))

    def close(self, message: str, *, random: bytes | None = None) -> str:
        """Encrypted, in Base64."""
        words = message.encode()
        plain = (random or secrets.token_bytes(RANDOM_BYTES)) + len(words).to_bytes(LENGTH_BYTES, "big") + words
        plain += self.app_id.encode()
        count = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, encrypted: str) -> str:
        """The message; NotAllowed where anything about it is wrong, always the same word."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            decryptor = self._cipher().decryptor()
            return self._read(decryptor.update(sealed) + decryptor.finalize())
        except ValueError as error:
            raise NotAllowed("wechat.signature") from error

    def _read(self, padded: bytes) -> str:
        plain = _unpadded(padded)
        start = RANDOM_BYTES + LENGTH_BYTES
        end = start + int.from_bytes(plain[RANDOM_BYTES:start], "big")
        if len(plain) < start or end > len(plain) or not hmac.compare_digest(plain[end:], self.app_id.encode()):
            raise ValueError("length or app id")
        return plain[start:end].decode()


def _unpadded(padded: bytes) -> bytes:
    count = padded[-1] if padded else 0
    if not 1 <= count <= BLOCK or len(padded) < count or padded[-count:] != bytes([count]) * count:
        raise ValueError("padding")
    return padded[:-count]
