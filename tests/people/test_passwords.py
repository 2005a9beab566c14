"""Passwords: hard to guess from what is kept, and as slow to check for a name that is not there."""

from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters

from models.errors import Invalid
from people import passwords


def test_the_service_hashes_as_hard_as_rfc_9106_asks_of_little_memory() -> None:
    made = extract_parameters(passwords.HASHER.hash("a long enough password"))
    assert (made.type, made.memory_cost, made.time_cost, made.parallelism) == (Type.ID, 64 * 1024, 3, 4)
    assert made == extract_parameters(passwords.NOBODYS), "a name that is not there takes as long"


async def test_a_password_matches_what_was_kept_of_it_and_nothing_else() -> None:
    kept = await passwords.hashed("a long enough password")
    assert await passwords.matches("a long enough password", kept)
    for stored in (await passwords.hashed("another password"), "no hash at all", "", None):
        assert not await passwords.matches("a long enough password", stored)


async def test_a_short_password_is_refused() -> None:
    with pytest.raises(Invalid, match="password_short"):
        await passwords.hashed("1234567")
