"""纪要和结论: drafts of the minutes, of which two at once keep one, and what was concluded, line by line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.cases import catalogue, reporting
from casework.cases.reporting import Facts
from forum.meetings import telling
from forum.meetings.states import held, move, seen_for
from forum.meetings.words import MOST_MINUTES, MOST_POINT, MOST_WHO, line, note, text
from models import clock
from models.case import Case, CaseSource
from models.errors import Invalid, NotFound, Taken, WrongState
from models.meeting import ConclusionOutcome
from models.transaction import execute, fetch_one, transaction
from people import files
from people.audit import record
from people.files import Parent
from people.viewers import Viewer

PARENT = "meeting"
MOST_PHOTOS = 20
_DRAFT = (
    "INSERT INTO meeting_draft (created_at, meeting_id, number, text, by_id) VALUES ($1,$2,$3,$4,$5)"
    " ON CONFLICT (meeting_id, number) DO NOTHING RETURNING id"
)


async def write(meeting_id: int, *, by: Viewer, minutes: str, seen: int) -> int:
    """记纪要: the draft after the one that was ``seen``; Taken where somebody else saved one meanwhile. Gives its
    number."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.write")
    words = text(minutes, most=MOST_MINUTES, key="meeting.minutes")
    async with transaction():
        await held(meeting_id, "meeting.write")
        if seen != await latest(meeting_id):
            raise Taken("meeting.minutes_changed")
        if await fetch_one(_DRAFT, clock.now(), meeting_id, seen + 1, words, by.person_id) is None:
            raise Taken("meeting.minutes_changed")
        await record(by, "meeting.write", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
    return seen + 1


async def latest(meeting_id: int) -> int:
    """The number of the last draft, 0 where there is none."""
    row = await fetch_one("SELECT COALESCE(max(number),0) AS number FROM meeting_draft WHERE meeting_id=$1", meeting_id)
    return int(row["number"]) if row else 0


@dataclass(frozen=True, slots=True)
class NewConclusion:
    """One line: the point, what became of it, who does what by when."""

    text: str
    outcome: str
    who: str = ""
    due_on: dt.date | None = None


_CONCLUDE = (
    "INSERT INTO meeting_conclusion (created_at, meeting_id, position, text, outcome, who, due_on, is_dropped,"
    " is_final, by_id) VALUES ($1,$2,"
    "(SELECT COALESCE(max(o.position),0)+1 FROM meeting_conclusion o WHERE o.meeting_id=$2),"
    "$3,$4,$5,$6,$7,$7,$8) RETURNING id"
)


async def conclude(meeting_id: int, new: NewConclusion, *, by: Viewer) -> int:
    """写结论: a line of it; gives its number."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.conclude")
    if new.outcome not in {*ConclusionOutcome}:
        raise Invalid("meeting.outcome")
    if new.due_on is not None and new.due_on < clock.today():
        raise Invalid("meeting.past_day")
    said, who = line(new.text, most=MOST_POINT, key="meeting.point"), note(new.who, most=MOST_WHO)
    async with transaction():
        await held(meeting_id, "meeting.conclude")
        facts = (said, new.outcome, who, new.due_on, False, by.person_id)
        row = await fetch_one(_CONCLUDE, clock.now(), meeting_id, *facts)
        assert row is not None
        await record(by, "meeting.conclude", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
    return int(row["id"])


async def drop(meeting_id: int, *, by: Viewer, conclusion_id: int) -> None:
    """划掉结论: before the record is published; it is not shown with it."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.drop")
    async with transaction():
        await held(meeting_id, "meeting.drop")
        done = await execute(
            "UPDATE meeting_conclusion SET is_dropped=$1 WHERE id=$2 AND meeting_id=$3 AND NOT is_dropped",
            True,  # noqa: FBT003
            conclusion_id,
            meeting_id,
        )
        if not done:
            raise NotFound("meeting.no_such_point")
        await record(by, "meeting.drop", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


async def show(meeting_id: int, *, by: Viewer, photos: tuple[str, ...]) -> None:
    """放照片: those somebody gave just now belong to the meeting; neighbours see them with its record."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.show")
    async with transaction():
        await held(meeting_id, "meeting.show")
        there = len((await files.of(PARENT, [meeting_id])).get(meeting_id, []))
        if there + len(photos) > MOST_PHOTOS:
            raise Invalid("meeting.photos", most=MOST_PHOTOS)
        if await files.attach(photos, to=Parent(PARENT, meeting_id), by=by) != len(photos):
            raise Invalid("meeting.photo_gone")
        await record(by, "meeting.show", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


async def drop_photo(meeting_id: int, *, by: Viewer, name: str) -> None:
    """撤下照片: for good, also from a published record, since somebody in it may not want to be there."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.drop_photo")
    async with transaction():
        await held(meeting_id, "meeting.drop_photo")
        if not await files.drop_where("parent_kind=$1 AND parent_id=$2 AND name=$3", PARENT, meeting_id, name):
            raise NotFound("file.not_found")
        await record(by, "meeting.drop_photo", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


async def publish(meeting_id: int, *, by: Viewer, seen: int) -> None:
    """公开记录: the draft that was ``seen``, with every line of the conclusions; nothing of it changes afterwards."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.publish")
    async with transaction():
        found = await held(meeting_id, "meeting.publish")
        minutes = await _last_draft(meeting_id, seen=seen)
        standing = "SELECT 1 AS one FROM meeting_conclusion WHERE meeting_id=$1 AND NOT is_dropped LIMIT 1"
        if await fetch_one(standing, meeting_id) is None:
            raise WrongState("meeting.no_conclusion")
        await execute("UPDATE meeting_conclusion SET is_final=$1 WHERE meeting_id=$2", True, meeting_id)  # noqa: FBT003
        await move(found, "meeting.publish", minutes=minutes, published_at=clock.now(), **await _how_many(meeting_id))
        await record(by, "meeting.publish", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
        await telling.tell_seated(found, "published")


async def _how_many(meeting_id: int) -> dict[str, int]:
    """How many were invited and came, for the record: who they were is forgotten after a while."""
    row = await fetch_one(
        "SELECT count(*) AS invited, COALESCE(sum(CASE WHEN came_at IS NOT NULL THEN 1 ELSE 0 END),0) AS came"
        " FROM meeting_seat WHERE meeting_id=$1",
        meeting_id,
    )
    assert row is not None
    return {"invited": int(row["invited"]), "came": int(row["came"])}


async def _last_draft(meeting_id: int, *, seen: int) -> str:
    row = await fetch_one(
        "SELECT number, text FROM meeting_draft WHERE meeting_id=$1 ORDER BY number DESC LIMIT 1", meeting_id
    )
    if row is None:
        raise WrongState("meeting.no_minutes")
    if row["number"] != seen:
        raise Taken("meeting.minutes_changed")
    return str(row["text"])


async def add(meeting_id: int, *, by: Viewer, words: str) -> None:
    """补充更正: to a published record, under it; what stands there stays."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.add")
    said = text(words, most=1_000, key="meeting.addendum")
    async with transaction():
        await held(meeting_id, "meeting.add")
        sql = "INSERT INTO meeting_addendum (created_at, meeting_id, text, by_id) VALUES ($1,$2,$3,$4)"
        await execute(sql, clock.now(), meeting_id, said, by.person_id)
        await record(by, "meeting.add", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)


async def make_case(meeting_id: int, *, by: Viewer, conclusion_id: int, kind_key: str) -> Case:
    """按结论立一件事: a case in the conclusion's words, once; it goes the way of every case."""
    meeting = await seen_for(meeting_id, by=by, verb="meeting.make_case")
    async with transaction():
        await held(meeting_id, "meeting.make_case")
        found = await fetch_one(
            "SELECT text, who FROM meeting_conclusion WHERE id=$1 AND meeting_id=$2 AND NOT is_dropped",
            conclusion_id,
            meeting_id,
        )
        if found is None:
            raise NotFound("meeting.no_such_point")
        kind = await catalogue.kind_of(kind_key, meeting.place_id)
        facts = Facts(kind.id, found["text"], how=found["who"], is_planned=True)
        case = await reporting.report(facts, by=by, source=CaseSource.PATROL, place_id=meeting.place_id)
        free = "UPDATE meeting_conclusion SET case_id=$1 WHERE id=$2 AND case_id IS NULL"
        if await execute(free, case.id, conclusion_id) != 1:
            raise Taken("meeting.case_made")
        await record(by, "meeting.make_case", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
    return case
