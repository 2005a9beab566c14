"""The steps of a case: all of them for those who work on it, and what the one who reported it may follow (办理进度)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.asker import contact_of, speaks_from
from casework.cases import catalogue, history
from casework.cases.answering import THEIRS, reporter_of
from casework.cases.kinds import Kind
from casework.cases.offering import own_verbs
from casework.cases.sight import is_unit_only, visible
from casework.cases.urgent import urgent
from casework.loop import CASE_STATES, OPEN_CASES_SQL, WaitsFor
from models.case import Case, CasePhoto, CaseReporter, CaseState, CaseStep, PhotoKind
from models.errors import NotFound
from models.team import Team
from models.transaction import fetch, fetch_one, listed
from nlp.discreet import where_for_neighbours
from people.permissions import allow
from people.viewers import Viewer

BY_REPORTER = frozenset(
    {
        *("case.report", "case.join", "case.add", "case.object", "case.rate", "case.reopen"),
        "case.withdraw",
    }
)
"""Verbs of those who report: a unit does not learn who did them."""
WORDS_SHOWN = frozenset(
    {
        *("case.contact", "case.reply", "case.hang", "case.pause", "case.refuse", "case.escalate"),
        *("case.prolong", "case.close", "case.reopen"),
    }
)
"""Public steps whose words the reporter reads; of the others they read that it was done, by which unit and when."""
OF_THE_UNIT = frozenset(
    {
        *("case.dispatch", "case.decide", "case.take_up", "case.contact", "case.pause", "case.resume"),
        "case.handle",
    }
)
"""Public steps that are the unit's; of the others the reporter reads no unit, since the committee did them."""
_NOBODY_CAME = frozenset({CaseState.REPORTED, CaseState.ACCEPTED, CaseState.DISPATCHED})
MOST = 100


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as those who work on it see it."""

    id: int
    verb: str
    by: str
    team: str
    at: dt.datetime
    state: CaseState
    note: str
    facts: dict[str, Any]
    is_public: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """One step as the one who reported it sees it: what, which unit ('' for the committee), when, what was said."""

    verb: str
    unit: str
    at: dt.datetime
    state: CaseState
    words: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A case of one's own, in a list."""

    id: int
    number: str
    kind: str
    state: CaseState
    waits_for: WaitsFor
    text: str
    where: str
    reported_at: dt.datetime
    due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as the one who reported it sees it: every step, unit, time and due date, and nothing internal.

    ``photos``: their own, and how it was before and after. ``merged_into`` is where it went. ``can``: what they may say
    to it now (``offering.own_verbs``). ``first``: what to do at once, while nobody has come yet to a danger they told
    of; else ''.
    """

    line: OwnLine
    unit: str
    reporters: int
    solved: bool | None
    satisfied: bool | None
    merged_into: int | None
    can: frozenset[str]
    first: str
    photos: tuple[tuple[int, PhotoKind], ...]
    steps: tuple[Progress, ...]


async def steps(case_id: int, *, viewer: Viewer) -> list[StepLine]:
    """Every step of a case in order, for those who work on it."""
    case = await visible(case_id, viewer)
    hides = await is_unit_only(case, viewer)
    rows = await history.steps_of(case.id)
    names, teams = await _people(rows), await _teams(rows)
    return [
        StepLine(
            row.id,
            row.verb,
            "" if hides and row.verb in BY_REPORTER else names.get(row.by_id or 0, ""),
            teams.get(row.team_id or 0, ""),
            row.created_at,
            row.state,
            row.note,
            {} if hides and row.verb in BY_REPORTER else json.loads(row.facts),
            row.is_public,
        )
        for row in rows
        if row.once is None or not hides
    ]


async def _people(rows: Sequence[CaseStep]) -> dict[int, str]:
    ids = sorted({row.by_id for row in rows if row.by_id})
    found = await fetch(f"SELECT id, shown_name FROM person WHERE id IN ({listed(ids)})") if ids else []
    return {row["id"]: row["shown_name"] for row in found}


async def _teams(rows: Sequence[CaseStep]) -> dict[int, str]:
    ids = sorted({row.team_id for row in rows if row.team_id})
    found = await fetch(f"SELECT id, name FROM team WHERE id IN ({listed(ids)})") if ids else []
    return {row["id"]: row["name"] for row in found}


async def own_cases(*, viewer: Viewer) -> list[OwnLine]:
    """我的事项: what the viewer reported or joined, the newest first."""
    allow(viewer, "case.follow", None)
    rows = await fetch(
        f"SELECT r.case_id, max(CASE WHEN r.is_first THEN 1 ELSE 0 END) AS first {THEIRS}"
        " GROUP BY r.case_id ORDER BY r.case_id DESC LIMIT $3",
        viewer.person_id or 0,
        viewer.contact_id or 0,
        MOST,
    )
    return await _own_lines({row["case_id"]: bool(row["first"]) for row in rows})


async def _own_lines(is_first: Mapping[int, bool]) -> list[OwnLine]:
    """Those cases as lines; of one that somebody only joined another's words are left out."""
    found = await Case.filter(id__in=list(is_first)).order_by("-id").limit(MOST)
    for case in found:
        _hide_words(case, is_first=is_first[case.id])
    kinds = await catalogue.kinds_in({case.place_id for case in found})
    return [_own_line(case, kinds[case.place_id][case.kind_key].name) for case in found]


