"""What those who keep a meeting see beside its record: who is invited and answered, and the draft of the minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.meetings.showing import KEEPS, MOST_SEATS
from forum.meetings.states import visible
from models.meeting import SeatOrigin
from models.transaction import fetch, fetch_one, moment
from models.wording import say
from people import shown
from people.scope import must_see
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat as those who keep the meeting see it."""

    id: int
    name: str
    origin: SeatOrigin
    answer: str
    is_member: bool
    came: bool


_ALL_SEATS = (
    "SELECT s.id, s.person_id, s.shown_as, s.origin, s.answer, s.is_member, s.came_at, t.name AS team"
    f" FROM meeting_seat s LEFT JOIN team t ON t.id=s.team_id WHERE s.meeting_id=$1 ORDER BY s.id LIMIT {MOST_SEATS}"
)


async def seats(meeting_id: int, *, viewer: Viewer) -> list[SeatLine]:
    """受邀名单: who is invited and what they said, for those who keep the meeting."""
    found = await visible(meeting_id, viewer)
    must_see(viewer, KEEPS, found.place_id, thing="meeting")
    rows = await fetch(_ALL_SEATS, meeting_id)
    ids = [row["person_id"] for row in rows if row["person_id"]]
    known = await shown.shown(ids, viewer=viewer, place_id=found.place_id) if ids else {}
    return [
        SeatLine(
            row["id"],
            known[row["person_id"]].words if row["person_id"] in known else row["team"] or row["shown_as"] or _gone(),
            SeatOrigin(row["origin"]),
            row["answer"],
            bool(row["is_member"]),
            row["came_at"] is not None,
        )
        for row in rows
    ]


def _gone() -> str:
    return say("privacy.gone")


@dataclass(frozen=True, slots=True)
class Draft:
    """The minutes as they were saved last; ``number`` goes back with what is written over them."""

    number: int
    text: str
    by: str
    at: dt.datetime | None


async def draft(meeting_id: int, *, viewer: Viewer) -> Draft:
    """纪要草稿: for those who keep the meeting."""
    found = await visible(meeting_id, viewer)
    must_see(viewer, KEEPS, found.place_id, thing="meeting")
    row = await fetch_one(
        "SELECT d.number, d.text, d.created_at, COALESCE(p.shown_name,'') AS by_name FROM meeting_draft d"
        " LEFT JOIN person p ON p.id=d.by_id WHERE d.meeting_id=$1 ORDER BY d.number DESC LIMIT 1",
        meeting_id,
    )
    if row is None:
        return Draft(0, "", "", None)
    return Draft(row["number"], row["text"], row["by_name"], moment(row["created_at"]))
