"""An emergency reaches also those who work here, wherever they read, and the neighbourhood's chat groups."""

from __future__ import annotations

from dataclasses import replace

from courier import notices, outbox
from courier.letters import Letter
from forum.kinds import COMMITTEE
from models.group import GroupKind
from models.transaction import fetch
from people import groups, robots

KIND = "notice.emergency"


async def alert(letter: Letter, *, place_id: int, about: str, is_for_all: bool) -> None:
    """Tell the committee at the desk, in their chats and their group, and where it is for all the residents' groups,
    in the transaction in which it goes out."""
    plain = replace(letter, choices=())
    await robots.tell(plain, place_id=place_id, kind=KIND, about=f"!{about}")
    for person_id in await _committee(place_id):
        await notices.tell_person(plain, person_id=person_id, kind=KIND, needs=f"notice.read@{place_id}")
    if is_for_all:
        for address in await _groups(place_id):
            await outbox.put(replace(plain, links=()), channel=groups.CHANNEL, address=address, kind=KIND)


async def _committee(place_id: int) -> list[int]:
    roles = ", ".join(f"'{role.value}'" for role in sorted(COMMITTEE))
    rows = await fetch(
        "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id AND p.is_active"
        f" WHERE r.place_id=$1 AND r.name IN ({roles}) ORDER BY r.person_id",
        place_id,
    )
    return [row["person_id"] for row in rows]


async def _groups(place_id: int) -> list[str]:
    rows = await fetch(
        "SELECT address FROM chat_group WHERE place_id=$1 AND channel=$2 AND kind=$3 AND ended_at IS NULL"
        " AND left_at IS NULL ORDER BY address",
        place_id,
        groups.CHANNEL,
        GroupKind.RESIDENTS.value,
    )
    return [row["address"] for row in rows]
