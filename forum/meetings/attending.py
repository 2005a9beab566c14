"""Who comes: answers to an invitation, the beginning, which freezes the members, and who was there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from casework.cases.teams import teams_of
from forum.meetings.states import held, move, seen_for
from models import clock
from models.errors import NotFound, WrongState
from models.person import RoleName
from models.transaction import execute, execute_many, fetch, fetch_one, listed, transaction
from models.wording import say
from people import shown
from people.audit import record
from people.shown import Shown
from people.viewers import Viewer

EARLY = dt.timedelta(hours=1)
"""So long before its time a meeting may begin."""
MOST_SHOWN = 80


async def answer(meeting_id: int, *, by: Viewer, is_coming: bool) -> None:
    """答复邀请: for oneself, or for one's unit; the last word before it begins counts."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.answer")
    async with transaction():
        await held(meeting_id, "meeting.answer")
        seat_id = await own_seat(meeting_id, by)
        if seat_id is None:
            raise NotFound("meeting.not_invited")
        said = "yes" if is_coming else "no"
        await execute("UPDATE meeting_seat SET answer=$1, answered_at=$2 WHERE id=$3", said, clock.now(), seat_id)
        await record(
            by, "meeting.answer", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id, detail=said
        )


async def own_seat(meeting_id: int, viewer: Viewer) -> int | None:
    """The seat of somebody, or else that of a unit they belong to."""
    if viewer.person_id is None:
        return None
    row = await fetch_one(
        "SELECT id FROM meeting_seat WHERE meeting_id=$1 AND person_id=$2", meeting_id, viewer.person_id
    )
    if row is None and (units := await teams_of(viewer.person_id)):
        sql = f"SELECT id FROM meeting_seat WHERE meeting_id=$1 AND team_id IN ({listed(units)}) ORDER BY id LIMIT 1"
        row = await fetch_one(sql, meeting_id)
    return int(row["id"]) if row else None


async def begin(meeting_id: int, *, by: Viewer) -> None:
    """开会: from now on the members are those who stand on the list, as they are shown now."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.begin")
    if meeting.starts_at - EARLY > clock.now():
        raise WrongState("meeting.too_early")
    async with transaction():
        found = await held(meeting_id, "meeting.begin")
        names = await _names(meeting_id, viewer=by, place_id=meeting.place_id)
        await move(found, "meeting.begin", begun_at=clock.now(), invites="")
        await execute_many(
            "UPDATE meeting_seat SET shown_as=$1 WHERE id=$2", [(name, one) for one, name in names.items()]
        )
        await execute("UPDATE meeting_seat SET is_frozen=$1 WHERE meeting_id=$2", True, meeting_id)  # noqa: FBT003
        await record(by, "meeting.begin", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


_SEATS = (
    "SELECT s.id, s.person_id, s.shown_as, t.name AS team FROM meeting_seat s LEFT JOIN team t ON t.id=s.team_id"
    " WHERE s.meeting_id=$1 ORDER BY s.id"
)


async def _names(meeting_id: int, *, viewer: Viewer, place_id: int) -> Mapping[int, str]:
    """How each seat is shown to neighbours: a building and a chosen name, or an office."""
    rows = await fetch(_SEATS, meeting_id)
    people = [row["person_id"] for row in rows if row["person_id"] is not None]
    known = await shown.shown(people, viewer=viewer, place_id=place_id)
    return {
        row["id"]: (row["team"] or row["shown_as"] or public_name(known.get(row["person_id"] or 0)))[:MOST_SHOWN]
        for row in rows
    }


def public_name(one: Shown | None) -> str:
    """Somebody as everybody reads them on a list: with their office, or else with their building; never the real
    name."""
    if one is None:
        return say("privacy.gone")
    office = next((role for role in one.roles if role not in _OF_NEIGHBOURS), None)
    before = say(f"staff.role.{office.value}") if office else one.building
    return one.name if not before or one.name.startswith(before) else f"{before} {one.name}"


_OF_NEIGHBOURS = frozenset({RoleName.RESIDENT, RoleName.VOLUNTEER})


async def mark(meeting_id: int, *, by: Viewer, seat_ids: list[int]) -> None:
    """点到: who was there, and with it who was not."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.mark")
    async with transaction():
        found = await held(meeting_id, "meeting.mark")
        known = {row["id"] for row in await fetch("SELECT id FROM meeting_seat WHERE meeting_id=$1", meeting_id)}
        if not known.issuperset(seat_ids):
            raise NotFound("meeting.no_such_seat")
        now = clock.now()
        rows = [(now if one in set(seat_ids) else None, one) for one in sorted(known)]
        await execute_many("UPDATE meeting_seat SET came_at=$1 WHERE id=$2", rows)
        await move(found, "meeting.mark")
        await record(by, "meeting.mark", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