def _hide_words(case: Case, *, is_first: bool) -> None:
    """Who joined reads where it is and how it goes, not what another wrote or in which flat they live."""
    if not is_first and case.split_from_id is None:
        case.text, case.where_text = "", where_for_neighbours(case.where_text)


def _own_line(case: Case, kind: str) -> OwnLine:
    return OwnLine(
        case.id,
        case.number,
        kind,
        case.state,
        CASE_STATES[case.state].waits_for,
        case.text,
        case.where_text,
        case.created_at,
        case.due_at,
    )


async def own_case(case_id: int, *, viewer: Viewer) -> OwnCase:
    """办理进度: one case for who reported or joined it; NotFound for everybody else."""
    allow(viewer, "case.follow", None)
    case = await Case.get_or_none(id=case_id)
    reporter = await reporter_of(case_id, viewer) if case is not None else None
    if case is None or reporter is None:
        raise NotFound("case.not_found")
    _hide_words(case, is_first=reporter.is_first)
    photos = await _photos(case, reporter)
    rows = await CaseStep.filter(case_id=case.id, is_public=True).order_by("id")
    teams = await _teams(rows)
    team = await Team.get_or_none(id=case.team_id) if case.team_id is not None else None
    kind = await catalogue.kind_of(case.kind_key, case.place_id)
    follow = await CaseReporter.filter(case_id=case.id, left_at__isnull=True).count()
    return OwnCase(
        line=_own_line(case, kind.name),
        unit=team.name if team else "",
        reporters=follow,
        solved=reporter.solved,
        satisfied=reporter.satisfied,
        merged_into=case.merged_into_id,
        can=own_verbs(case, reporter, follow=follow),
        first=_first(case, kind),
        photos=photos,
        steps=tuple(_progress(row, teams, reporter) for row in rows),
    )


def _first(case: Case, kind: Kind) -> str:
    told = urgent(case.text, kind) if case.is_emergency and case.state in _NOBODY_CAME else None
    return told.first if told else ""


async def _photos(case: Case, reporter: CaseReporter) -> tuple[tuple[int, PhotoKind], ...]:
    """Who joined a case does not see what the one who reported it had photographed."""
    rows = await CasePhoto.filter(case_id=case.id).order_by("id")
    seen = [row for row in rows if reporter.is_first or row.kind is not PhotoKind.REPORT]
    return tuple((row.file_id, row.kind) for row in seen)


def _progress(row: CaseStep, teams: dict[int, str], reporter: CaseReporter) -> Progress:
    facts: dict[str, Any] = json.loads(row.facts)
    told = {name: facts[name] for name in ("reason", "days", "into", "number", "way") if name in facts}
    by_another = row.verb == "case.reopen" and facts.get("reporter") != reporter.id
    unsaid = row.verb == "case.contact" and facts.get("way") != "chat"
    words = row.note if row.verb in WORDS_SHOWN and not (by_another or unsaid) else ""
    unit = teams.get(row.team_id or 0, "") if row.verb in OF_THE_UNIT else ""
    return Progress(row.verb, unit, row.created_at, row.state, words, told)


async def count_open(conversation_id: int, *, viewer: Viewer) -> int:
    """How many open cases were reported in one conversation, for the one who holds it."""
    contact = await contact_of(conversation_id)
    if contact is None or not speaks_from(contact, viewer):
        raise NotFound("conversation.not_found")
    row = await fetch_one(
        "SELECT count(DISTINCT c.id) AS n FROM case_reporter r JOIN cases c ON c.id=r.case_id"
        f" WHERE r.conversation_id=$1 AND r.left_at IS NULL AND c.state IN ({OPEN_CASES_SQL})",
        conversation_id,
    )
    return int(row["n"]) if row else 0
