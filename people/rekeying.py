"""Telephone and identity numbers under the key in use: sealed anew, their hashes and birthdays worked out again.

A number is found by its keyed hash, so after a new key every hash must be made again from the sealed number. Rows say
under which key theirs were made; whoever is about to compare hashes has the rows of the place renewed first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from models.errors import Invalid
from models.sealed import key_mark, unseal
from models.transaction import Row, execute, fetch, savepoint, transaction
from people.personal import Numbers, sealed

BLOCK = 500
_STALE = (
    "SELECT id, phone_sealed, id_number_sealed FROM personal WHERE id>$1 AND (key_mark IS NULL OR key_mark<>$2){place}"
    " ORDER BY id LIMIT $3"
)
_RENEW = (
    "UPDATE personal SET phone_sealed=$1, phone_hash=$2, id_number_sealed=$3, id_number_hash=$4, born=$5, key_mark=$6"
    " WHERE id=$7 AND COALESCE(phone_sealed, '')=$8 AND COALESCE(id_number_sealed, '')=$9"
)


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many rows are under the key in use now, and how many could not be: no key opens them, or the same identity
    number came in twice."""

    done: int = 0
    left: int = 0


async def renew(place_id: int | None = None) -> Renewed:
    """Bring the numbers of a place, or of all, under the key in use, a block in a transaction; what is so is left."""
    after, done, left = 0, 0, 0
    while rows := await _stale(after, place_id=place_id):
        numbers = await asyncio.to_thread(lambda rows=rows: [_opened(row) for row in rows])
        async with transaction():
            changed = sum([await _keep(row, one) for row, one in zip(rows, numbers, strict=True) if one])
        after, done, left = rows[-1]["id"], done + changed, left + len(rows) - changed
    return Renewed(done, left)


async def _stale(after: int, *, place_id: int | None) -> list[Row]:
    if place_id is None:
        return await fetch(_STALE.format(place=""), after, key_mark(), BLOCK)
    return await fetch(_STALE.format(place=" AND place_id=$4"), after, key_mark(), BLOCK, place_id)


def _opened(row: Row) -> Numbers | None:
    """The row's numbers sealed and hashed under the key in use; None where no key opens one of them."""
    try:
        phone, id_number = (unseal(token) if token else "" for token in (row["phone_sealed"], row["id_number_sealed"]))
    except Invalid:
        return None
    return sealed(phone, id_number)


async def _keep(row: Row, numbers: Numbers) -> bool:
    try:
        async with savepoint():
            return bool(
                await execute(
                    _RENEW,
                    numbers.phone_sealed,
                    numbers.phone_hash,
                    numbers.id_number_sealed,
                    numbers.id_number_hash,
                    numbers.born,
                    key_mark(),
                    row["id"],
                    row["phone_sealed"] or "",
                    row["id_number_sealed"] or "",
                )
            )
    except IntegrityError:
        return False
