"""One case as those who work on it see it: everything, who reported it, why it is due then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from casework.cases import catalogue, hearing, history, reading
from casework.cases.cases import CaseLine, line_of
from casework.cases.clocks import CaseClock, why
from casework.cases.kinds import Kind
from casework.cases.offering import offered
from casework.cases.sight import is_unit_only, seen_by, visible
from casework.cases.steps import clock_by
from casework.cases.urgent import urgent
from casework.deadlines import Span
from casework.loop import REPLIED
from casework.numbers import is_number
from casework.replies import Reach
from models import clock
from models.case import Case, CaseReporter, CaseWatcher
from models.errors import NotFound
from models.transaction import fetch
from people.permissions import allow_somewhere
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """One case as those who work on it see it; ``version`` goes back with a verb, to prove what was seen.

    ``can``: the verbs that would not be refused to the viewer now. ``for_unit``: it is seen only because it was sent to
    a unit; who it is about and for is left out.
    """

    line: CaseLine
    kind_key: str
    standard: str
    counts_as_done: str
    emergency: str
    who_text: str
    when_text: str
    how_text: str
    point: tuple[float, float] | None
    on_behalf_of: str
    owner_id: int
    team_id: int | None
    handler_id: int | None
    transfer_to_id: int | None
    question_id: int | None
    merged_into: str
    merged_into_id: int | None
    split_from: str
    split_from_id: int | None
    rounds: int
    returns: int
    is_contacted: bool
    is_checked: bool
    wanted_days: int | None
    is_watched: bool
    can: frozenset[str]
    for_unit: bool


@dataclass(frozen=True, slots=True)
class ReporterLine:
    """Somebody who reported a case, as staff see them, what they said of the outcome, and how far the answer came that
    waits for their word."""

    id: int
    name: str
    is_first: bool
    came_with: str
    at: dt.datetime
    solved: bool | None
    satisfied: bool | None
    has_phone: bool
    reach: Reach | None

    @property
    def is_unheard(self) -> bool:
        """Whether somebody still has to tell them the answer."""
        return self.solved is None and self.reach in hearing.UNHEARD


@dataclass(frozen=True, slots=True)
class WhyDue:
    """Why it is due then: the limit, from when it counts, where it stood still, and the stretches that counted."""

    clock: CaseClock
    counted: tuple[Span, ...]


async def case(case_id: int, *, viewer: Viewer) -> Shown:
    """One case, or NotFound for whoever may not see it."""
    allow_somewhere(viewer, "case.read")
    row = await visible(case_id, viewer)
    kind = await catalogue.kind_of(row.kind_key, row.place_id)
    past, unit = await history.history(row.id), await is_unit_only(row, viewer)
    wanted = past.wanted_days
    return Shown(
        line=await line_of(row, viewer),
        kind_key=kind.id,
        standard=kind.standard,
        counts_as_done=kind.done,
        emergency=_first(row, kind),
        who_text="" if unit else row.who_text,
        when_text=row.when_text,
        how_text=row.how_text,
        point=None if unit and row.is_private else _point(row),
        on_behalf_of="" if unit else row.on_behalf_of,
        owner_id=row.owner_id,
        team_id=row.team_id,
        handler_id=row.handler_id,
        transfer_to_id=row.transfer_to_id,
        question_id=None if unit else row.question_id,
        merged_into=await _number(row.merged_into_id),
        merged_into_id=row.merged_into_id,
        split_from=await _number(row.split_from_id),
        split_from_id=row.split_from_id,
        rounds=past.rounds,
        returns=past.returns,
        is_contacted=past.contacted,
        is_checked=past.checked,
        wanted_days=wanted[0] if wanted else None,
        is_watched=await CaseWatcher.exists(case_id=row.id, person_id=viewer.person_id or 0),
        can=await offered(row, viewer, past=past, reporters=await _reporters(row.id)),
        for_unit=unit,
    )


def _first(row: Case, kind: Kind) -> str:
    """What to tell who rings to do first; of what is no danger, when it would be one."""
    told = urgent(row.text, kind) if row.is_emergency else None
    return told.first if told else kind.emergency


def _point(row: Case) -> tuple[float, float] | None:
    """Where it was reported from. A unit is not told of a private case, which may be about itself: people report from
    home."""
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


async def version(case_id: int, *, viewer: Viewer) -> int:
    """The version of a case now, for a page on which somebody writes meanwhile."""
    return (await visible(case_id, viewer)).version


async def _number(case_id: int | None) -> str:
    other = await Case.get_or_none(id=case_id) if case_id is not None else None
    return other.number if other else ""


async def by_number(number: str, *, viewer: Viewer, place_id: int | None = None) -> int:
    """The id of a case by the number people know it by, such as C-0001; every neighbourhood counts its own, and this
    one's comes first."""
    named = Case.filter(await seen_by(viewer), number=number.strip().upper()).order_by("id")
    rows = await named if is_number(number.strip()) else []
    if not rows:
        raise NotFound("case.not_found")
    return next((row.id for row in rows if row.place_id == place_id), rows[0].id)


async def why_due(case_id: int, *, viewer: Viewer) -> WhyDue:
    """为什么是这个时限: stretch by stretch."""
    row = await visible(case_id, viewer)
    found = await clock_by(row, await history.history(row.id))
    return WhyDue(found, why(found, until=clock.now()))


async def reporters(case_id: int, *, viewer: Viewer) -> list[ReporterLine]:
    """Who reported a case; nobody at all to a unit where it is private (C15), and no names to a unit otherwise."""
    row = await visible(case_id, viewer)
    unit = await is_unit_only(row, viewer)
    if unit and row.is_private:
        return []
    people = [one for one in await _reporters(row.id) if one.left_at is None]
    came = [one.came_with_id for one in people if one.came_with_id]
    numbers = {one.id: one.number for one in await Case.filter(id__in=came)} if came else {}
    names = {} if unit else await _names(row.id)
    answers = await hearing.heard(people) if row.state is REPLIED and not unit else {}
    return [
        ReporterLine(
            id=one.id,
            name=names.get(one.id, ""),
            is_first=one.is_first,
            came_with=numbers.get(one.came_with_id or 0, ""),
            at=one.created_at,
            solved=one.solved,
            satisfied=one.satisfied,
            has_phone=one.phone_sealed is not None and not unit,
            reach=answers[one.id].reach if one.id in answers else None,
        )
        for one in people
    ]


async def _reporters(case_id: int) -> list[CaseReporter]:
    """Everybody who ever reported it."""
    return await reading.kept(("reporters", case_id), partial(_read_reporters, case_id))


async def _read_reporters(case_id: int) -> list[CaseReporter]:
    return await CaseReporter.filter(case_id=case_id).order_by("id")


_NAMES = (
    "SELECT r.id, COALESCE(p.shown_name, k.shown_name, r.name) AS name FROM case_reporter r"
    " LEFT JOIN person p ON p.id=r.person_id LEFT JOIN conversation v ON v.id=r.conversation_id"
    " LEFT JOIN contact c ON c.id=v.contact_id LEFT JOIN person k ON k.id=c.person_id WHERE r.case_id=$1"
)


async def _names(case_id: int) -> dict[int, str]:
    """What they are called: by their person, by whom their chat is of, as it was taken down."""
    return {row["id"]: row["name"] for row in await fetch(_NAMES, case_id)}
