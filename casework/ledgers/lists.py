"""What the ledgers show: a neighbourhood's entries for its staff, and sums for whoever stands above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.loop import OPEN_CASES_SQL
from models import clock
from models.case import CaseState
from models.errors import NotFound
from models.ledger import LedgerKind, LedgerState
from models.place import Place
from models.transaction import Row, day, fetch, fetch_one, listed, moment
from people.permissions import allow
from people.scope import must_see, neighbourhoods_for
from people.viewers import Viewer

MOST_STRUCK = 100


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list; ``is_late``: its day has passed and it is not struck off. ``open_cases``: how many of
    its ``cases``, or those they were merged into, are open; of one that was struck off they were opened again."""

    id: int
    kind: LedgerKind
    number: str
    title: str
    owner_id: int
    owner: str
    due: dt.date
    state: LedgerState
    is_late: bool
    cases: int
    open_cases: int
    struck_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """What was done about an entry."""

    verb: str
    by: str
    at: dt.datetime
    note: str


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case that belongs to an entry."""

    id: int
    number: str
    state: CaseState
    text: str


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry whole; ``version`` goes back with what is done to it. ``key_matter_id``: that of the key small matter it
    is, whose steps everybody of the neighbourhood reads."""

    line: EntryLine
    text: str
    version: int
    claimed_by_id: int | None
    cases: tuple[LinkedCase, ...]
    steps: tuple[StepLine, ...]
    key_matter_id: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerSum:
    """A neighbourhood's ledger of a kind: entries in all, struck off, waiting for somebody to look, late."""

    place_id: int
    place: str
    kind: LedgerKind
    every: int
    struck_off: int
    claimed: int
    late: int


_COLUMNS = (
    "SELECT e.id, e.kind, e.number, e.title, e.text, e.owner_id, p.shown_name AS owner, e.due, e.state, e.version,"
    " e.place_id, e.claimed_by_id, e.struck_at, (SELECT count(*) FROM ledger_case l WHERE l.entry_id=e.id) AS cases,"
    " (SELECT count(*) FROM ledger_case l JOIN cases f ON f.id=l.case_id"
    " JOIN cases c ON c.id=COALESCE(f.merged_into_id, f.id) WHERE l.entry_id=e.id"
    f" AND c.state IN ({OPEN_CASES_SQL})) AS open_cases"
    " FROM ledger_entry e JOIN person p ON p.id=e.owner_id"
)


async def entries(*, viewer: Viewer, place_id: int) -> list[EntryLine]:
    """台账: everything that is not struck off, the nearest day first, and what was struck off last."""
    must_see(viewer, "ledger.read", place_id, thing="place")
    is_open = await fetch(f"{_COLUMNS} WHERE e.place_id=$1 AND e.state<>'struck_off' ORDER BY e.due, e.id", place_id)
    struck = await fetch(
        f"{_COLUMNS} WHERE e.place_id=$1 AND e.state='struck_off' ORDER BY e.struck_at DESC, e.id LIMIT {MOST_STRUCK}",
        place_id,
    )
    return [_line(row) for row in (*is_open, *struck)]


def _line(row: Row) -> EntryLine:
    due, state = day(row["due"]), LedgerState(row["state"])
    assert due is not None
    return EntryLine(
        id=row["id"],
        kind=LedgerKind(row["kind"]),
        number=row["number"],
        title=row["title"],
        owner_id=row["owner_id"],
        owner=row["owner"],
        due=due,
        state=state,
        is_late=state is not LedgerState.STRUCK_OFF and due < clock.today(),
        cases=row["cases"],
        open_cases=row["open_cases"],
        struck_at=moment(row["struck_at"]) if row["struck_at"] else None,
    )


_CASES = (
    "SELECT c.id, c.number, c.state, c.text FROM ledger_case l JOIN cases c ON c.id=l.case_id WHERE l.entry_id=$1"
    " ORDER BY l.id"
)
_STEPS = (
    "SELECT s.verb, s.note, s.created_at, COALESCE(p.shown_name, '') AS by_name FROM ledger_step s"
    " LEFT JOIN person p ON p.id=s.by_id WHERE s.entry_id=$1 ORDER BY s.id"
)


async def entry(entry_id: int, *, viewer: Viewer) -> EntryCard:
    """一件: with its cases and everything that was done about it."""
    row = await fetch_one(f"{_COLUMNS} WHERE e.id=$1", entry_id)
    if row is None:
        raise NotFound("ledger.not_found")
    must_see(viewer, "ledger.read", row["place_id"], thing="ledger")
    cases = [
        LinkedCase(one["id"], one["number"], CaseState(one["state"]), one["text"])
        for one in await fetch(_CASES, entry_id)
    ]
    steps = [
        StepLine(one["verb"], one["by_name"], moment(one["created_at"]), one["note"])
        for one in await fetch(_STEPS, entry_id)
    ]
    matter = await fetch_one("SELECT id FROM key_matter WHERE entry_id=$1", entry_id)
    return EntryCard(
        _line(row),
        row["text"],
        row["version"],
        row["claimed_by_id"],
        tuple(cases),
        tuple(steps),
        matter["id"] if matter else None,
    )


_SUMS = (
    "SELECT place_id, kind, count(*) AS every, sum(CASE WHEN state='struck_off' THEN 1 ELSE 0 END) AS struck_off,"
    " sum(CASE WHEN state='claimed' THEN 1 ELSE 0 END) AS claimed,"
    " sum(CASE WHEN state<>'struck_off' AND due<$1 THEN 1 ELSE 0 END) AS late"
    " FROM ledger_entry WHERE place_id IN ({here}) GROUP BY place_id, kind"
)


async def sums(*, viewer: Viewer) -> list[LedgerSum]:
    """台账合计: of every neighbourhood whose sums the viewer may read; no entry is read out of here."""
    allow(viewer, "ledger.count", None)
    places = await Place.filter(id__in=[*await neighbourhoods_for(viewer, "ledger.count")]).order_by("name", "id")
    here = listed(place.id for place in places)
    rows = {(row["place_id"], row["kind"]): row for row in await fetch(_SUMS.format(here=here), clock.today())}
    return [_sum(place, kind, rows.get((place.id, kind.value), {})) for place in places for kind in LedgerKind]


def _sum(place: Place, kind: LedgerKind, row: Row) -> LedgerSum:
    counts = [int(row.get(name, 0)) for name in ("every", "struck_off", "claimed", "late")]
    return LedgerSum(place.id, place.name, kind, *counts)
