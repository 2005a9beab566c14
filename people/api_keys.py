"""接口密钥: with which another system (热线, 网格, a map of the city) sends cases in; made and ended by an admin."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from models import clock
from models.api_key import ApiKey
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import transaction
from nlp.normalise import clean_input
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

READ, MAKE, END = "api_key.read", "api_key.make", "api_key.end"
LONGEST = 40
MOST = 20
"""How many keys of a place may be good at once."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as its place knows it: never the key itself."""

    id: int
    name: str
    made_at: dt.datetime
    used_at: dt.datetime | None
    ended_at: dt.datetime | None


async def api_keys(*, viewer: Viewer, place_id: int) -> list[KeyLine]:
    """接口密钥: those of a place, the good ones first."""
    must_see(viewer, READ, place_id, thing="place")
    rows = await ApiKey.filter(place_id=place_id).order_by("-id").limit(200)
    lines = [KeyLine(row.id, row.name, row.created_at, row.used_at, row.ended_at) for row in rows]
    return sorted(lines, key=lambda one: one.ended_at is not None)


async def make(*, by: Viewer, place_id: int, name: str) -> str:
    """发密钥: gives the key, which is told now and nowhere again."""
    must_see(by, MAKE, place_id, thing="place")
    said = clean_input(name)
    if not 0 < len(said) <= LONGEST:
        raise Invalid("api_key.name", most=LONGEST)
    key = secrets.token_urlsafe(32)
    async with transaction():
        made = await ApiKey.create(
            created_at=clock.now(), place_id=place_id, name=said, key_hash=_hash(key), by_id=by.person_id
        )
        if await ApiKey.filter(place_id=place_id, ended_at=None).count() > MOST:
            raise Invalid("api_key.too_many", most=MOST)
        await record(by, MAKE, subject="api_key", subject_id=made.id, place_id=place_id)
    return key


def _hash(key: str) -> str:
    return keyed_hash(f"api key {key}")


async def end(key_id: int, *, by: Viewer, place_id: int) -> None:
    """停用密钥: nothing comes in with it any more."""
    must_see(by, END, place_id, thing="place")
    async with transaction():
        rows = ApiKey.filter(id=key_id, place_id=place_id)
        if not await rows.exists():
            raise NotFound("api_key.not_found")
        if await rows.filter(ended_at=None).update(ended_at=clock.now(), ended_by_id=by.person_id) != 1:
            raise Taken("api_key.ended")
        await record(by, END, subject="api_key", subject_id=key_id, place_id=place_id)


async def must_be_good(key: str, *, place_id: int) -> None:
    """Refuse a key that is not, or no more, one of this place; note that it was used, and hash it anew with the secret
    key in use: nobody but its owner has what is hashed."""
    hashes = keyed_hashes(f"api key {key}")
    good = ApiKey.filter(key_hash__in=hashes, place_id=place_id, ended_at=None)
    if not key or not await good.update(used_at=clock.now(), key_hash=hashes[0]):
        raise NotAllowed("api_key.wrong")
