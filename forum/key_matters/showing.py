"""What is seen of key small matters: a year's list with n of m done and how each was rated, and one matter with its
history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from forum.key_matters import rating
from forum.key_matters.carrying import PARENT
from forum.key_matters.rating import Appraised
from forum.key_matters.steps import READ, Days, Year, visible
from models import clock
from models.errors import NotFound
from models.key_matter import KeyMatterState, KeyStepName
from models.ledger import LedgerState
from models.transaction import Row, day, fetch, fetch_one, moment
from people import files
from people.files import FileLine, ParentKind
from people.scope import must_see, sees
from people.viewers import Viewer

SORTS = "key_matter.shortlist"
ALWAYS = frozenset({KeyMatterState.PUT, KeyMatterState.SHORTLISTED, KeyMatterState.LEFT_OUT, KeyMatterState.CHOSEN})


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year's list among others: how many of how many are struck off."""

    id: int
    year: int
    step: KeyStepName
    done: int
    every: int


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter in a list. ``wanted_by``: how many people; ``is_wanted`` by the viewer, ``is_own``: they put it.
    ``ledger``, ``due``, ``struck_at`` and ``owner`` are those of its entry in the ledger."""

    id: int
    number: int
    title: str
    text: str
    state: KeyMatterState
    reason: str
    joined_into: int | None
    wanted_by: int
    is_wanted: bool
    is_own: bool
    unit: str
    entry_id: int | None
    ledger: LedgerState | None
    due: dt.date | None
    struck_at: dt.datetime | None

    @property
    def is_done(self) -> bool:
        """Whether it is struck off."""
        return self.ledger is LedgerState.STRUCK_OFF

    @property
    def is_late(self) -> bool:
        """Whether its day has passed, and it is not struck off."""
        return self.due is not None and not self.is_done and self.due < clock.today()


@dataclass(frozen=True, slots=True)
class Moved:
    """That the list went on, or back, and why."""

    at: dt.datetime
    before: KeyStepName
    after: KeyStepName
    reason: str


@dataclass(frozen=True, slots=True)
class YearCard:
    """A year's list whole. ``held`` are those staff still have to look at, for them alone; ``appraised`` how the chosen
    ones are rated, by matter."""

    id: int
    place_id: int
    year: int
    intro: str
    step: KeyStepName
    days: Mapping[KeyStepName, Days]
    is_collecting: bool
    vote_id: int | None
    version: int
    matters: tuple[MatterLine, ...]
    held: tuple[MatterLine, ...]
    moves: tuple[Moved, ...]
    appraised: Mapping[int, Appraised]

    def of(self, *states: str) -> tuple[MatterLine, ...]:
        """Those in some states, in their order."""
        return tuple(one for one in self.matters if one.state in states)

    @property
    def chosen(self) -> tuple[MatterLine, ...]:
        """The year's own: what was chosen."""
        return self.of(KeyMatterState.CHOSEN)

    @property
    def done(self) -> int:
        """How many of them are struck off."""
        return sum(one.is_done for one in self.chosen)

    @property
    def to_rate(self) -> tuple[MatterLine, ...]:
        """Those the viewer may rate now."""
        waiting = {number for number, one in self.appraised.items() if one.waits}
        return tuple(one for one in self.chosen if one.is_done and one.id in waiting)


_YEARS = (
    "SELECT y.id, y.year, y.step, (SELECT count(*) FROM key_matter m WHERE m.key_year_id=y.id AND m.state='chosen')"
    " AS every, (SELECT count(*) FROM key_matter m JOIN ledger_entry e ON e.id=m.entry_id WHERE m.key_year_id=y.id"
    " AND m.state='chosen' AND e.state='struck_off') AS done FROM key_year y WHERE y.place_id=$1"
    " ORDER BY y.year DESC LIMIT 20"
)


async def years(*, viewer: Viewer, place_id: int) -> list[YearLine]:
    """历年的关键小事: the latest first, with how many are struck off."""
    must_see(viewer, READ, place_id, thing="place")
    rows = await fetch(_YEARS, place_id)
    return [YearLine(row["id"], row["year"], KeyStepName(row["step"]), row["done"], row["every"]) for row in rows]


_MATTERS = (
    "SELECT m.id, m.number, m.title, m.text, m.state, m.reason, m.joined_into_id, m.person_id, m.unit, m.entry_id,"
    " e.state AS ledger, e.due, e.struck_at,"
    " COALESCE(m.wanted, (SELECT count(*) FROM key_supporter s WHERE s.matter_id=m.id)) AS wanted_by,"
    " (SELECT count(*) FROM key_supporter s WHERE s.matter_id=m.id AND s.person_id=$2) AS is_wanted,"
    " (SELECT o.number FROM key_matter o WHERE o.id=m.joined_into_id) AS joined_into"
    " FROM key_matter m LEFT JOIN ledger_entry e ON e.id=m.entry_id WHERE {which}"
)


