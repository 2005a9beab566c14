"""企业微信群机器人: a group of a neighbourhood's staff who have no other chat hears alerts and alarms there too.

Only the robot's key is kept, sealed; the address is the platform's. What is said there is masked: a group's members are
not ours to know.
"""

from __future__ import annotations

import re
from dataclasses import replace

from courier import outbox, signals
from courier.letters import Letter
from models import clock
from models.errors import Invalid, NotFound
from models.sealed import seal, unseal
from models.transaction import execute, fetch_one, transaction
from nlp.mask import mask
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

CHANNEL = "wecom"
VERB = "place.set_robot"
_KEY = re.compile(r"[0-9A-Za-z-]{8,80}")
_IN_ADDRESS = re.compile(r"[?&]key=([0-9A-Za-z-]{8,80})(?:&|$)")
_PLACE = re.compile(r"\d+")


async def set_robot(place_id: int, *, by: Viewer, typed: str) -> None:
    """设群机器人: by the address that the group shows, or its key alone; empty ends it."""
    must_see(by, VERB, place_id, thing="place")
    key = _key(typed.strip())
    async with transaction():
        if key:
            await execute(
                "INSERT INTO group_robot (created_at, place_id, key_sealed, by_id) VALUES ($1,$2,$3,$4)"
                " ON CONFLICT (place_id) DO UPDATE SET created_at=excluded.created_at, key_sealed=excluded.key_sealed,"
                " by_id=excluded.by_id",
                clock.now(),
                place_id,
                seal(key),
                by.person_id,
            )
        else:
            await execute("DELETE FROM group_robot WHERE place_id=$1", place_id)
        await record(
            by, VERB, subject="place", subject_id=place_id, place_id=place_id, detail="set" if key else "ended"
        )


def _key(typed: str) -> str:
    found = _IN_ADDRESS.search(typed)
    key = found.group(1) if found else typed
    if key and not _KEY.fullmatch(key):
        raise Invalid("robot.wrong")
    return key


async def ending_of(place_id: int, *, viewer: Viewer) -> str:
    """The last characters of the key of a place's robot, by which its owner knows it; '' where there is none."""
    must_see(viewer, VERB, place_id, thing="place")
    row = await fetch_one("SELECT key_sealed FROM group_robot WHERE place_id=$1", place_id)
    return unseal(row["key_sealed"])[-4:] if row else ""


async def key_of(address: str) -> str:
    """The key behind an address of the outbox, for the channel that sends there; NotFound once the robot is gone."""
    place = _PLACE.match(address)
    row = await fetch_one("SELECT key_sealed FROM group_robot WHERE place_id=$1", int(place.group() if place else 0))
    if row is None:
        raise NotFound("robot.not_found")
    return unseal(row["key_sealed"])


async def tell(letter: Letter, *, place_id: int, kind: str, about: str) -> bool:
    """Tell the group of a place, in the transaction of what it tells of; False where it has none. What is ``about``
    another thing (such as ``#12``) waits for nothing, so that no alarm waits and no two changes lock each other."""
    if await fetch_one("SELECT id FROM group_robot WHERE place_id=$1", place_id) is None:
        return False
    masked = replace(letter, text=mask(letter.text).text)
    await outbox.put(masked, channel=CHANNEL, address=f"{place_id}{about}", kind=kind)
    signals.publish(signals.OUTBOX)
    return True
