"""Meetings that stand somewhere for the tests that walk through everything: one called, one begun, one on record."""

from __future__ import annotations

import datetime as dt

from forum.meetings import attending, calling, inviting, keepers, minutes
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from models import clock
from models.transaction import execute
from people.viewers import Viewer


async def fill(lead: Viewer, resident: Viewer, *, place_id: int, mark: str = "") -> dict[str, int]:
    """The resident is invited to each, and a member.

    Gives ``meeting``, ``meeting_seat`` of it, ``meeting_begun`` with ``meeting_begun_seat`` and ``meeting_point``, a
    line of its conclusions, and ``meeting_held`` with ``meeting_held_point``.
    """
    called, begun, held = [await _call(lead, resident, place_id=place_id, mark=mark) for _ in range(3)]
    points = [await _begin(one, lead, mark=mark) for one in (begun, held)]
    await minutes.publish(held, by=lead, seen=1)
    await minutes.add(held, by=lead, words=f"{mark}更正：是二楼")
    seat, begun_seat = [(await keepers.seats(one, viewer=lead))[0].id for one in (called, begun)]
    found = {"meeting": called, "meeting_seat": seat, "meeting_begun": begun, "meeting_held": held}
    found["meeting_begun_seat"] = begun_seat
    return found | {"meeting_point": points[0], "meeting_held_point": points[1]}


async def _call(lead: Viewer, resident: Viewer, *, place_id: int, mark: str) -> int:
    """Everybody may volunteer; the resident is invited and a member, and so is somebody from outside."""
    starts = clock.now() + dt.timedelta(minutes=20)
    new = NewMeeting(
        "hearing", f"{mark}要不要装电梯", f"{mark}听听一楼怎么说", f"{mark}活动室", starts, takes_volunteers=True
    )
    made = await calling.call(new, by=lead, place_id=place_id)
    await inviting.invite(made, Invite(outside=(f"{mark}律师事务所 周律师",)), by=lead)
    await execute(
        "INSERT INTO meeting_seat (created_at, meeting_id, person_id, origin, shown_as, is_member, is_frozen, answer)"
        " VALUES ($1,$2,$3,'list','',$4,$5,'')",
        clock.now(),
        made,
        resident.person_id,
        True,
        False,
    )
    return made


async def _begin(meeting: int, lead: Viewer, *, mark: str) -> int:
    """Everybody came, and something was concluded."""
    seats = [one.id for one in await keepers.seats(meeting, viewer=lead)]
    await attending.begin(meeting, by=lead)
    await attending.mark(meeting, by=lead, seat_ids=seats)
    await minutes.write(meeting, by=lead, minutes=f"{mark}一楼担心采光，物业说换个位置再看。", seen=0)
    due = clock.today() + dt.timedelta(days=30)
    return await minutes.conclude(meeting, NewConclusion(f"{mark}换个位置再看", "agreed", f"{mark}物业", due), by=lead)
