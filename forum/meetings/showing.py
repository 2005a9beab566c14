"""What is seen of meetings: the list, one with its members, one's own seat and the published record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.meetings.attending import EARLY, own_seat, public_name
from forum.meetings.minutes import PARENT
from forum.meetings.states import BEGUN, CALLED, PUBLISHED, READ, visible
from models import clock
from models.errors import NotFound
from models.meeting import ConclusionOutcome, MeetingKind, MeetingState
from models.transaction import Row, day, fetch, fetch_one, moment
from people import files, shown
from people.files import FileLine, ParentKind
from people.scope import must_see, sees
from people.viewers import Viewer

PAGE, MOST_SEATS = 50, 500
KEEPS = "meeting.write"


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list; ``answer`` is one's own, and None for whoever is not invited."""

    id: int
    kind: MeetingKind
    state: MeetingState
    title: str
    venue: str
    starts_at: dt.datetime
    answer: str | None

    @property
    def is_ahead(self) -> bool:
        """Whether it is to come or going on; one that was called and not held by the next day is past."""
        return self.state is BEGUN or (self.state is CALLED and self.starts_at > clock.now() - dt.timedelta(days=1))

    @property
    def waits(self) -> bool:
        """Whether the viewer is asked and has not said."""
        return self.state is CALLED and self.answer == "" and self.starts_at > clock.now()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A line of what was concluded; ``case_number`` is of the case it became."""

    id: int
    text: str
    outcome: ConclusionOutcome
    who: str
    due_on: dt.date | None
    case_id: int | None
    case_number: str


@dataclass(frozen=True, slots=True)
class Addendum:
    """What was added to a record."""

    at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Of everybody who is invited: how many, how many said yes or no, and how many were there."""

    invited: int
    yes: int
    no: int
    came: int


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting as somebody sees it: minutes, conclusions and photos once the record is published; before that for
    those who keep it. ``members`` are the names of the hearing's members with whether they came."""

    line: MeetingLine
    place_id: int
    proposal_id: int | None
    agenda: str
    reason: str
    takes_volunteers: bool
    begun_at: dt.datetime | None
    published_at: dt.datetime | None
    version: int
    members: tuple[tuple[str, bool], ...]
    counts: Counts
    minutes: str
    conclusions: tuple[Conclusion, ...]
    addenda: tuple[Addendum, ...]
    photos: tuple[FileLine, ...]
    is_keeper: bool

    @property
    def may_answer(self) -> bool:
        """Whether the viewer may say that they come, or not."""
        return self.line.state is CALLED and self.line.answer is not None

    @property
    def may_volunteer(self) -> bool:
        """Whether somebody who lives here may ask to be there."""
        is_ahead = self.line.state is CALLED and self.line.starts_at > clock.now()
        return is_ahead and self.takes_volunteers and self.line.answer is None

    @property
    def may_begin(self) -> bool:
        """Whether its time has come."""
        return self.line.state is CALLED and self.line.starts_at - EARLY <= clock.now()

    @property
    def is_published(self) -> bool:
        """Whether the record is there for everybody."""
        return self.line.state is PUBLISHED


_OWN = (
    "(SELECT s.answer FROM meeting_seat s WHERE s.meeting_id=m.id AND (s.person_id=$2 OR s.team_id IN (SELECT"
    " w.team_id FROM team_member w WHERE w.person_id=$2)) ORDER BY s.person_id IS NULL, s.id LIMIT 1)"
)
_LINE = f"SELECT m.id, m.kind, m.state, m.title, m.venue, m.starts_at, {_OWN} AS answer{{more}} FROM meeting m"


def _line(row: Row) -> MeetingLine:
    return MeetingLine(
        id=row["id"],
        kind=MeetingKind(row["kind"]),
        state=MeetingState(row["state"]),
        title=row["title"],
        venue=row["venue"],
        starts_at=moment(row["starts_at"]),
        answer=row["answer"],
    )


async def meetings(
    *, viewer: Viewer, place_id: int, before: int = 0, proposal_id: int | None = None
) -> list[MeetingLine]:
    """会议: those to come, the nearest first, then those that were, the newest first; of one proposal alone where it is
    named."""
    must_see(viewer, READ, place_id, thing="place")
    rows = await fetch(
        f"{_LINE.format(more='')} WHERE m.place_id=$1 AND ($3=0 OR m.id<$3) AND ($4=0 OR m.proposal_id=$4)"
        f" ORDER BY m.id DESC LIMIT {PAGE}",
        place_id,
        viewer.person_id or 0,
        before,
        proposal_id or 0,
    )
    lines = [_line(row) for row in rows]
    ahead = [one for one in lines if one.is_ahead]
    return [
        *sorted(ahead, key=lambda one: one.starts_at),
        *sorted((one for one in lines if one not in ahead), key=lambda one: one.starts_at, reverse=True),
    ]


_MORE = (
    ", m.place_id, m.proposal_id, m.agenda, m.reason, m.takes_volunteers, m.begun_at, m.published_at, m.version,"
    " m.minutes"
)


