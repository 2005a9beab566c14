"""What those who are invited to a meeting are told: that they are, that it is tomorrow, that it is called off or its
record is there.

Invitations go out by a job, a block at a time, each seat marked with it; the reminder of the day before goes to each
who did not say no, once, by day.
"""

from __future__ import annotations

import datetime as dt

from casework.cases import teams
from courier.letters import Letter, Link
from forum.meetings.states import Standing, visible
from models import clock
from models.transaction import Row, execute, fetch, fetch_one, listed, moment, transaction
from models.wording import say, say_moment
from people import pushes
from people.audit import record
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.quiet import is_quiet
from people.telling import tell_resident
from people.viewers import SYSTEM, Viewer

BLOCK, MOST = 200, 300
ANSWERS = "meeting.answer"


def _letter(what: str, *, meeting_id: int, **facts: object) -> Letter:
    return Letter(
        say(f"meeting.tell.{what}", **facts), links=(Link(say("meeting.tell.link"), f"/meetings/{meeting_id}"),)
    )


async def ask_anew(meeting_id: int) -> None:
    """Whoever answered is asked once more, and reminded once more, in the caller's transaction."""
    await execute(
        "UPDATE meeting_seat SET answer='', answered_at=NULL, told_at=NULL, reminded_at=NULL WHERE meeting_id=$1",
        meeting_id,
    )


_PEOPLE = "SELECT person_id, team_id FROM meeting_seat WHERE {which} ORDER BY id"


async def _people(which: str, *values: object) -> list[int]:
    """Those who have one of some seats, each once; of a unit all of its people."""
    found: list[int] = []
    for row in await fetch(_PEOPLE.format(which=which), *values):
        if row["person_id"] is not None:
            found.append(row["person_id"])
        elif row["team_id"] is not None:
            found += await teams.people_of(row["team_id"])
    return [*dict.fromkeys(found)]


async def tell_seated(meeting: Standing, what: str, **facts: object) -> None:
    """Tell everybody who is invited, in the caller's transaction: one statement for however many."""
    at = say_moment(meeting.starts_at)
    letter = _letter(what, meeting_id=meeting.id, title=meeting.title, at=at, venue=meeting.venue, **facts)
    await _push(
        letter, meeting_id=meeting.id, place_id=meeting.place_id, people=await _people("meeting_id=$1", meeting.id)
    )


async def _push(letter: Letter, *, meeting_id: int, place_id: int, people: list[int]) -> None:
    await pushes.push_to_people(
        letter,
        person_ids=people,
        kind=PushKind.DELIBERATION,
        subject=f"meeting:{meeting_id}",
        needs=Needs("meeting.read", place_id),
    )


_UNTOLD = (
    "SELECT DISTINCT m.id, m.place_id, m.title, m.venue, m.starts_at, m.kind FROM meeting_seat s"
    " JOIN meeting m ON m.id=s.meeting_id WHERE s.told_at IS NULL AND m.state='called' AND m.starts_at>$1"
    " AND (s.person_id IS NOT NULL OR s.team_id IS NOT NULL) ORDER BY m.starts_at, m.id LIMIT 20"
)


async def tell_due(*, by: Viewer) -> int:
    """告诉受邀的人: of each meeting the next block of those who do not know yet; gives how many seats."""
    allow(by, "meeting.tell", None)
    return sum([await _tell_of(row) for row in await fetch(_UNTOLD, clock.now())])


async def _tell_of(row: Row) -> int:
    """Mark and tell in one transaction: a killed job begins the block again, and of two one finds it marked."""
    async with transaction():
        ids = [
            one["id"]
            for one in await fetch(
                f"SELECT id FROM meeting_seat WHERE meeting_id=$1 AND told_at IS NULL ORDER BY id LIMIT {BLOCK}",
                row["id"],
            )
        ]
        marked = await fetch(
            f"UPDATE meeting_seat SET told_at=$1 WHERE id IN ({listed(ids)}) AND told_at IS NULL RETURNING id",
            clock.now(),
        )
        people = await _people(f"id IN ({listed(one['id'] for one in marked)})") if marked else []
        at, kind = say_moment(moment(row["starts_at"])), say(f"meeting.kind.{row['kind']}")
        facts = {"title": row["title"], "at": at, "venue": row["venue"], "kind": kind}
        letter = _letter("invited", meeting_id=row["id"], **facts)
        await _push(letter, meeting_id=row["id"], place_id=row["place_id"], people=people)
    return len(marked)


_TO_REMIND = (
    "SELECT s.id, s.meeting_id FROM meeting_seat s JOIN meeting m ON m.id=s.meeting_id WHERE m.state='called'"
    " AND m.starts_at>$1 AND m.starts_at<$2 AND s.reminded_at IS NULL AND s.answer<>'no'"
    " AND (s.person_id IS NOT NULL OR s.team_id IS NOT NULL) AND (s.told_at<$3 OR s.answered_at<$3)"
    f" ORDER BY m.starts_at, s.id LIMIT {MOST}"
)
"""Who was invited or answered today knows of it."""


async def remind(*, by: Viewer) -> int:
    """提醒开会: by day, once, of what is tomorrow (or today, where the job was late); gives how many seats."""
    allow(by, "meeting.remind", None)
    now, today = clock.now(), clock.today()
    if is_quiet(now):
        return 0
    until, before = clock.midnight(today + dt.timedelta(days=2)), clock.midnight(today)
    return sum([await _remind(row, by=by) for row in await fetch(_TO_REMIND, now, until, before)])


async def _remind(row: Row, *, by: Viewer) -> bool:
    async with transaction():
        meeting = await visible(row["meeting_id"], SYSTEM)
        marked = await fetch_one(
            "UPDATE meeting_seat SET reminded_at=$1 WHERE id=$2 AND reminded_at IS NULL AND answer<>'no' RETURNING id",
            clock.now(),
            row["id"],
        )
        if marked is None:
            return False
        facts = {"title": meeting.title, "at": say_moment(meeting.starts_at), "venue": meeting.venue}
        letter = _letter("tomorrow", meeting_id=meeting.id, **facts)
        await record(by, "meeting.remind", subject="meeting_seat", subject_id=row["id"], place_id=meeting.place_id)
        for person_id in await _people("id=$1", row["id"]):
            await tell_resident(letter, person_id=person_id, kind="meeting.tomorrow")
    return True
