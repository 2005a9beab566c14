"""发帖必响应: which posts still wait for an official reply, how many had one in time, and telling once who is late.

An answer is a reply from an office that still stands; when the first came is kept by the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from casework.deadlines import add_working
from courier import notices
from courier.letters import Letter, Link
from forum import telling
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.kinds import BoardKind
from forum.sight import OF_ANOTHER, is_confidant
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.transaction import Row, execute, fetch, moment, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.scope import must_see, neighbourhoods_for
from people.viewers import Viewer

MOST_SHOWN, BATCH = 200, 100
LONG_LATE = dt.timedelta(days=60)
"""Nobody is told any more of what has been late for longer."""


def due(line: BoardLine, *, since: dt.datetime) -> dt.datetime | None:
    """By when an official reply is owed to what a neighbour posted on a board; None where none is."""
    return add_working(since, hours=line.reply_hours) if line.reply_hours is not None else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits. Of a private question that is not for the viewer there is no title, and ``id`` is 0."""

    id: int
    kind: BoardKind
    title: str
    at: dt.datetime
    due_at: dt.datetime
    is_late: bool
    is_private: bool


async def waiting(*, viewer: Viewer, place_id: int) -> list[Waiting]:
    """还没有答复的: the most urgent first, for the committee."""
    must_see(viewer, "response.read", place_id, thing="place")
    rows = await fetch(
        "SELECT p.id, p.board, p.title, p.created_at, p.due_at, p.is_private,"
        f" CASE WHEN p.is_private THEN {OF_ANOTHER.format(person='$2')} ELSE FALSE END AS is_anothers FROM post p"
        f" WHERE p.place_id=$1 AND p.due_at IS NOT NULL AND p.answered_at IS NULL AND p.state IN ({SHOWN_SQL})"
        f" ORDER BY p.due_at, p.id LIMIT {MOST_SHOWN}",
        place_id,
        viewer.person_id or 0,
    )
    return [_waiting(row, viewer, place_id) for row in rows]


def _waiting(row: Row, viewer: Viewer, place_id: int) -> Waiting:
    kind, due = kind_of(row["board"]), moment(row["due_at"])
    is_anothers = kind.confides_by_estate and bool(row["is_anothers"])
    is_open = not row["is_private"] or (is_confidant(viewer, place_id, kind) and not is_anothers)
    return Waiting(
        id=row["id"] if is_open else 0,
        kind=kind,
        title=row["title"] if is_open else "",
        at=moment(row["created_at"]),
        due_at=due,
        is_late=due < clock.now(),
        is_private=bool(row["is_private"]),
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """How a board was answered in a time: of ``asked`` posts so many were, ``in_time`` of them; ``late`` are those that
    still wait though it is past their time."""

    board: BoardName
    asked: int
    answered: int
    in_time: int
    late: int

    @property
    def percent(self) -> int | None:
        """Answered in time, of those whose time has come or who were answered; None where there is none of them."""
        settled = self.answered + self.late
        return round(100 * self.in_time / settled) if settled else None


_RATES = (
    "SELECT board, count(*) AS asked, count(answered_at) AS answered,"
    " sum(CASE WHEN answered_at<=due_at THEN 1 ELSE 0 END) AS in_time,"
    " sum(CASE WHEN answered_at IS NULL AND due_at<$1 THEN 1 ELSE 0 END) AS late FROM post"
    f" WHERE place_id IN ({{places}}) AND due_at>=$2 AND created_at>=$2 AND state IN ({SHOWN_SQL})"
    " GROUP BY board ORDER BY board"
)


async def rates(*, viewer: Viewer, since: dt.datetime, place_id: int | None = None) -> list[Rate]:
    """响应率: by board, of one neighbourhood or of all below the viewer; sums only."""
    places = await counted_places(viewer, place_id)
    rows = await fetch(_RATES.format(places=places), clock.now(), since)
    return [
        Rate(BoardName(row["board"]), row["asked"], row["answered"], row["in_time"] or 0, row["late"] or 0)
        for row in rows
    ]


async def counted_places(viewer: Viewer, place_id: int | None) -> str:
    """The neighbourhoods whose answers the viewer counts, one of them or all, as the inside of an SQL ``IN (…)``."""
    allow(viewer, "response.count", None)
    mine = await neighbourhoods_for(viewer, "response.count")
    wanted: Iterable[int] = mine if place_id is None else mine & {place_id}
    return ", ".join(str(one) for one in sorted(wanted)) or "NULL"


async def remind(*, by: Viewer) -> int:
    """催答复: tell who leads the place, and who owes the answer, once of every post that is late; gives how many."""
    allow(by, "response.remind", None)
    rows = await fetch(
        "SELECT p.id, p.place_id, p.board, p.title, p.is_private FROM place l CROSS JOIN post p"
        " WHERE p.place_id=l.id AND p.due_at<$1 AND p.due_at>$2 AND p.answered_at IS NULL AND p.reminded_at IS NULL"
        f" AND p.state IN ({SHOWN_SQL}) ORDER BY p.id LIMIT {BATCH}",
        clock.now(),
        clock.now() - LONG_LATE,
    )
    return sum([await _remind(row, by=by) for row in rows])


async def _remind(row: Row, *, by: Viewer) -> int:
    """One of them, in a transaction of its own: whoever answers it at this moment holds its row."""
    claim = "UPDATE post SET reminded_at=$1 WHERE id=$2 AND reminded_at IS NULL AND answered_at IS NULL"
    async with transaction():
        if await execute(claim, clock.now(), row["id"]) != 1:
            return 0
        await record(by, "response.remind", subject="post", subject_id=row["id"], place_id=row["place_id"])
        at, leading = row["place_id"], await leads(row["place_id"])
        listed, thread = Link(say("board.tell.late_link"), "/responses"), f"/posts/{row['id']}"
        for person_id in leading:
            await _tell_late(row, person_id, link=listed, needs=f"response.read@{at}")
        for person_id in await telling.asked_by(row["id"], kind_of(row["board"])):
            if person_id not in leading:
                link = Link(say("board.tell.link"), thread)
                await _tell_late(row, person_id, link=link, needs=f"board.read@{at}")
    return 1


async def _tell_late(row: Row, person_id: int, *, link: Link, needs: str) -> None:
    title = say("board.tell.private") if row["is_private"] else row["title"]
    letter = Letter(say("board.tell.late", board=kind_of(row["board"]).name, title=title), links=(link,))
    await notices.tell_person(letter, person_id=person_id, kind="response.late", needs=needs)


async def leads(place_id: int) -> list[int]:
    """Who leads a place: its secretaries."""
    rows = await fetch(
        "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1"
        " AND r.name='secretary' AND p.is_active ORDER BY r.person_id",
        place_id,
    )
    return [row["person_id"] for row in rows]