async def meeting(meeting_id: int, *, viewer: Viewer) -> MeetingCard:
    """一次会议: for everybody of the neighbourhood; what is not published yet only for those who keep it."""
    found = await visible(meeting_id, viewer)
    row = await fetch_one(f"{_LINE.format(more=_MORE)} WHERE m.id=$1", meeting_id, viewer.person_id or 0)
    if row is None:
        raise NotFound("meeting.not_found")
    line = _line(row)
    is_keeper = sees(viewer, KEEPS, found.place_id)
    is_open = line.state is PUBLISHED or is_keeper
    return MeetingCard(
        line=line if await own_seat(meeting_id, viewer) is not None else _not_invited(line),
        place_id=found.place_id,
        proposal_id=row["proposal_id"],
        agenda=row["agenda"],
        reason=row["reason"],
        takes_volunteers=bool(row["takes_volunteers"]),
        begun_at=moment(row["begun_at"]) if row["begun_at"] else None,
        published_at=moment(row["published_at"]) if row["published_at"] else None,
        version=row["version"],
        members=await _members(meeting_id, viewer=viewer, place_id=found.place_id),
        counts=await _counts(meeting_id),
        minutes=row["minutes"],
        conclusions=await _conclusions(meeting_id) if is_open else (),
        addenda=await _addenda(meeting_id),
        photos=tuple((await files.of(PARENT, [meeting_id])).get(meeting_id, [])) if is_open else (),
        is_keeper=is_keeper,
    )


def _not_invited(line: MeetingLine) -> MeetingLine:
    return MeetingLine(line.id, line.kind, line.state, line.title, line.venue, line.starts_at, None)


_MEMBERS = (
    "SELECT s.id, s.person_id, s.shown_as, s.is_frozen, s.came_at, t.name AS team FROM meeting_seat s"
    f" LEFT JOIN team t ON t.id=s.team_id WHERE s.meeting_id=$1 AND s.is_member ORDER BY s.id LIMIT {MOST_SEATS}"
)


async def _members(meeting_id: int, *, viewer: Viewer, place_id: int) -> tuple[tuple[str, bool], ...]:
    """As they were shown when it began; before that as they are shown now."""
    rows = await fetch(_MEMBERS, meeting_id)
    ids = [row["person_id"] for row in rows if row["person_id"] and not row["is_frozen"]]
    known = await shown.shown(ids, viewer=viewer, place_id=place_id) if ids else {}
    return tuple(
        (
            row["shown_as"] or row["team"] or public_name(known.get(row["person_id"] or 0)),
            row["came_at"] is not None,
        )
        for row in rows
    )


_COUNTS = (
    "SELECT COALESCE(m.invited, count(s.id)) AS invited,"
    " COALESCE(sum(CASE WHEN s.answer='yes' THEN 1 ELSE 0 END),0) AS yes,"
    " COALESCE(sum(CASE WHEN s.answer='no' THEN 1 ELSE 0 END),0) AS no,"
    " COALESCE(m.came, sum(CASE WHEN s.came_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS came"
    " FROM meeting m LEFT JOIN meeting_seat s ON s.meeting_id=m.id WHERE m.id=$1 GROUP BY m.id, m.invited, m.came"
)
"""Of a published record as many as were written with it."""


async def _counts(meeting_id: int) -> Counts:
    row = await fetch_one(_COUNTS, meeting_id)
    assert row is not None
    return Counts(*(int(row[name]) for name in ("invited", "yes", "no", "came")))


_CONCLUSIONS = (
    "SELECT l.id, l.text, l.outcome, l.who, l.due_on, l.case_id, COALESCE(c.number,'') AS case_number"
    " FROM meeting_conclusion l LEFT JOIN cases c ON c.id=l.case_id WHERE l.meeting_id=$1 AND NOT l.is_dropped"
    " ORDER BY l.position"
)


async def _conclusions(meeting_id: int) -> tuple[Conclusion, ...]:
    return tuple(
        Conclusion(
            row["id"],
            row["text"],
            ConclusionOutcome(row["outcome"]),
            row["who"],
            day(row["due_on"]),
            row["case_id"],
            row["case_number"],
        )
        for row in await fetch(_CONCLUSIONS, meeting_id)
    )


async def _addenda(meeting_id: int) -> tuple[Addendum, ...]:
    rows = await fetch("SELECT created_at, text FROM meeting_addendum WHERE meeting_id=$1 ORDER BY id", meeting_id)
    return tuple(Addendum(moment(row["created_at"]), row["text"]) for row in rows)


async def _sees_photo(meeting_id: int, viewer: Viewer) -> bool:
    """Everybody of the neighbourhood once the record is published; before that those who keep the meeting."""
    try:
        found = await visible(meeting_id, viewer)
    except NotFound:
        return False
    return found.state is PUBLISHED or sees(viewer, KEEPS, found.place_id)


_STANDS = "EXISTS (SELECT 1 FROM meeting m WHERE m.id=f.parent_id)"
PHOTOS = ParentKind(PARENT, "meeting", _sees_photo, is_open=_STANDS, is_of_office=True)
files.register(PHOTOS)