def _matter(row: Row, viewer: Viewer) -> MatterLine:
    return MatterLine(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        text=row["text"],
        state=KeyMatterState(row["state"]),
        reason=row["reason"],
        joined_into=row["joined_into"],
        wanted_by=row["wanted_by"],
        is_wanted=bool(row["is_wanted"]),
        is_own=viewer.person_id is not None and row["person_id"] == viewer.person_id,
        unit=row["unit"],
        entry_id=row["entry_id"],
        ledger=LedgerState(row["ledger"]) if row["ledger"] else None,
        due=day(row["due"]),
        struck_at=moment(row["struck_at"]) if row["struck_at"] else None,
    )


def _may_read(one: MatterLine, *, is_staff: bool) -> bool:
    """What is held, or was withdrawn, is for staff and for who put it."""
    return is_staff or one.is_own or one.state not in {KeyMatterState.HELD, KeyMatterState.WITHDRAWN}


async def year(year_id: int, *, viewer: Viewer) -> YearCard:
    """一年的关键小事: everything that was put, what became of it, and how far the chosen ones are."""
    found = await visible(year_id, viewer)
    return await _card(found, viewer=viewer)


async def _card(found: Year, *, viewer: Viewer) -> YearCard:
    is_staff = sees(viewer, SORTS, found.place_id)
    rows = await fetch(_MATTERS.format(which="m.key_year_id=$1 ORDER BY m.number"), found.id, viewer.person_id or 0)
    every = [one for one in (_matter(row, viewer) for row in rows) if _may_read(one, is_staff=is_staff)]
    intro = await fetch_one("SELECT intro FROM key_year WHERE id=$1", found.id)
    return YearCard(
        id=found.id,
        place_id=found.place_id,
        year=found.year,
        intro=intro["intro"] if intro else "",
        step=found.step,
        days=found.days,
        is_collecting=found.is_collecting,
        vote_id=found.vote_id,
        version=found.version,
        matters=tuple(one for one in every if one.state not in {KeyMatterState.HELD, KeyMatterState.WITHDRAWN}),
        held=tuple(one for one in every if one.state is KeyMatterState.HELD),
        moves=await _moves(found.id),
        appraised=await rating.of_year(found, person_id=viewer.person_id),
    )


async def _moves(year_id: int) -> tuple[Moved, ...]:
    sql = "SELECT created_at, before, after, reason FROM key_move WHERE key_year_id=$1 ORDER BY id"
    rows = await fetch(sql, year_id)
    return tuple(
        Moved(moment(row["created_at"]), KeyStepName(row["before"]), KeyStepName(row["after"]), row["reason"])
        for row in rows
    )


async def latest(*, viewer: Viewer, place_id: int) -> YearCard | None:
    """今年的: the list of the latest year; None where there is none yet."""
    found = await years(viewer=viewer, place_id=place_id)
    return await year(found[0].id, viewer=viewer) if found else None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about a matter: by the ledger's word for it, in which words; nobody's name."""

    verb: str
    at: dt.datetime
    note: str


@dataclass(frozen=True, slots=True)
class MatterCard:
    """A matter whole, with its year, what was done about it and how it is rated."""

    line: MatterLine
    year: Year
    steps: tuple[Done, ...]
    photos: tuple[FileLine, ...]
    appraised: Appraised | None

    @property
    def may_rate(self) -> bool:
        """Whether the viewer may rate it now."""
        return self.line.is_done and self.appraised is not None and self.appraised.waits


_STEPS = "SELECT verb, created_at, note FROM ledger_step WHERE entry_id=$1 ORDER BY id"


async def matter(matter_id: int, *, viewer: Viewer) -> MatterCard:
    """一件关键小事: with every step since it was chosen."""
    row = await fetch_one(_MATTERS.format(which="m.id=$1"), matter_id, viewer.person_id or 0)
    year_row = await fetch_one("SELECT key_year_id FROM key_matter WHERE id=$1", matter_id)
    if row is None or year_row is None:
        raise NotFound("key_matter.not_found")
    try:
        found = await visible(year_row["key_year_id"], viewer)
    except NotFound as error:
        raise NotFound("key_matter.not_found") from error
    line = _matter(row, viewer)
    if not _may_read(line, is_staff=sees(viewer, SORTS, found.place_id)):
        raise NotFound("key_matter.not_found")
    steps = await fetch(_STEPS, line.entry_id) if line.entry_id is not None else []
    return MatterCard(
        line,
        found,
        tuple(Done(one["verb"], moment(one["created_at"]), one["note"]) for one in steps),
        tuple((await files.of(PARENT, [matter_id])).get(matter_id, [])),
        (await rating.of_year(found, person_id=viewer.person_id)).get(matter_id),
    )


async def _sees_photo(matter_id: int, viewer: Viewer) -> bool:
    try:
        await matter(matter_id, viewer=viewer)
    except NotFound:
        return False
    return True


_STANDS = "EXISTS (SELECT 1 FROM key_matter m WHERE m.id=f.parent_id)"
PHOTOS = ParentKind(PARENT, "key_matter", _sees_photo, is_open=_STANDS, is_of_office=True)
files.register(PHOTOS)
