"""邀请: people by name, units, those of a building or in a role, and from outside; a unit or somebody once each.

Those of buildings and roles may be many: what is asked for is noted on the meeting, and a job seats them a block at a
time behind a mark.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases import teams
from forum.meetings.states import Standing, held, seen_for
from forum.meetings.words import note
from forum.notices import targets
from forum.notices.targets import EVERYBODY, Target
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.meeting import SeatOrigin
from models.person import NEIGHBOURS
from models.transaction import Row, execute, execute_many, fetch, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

BLOCK, MOST_BLOCKS, MOST_NAMED, MOST_NAME = 200, 20, 100, 60
_NEIGHBOUR_ROLES = ", ".join(f"'{role.value}'" for role in sorted(NEIGHBOURS))


@dataclass(frozen=True, slots=True)
class Invite:
    """Who is invited: ``named`` are names as somebody typed them, perhaps with a building before; ``outside`` are
    offices and names of those who are not here."""

    named: Sequence[str] = ()
    teams: Sequence[int] = ()
    target: Target = EVERYBODY
    outside: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it names nobody."""
        return self.target.is_all and not any((*self.named, *self.teams, *self.outside))


async def invite(meeting_id: int, invited: Invite, *, by: Viewer) -> None:
    """邀请: before it begins. Those who are invited already stay so, and are not told again."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.invite")
    if invited.is_empty or len(invited.named) + len(invited.outside) > MOST_NAMED:
        raise Invalid("meeting.nobody", most=MOST_NAMED)
    people = [await _who_is(name, meeting.place_id) for name in invited.named if name.strip()]
    units = [(await teams.must_reach(one, meeting.place_id)).id for one in invited.teams]
    target = await targets.checked(_without_tags(invited.target), viewer=by, place_id=meeting.place_id)
    async with transaction():
        await held(meeting_id, "meeting.invite")
        await _seat(meeting_id, people, origin=SeatOrigin.LIST)
        await _seat_units(meeting_id, units)
        await _seat_outside(meeting_id, [note(one, most=MOST_NAME) for one in invited.outside if one.strip()])
        await _note_down(meeting_id, target)
        await record(by, "meeting.invite", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


def _without_tags(target: Target) -> Target:
    """Who is invited is not told by what stands on their card."""
    return dataclasses.replace(target, tags=())


_NAMED = (
    "SELECT p.id FROM person p WHERE p.is_active AND (p.name=$2 OR p.shown_name=$2) AND EXISTS (SELECT 1 FROM role r"
    f" WHERE r.person_id=p.id AND r.place_id=$1 AND r.name IN ({_NEIGHBOUR_ROLES})){{more}} ORDER BY p.id LIMIT 2"
)
_THERE = (
    " AND EXISTS (SELECT 1 FROM residence d JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " WHERE d.person_id=p.id AND d.place_id=$1 AND d.state='living' AND (b.name=$3 OR b.name || h.label=$3"
    " OR b.name || '-' || h.label=$3))"
)


async def _who_is(typed: str, place_id: int) -> int:
    """The neighbour of a name, of several alike the one of the building or home that stands before it."""
    before, _, name = " ".join(typed.split()).rpartition(" ")
    more, values = (_THERE, (before.replace(" ", ""),)) if before else ("", ())
    rows = await fetch(_NAMED.format(more=more), place_id, name, *values)
    if not rows:
        raise NotFound("meeting.no_such_neighbour", name=typed.strip()[:MOST_NAME])
    if len(rows) > 1:
        raise Invalid("meeting.several_alike", name=name[:MOST_NAME])
    return int(rows[0]["id"])


_SEAT = (
    "INSERT INTO meeting_seat (created_at, meeting_id, person_id, team_id, origin, shown_as, is_member, is_frozen,"
    " answer) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'') ON CONFLICT DO NOTHING"
)


async def _seat(meeting_id: int, people: Sequence[int], *, origin: SeatOrigin) -> None:
    now = clock.now()
    rows = [(now, meeting_id, one, None, origin.value, "", False, False) for one in dict.fromkeys(people)]
    await execute_many(_SEAT, rows)


async def _seat_units(meeting_id: int, units: Sequence[int]) -> None:
    now, origin = clock.now(), SeatOrigin.UNIT.value
    rows = [(now, meeting_id, None, one, origin, "", False, False) for one in dict.fromkeys(units)]
    await execute_many(_SEAT, rows)


async def _seat_outside(meeting_id: int, names: Sequence[str]) -> None:
    now, origin = clock.now(), SeatOrigin.OUTSIDE.value
    for name in dict.fromkeys(names):
        known = "SELECT 1 AS one FROM meeting_seat WHERE meeting_id=$1 AND origin='outside' AND shown_as=$2"
        if await fetch_one(known, meeting_id, name) is None:
            await execute(_SEAT, now, meeting_id, None, None, origin, name, True, False)  # noqa: FBT003


async def _note_down(meeting_id: int, target: Target) -> None:
    """What a job has to seat; more that is asked for while it is at it comes after."""
    if target.is_all:
        return
    row = await fetch_one("SELECT invites FROM meeting WHERE id=$1", meeting_id)
    if row is None or row["invites"]:
        raise WrongState("meeting.still_inviting")
    await execute("UPDATE meeting SET invites=$1, invited_to=0 WHERE id=$2", target.to_json(), meeting_id)


_NEXT = "SELECT id, place_id, invites, invited_to FROM meeting WHERE invites<>'' AND state='called' ORDER BY id LIMIT 1"
_MARK = "UPDATE meeting SET invites=$1, invited_to=$2 WHERE id=$3 AND invited_to=$4 AND invites=$5 AND state='called'"


async def seat_due(*, by: Viewer) -> int:
    """安排受邀的人: those of the buildings and roles that were asked for; gives how many were looked at."""
    allow(by, "meeting.tell", None)
    seated = 0
    for _ in range(MOST_BLOCKS):
        row = await fetch_one(_NEXT)
        if row is None:
            break
        seated += await _block(row)
    return seated


async def _block(row: Row) -> int:
    """Mark and seat in one transaction: a killed job begins the block again, and of two one finds the mark moved."""
    target = Target.from_json(row["invites"])
    people = await targets.block(target, place_id=row["place_id"], after=row["invited_to"], most=BLOCK)
    left, until = (row["invites"], people[-1]) if len(people) == BLOCK else ("", row["invited_to"])
    async with transaction():
        if not await execute(_MARK, left, until, row["id"], row["invited_to"], row["invites"]):
            return 0
        await _seat(row["id"], people, origin=SeatOrigin.BUILDING if target.buildings else SeatOrigin.ROLE)
    return len(people)


async def volunteer(meeting_id: int, *, by: Viewer) -> None:
    """志愿报名: who lives here asks to be there, where that is offered; who is invited already only answers."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.volunteer")
    async with transaction():
        await _must_take_volunteers(await held(meeting_id, "meeting.volunteer"))
        made = await fetch_one(
            "INSERT INTO meeting_seat (created_at, meeting_id, person_id, origin, shown_as, is_member, is_frozen,"
            " answer, answered_at, told_at) VALUES ($1,$2,$3,'volunteer','',$4,$4,'yes',$1,$1)"
            " ON CONFLICT (meeting_id, person_id) DO NOTHING RETURNING id",
            clock.now(),
            meeting_id,
            by.person_id,
            False,  # noqa: FBT003
        )
        if made is None:
            raise Taken("meeting.invited_already")
        await record(by, "meeting.volunteer", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


async def _must_take_volunteers(meeting: Standing) -> None:
    if not meeting.takes_volunteers or meeting.starts_at <= clock.now():
        raise WrongState("meeting.no_volunteers")


async def name_members(meeting_id: int, *, by: Viewer, seat_ids: Sequence[int]) -> None:
    """定代表: these and no others are members of the hearing when it begins."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.name_member")
    async with transaction():
        await held(meeting_id, "meeting.name_member")
        known = {row["id"] for row in await fetch("SELECT id FROM meeting_seat WHERE meeting_id=$1", meeting_id)}
        if not known.issuperset(seat_ids):
            raise NotFound("meeting.no_such_seat")
        wanted = [(one in set(seat_ids), one) for one in sorted(known)]
        await execute_many("UPDATE meeting_seat SET is_member=$1 WHERE id=$2", wanted)
        await record(by, "meeting.name_member", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
