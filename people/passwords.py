"""Passwords, kept as argon2id hashes and checked off the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from models.errors import Invalid

LEAST = 8
HASHER = PasswordHasher()
"""With the library's defaults (RFC 9106, low memory): about 0.1 s and 64 MiB."""
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$epjqtUXxx/qGYYFFFapoMQ$2tF4c61TSzzTZD1lVmFxePlsneJmQEfeW6CpSjBf+So"
"""Of a password that nobody knows: checking a name that is not there takes as long as one that is."""
_hasher, _nobodys = HASHER, NOBODYS
_two_at_a_time = asyncio.Semaphore(2)


def use_hasher(hasher: PasswordHasher) -> None:
    """Choose how hard a hash is to make, once at start; nothing but tests has a reason to."""
    global _hasher, _nobodys
    _hasher, _nobodys = hasher, hasher.hash("nobody")


async def hashed(password: str) -> str:
    """What is kept of a password; one that is too short is refused."""
    if len(password) < LEAST:
        raise Invalid("login.password_short", least=LEAST)
    async with _two_at_a_time:
        return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Whether it is the one that was kept; where nothing was, no, after as long a time."""
    async with _two_at_a_time:
        return await asyncio.to_thread(_verify, stored or _nobodys, password) and bool(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
