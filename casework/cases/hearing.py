"""Whether a case's answer arrived at those who reported it: their silence counts only from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from casework.cases.sight import on_hand, wide_places
from casework.cases.steps import act
from casework.loop import REPLIED, state_after
from casework.replies import LONGEST_HELD, Reach
from models import clock
from models.case import Case, CaseReporter, CaseStep
from models.errors import NotFound, Taken
from models.transaction import Row, fetch, listed, transaction
from people.permissions import allow_somewhere
from people.viewers import Viewer

MOST, MOST_LINES = 200, 15
UNHEARD = frozenset({Reach.HELD, Reach.UNDELIVERED})
"""Whoever is so far from it has not said anything by saying nothing."""
_LINES = (
    "SELECT u.id, o.state, o.done_ms FROM utterance u LEFT JOIN outbox o ON o.id=u.outbox_id WHERE u.id IN ({lines})"
)
_LOST = frozenset({"failed", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Heard:
    """How far the answer came at one reporter; ``at``: when it arrived or was told, None where that is not known."""

    reporter_id: int
    reach: Reach
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """An answer that has not come: of which case, at whom, its words, and how far it is."""

    case_id: int
    number: str
    reporter_id: int
    name: str
    text: str
    said_at: dt.datetime
    reach: Reach


async def heard(reporters: Sequence[CaseReporter]) -> Mapping[int, Heard]:
    """How far the last answer came at each of those who reported something; one statement, however many."""
    wanted = [number for one in reporters for number in _numbers(one)]
    rows = {row["id"]: row for row in await fetch(_LINES.format(lines=listed(wanted)))} if wanted else {}
    return {one.id: _heard(one, [rows[number] for number in _numbers(one) if number in rows]) for one in reporters}


def _numbers(reporter: CaseReporter) -> list[int]:
    return [int(number) for number in reporter.answer_lines.split()]


def _heard(reporter: CaseReporter, rows: Sequence[Row]) -> Heard:
    """By the best of the lines it was said in; one that is forgotten had long arrived."""
    if reporter.reached_at is not None:
        return Heard(reporter.id, Reach.TOLD, reporter.reached_at)
    if not reporter.answer_lines:
        return Heard(reporter.id, Reach.BY_PHONE, None)
    if done := [row["done_ms"] for row in rows if row["state"] == "done"]:
        return Heard(reporter.id, Reach.DELIVERED, dt.datetime.fromtimestamp(min(done) / 1000, dt.UTC))
    states = {row["state"] for row in rows}
    if not states or None in states:
        return Heard(reporter.id, Reach.DELIVERED, None)
    if states - _LOST - {"held"}:
        return Heard(reporter.id, Reach.WAITING, None)
    return Heard(reporter.id, Reach.HELD if "held" in states else Reach.UNDELIVERED, None)


async def keep(said: Mapping[int, Sequence[int]]) -> None:
    """Note in which lines the answer was just said to each of those who reported."""
    for reporter_id, lines in said.items():
        kept = " ".join(str(line) for line in lines[:MOST_LINES])
        await CaseReporter.filter(id=reporter_id).update(answer_lines=kept, reached_at=None)


async def silent_since(case_id: int, said_at: dt.datetime) -> dt.datetime | None:
    """From when on nobody has said anything, given when something was last said; None while somebody who has not said
    whether it is solved has not heard the answer. For rules that have found the case themselves."""
    waited_for = await CaseReporter.filter(case_id=case_id, left_at=None, solved=None).order_by("id")
    answers = (await heard(waited_for)).values()
    if any(one.reach in UNHEARD for one in answers):
        return None
    return max([said_at, *(one.at for one in answers if one.at is not None)])


async def reach(case_id: int, *, by: Viewer, reporter_id: int, seen_version: int | None = None) -> Case:
    """另外告诉: who could not be reached was told the answer by telephone or at the door; silence counts from now."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.reach", seen_version=seen_version)
        reporter = await CaseReporter.get_or_none(id=reporter_id, case_id=case.id, left_at=None)
        if reporter is None:
            raise NotFound("case.no_reporter")
        state_after(case.state, "case.reach")
        if reporter.solved is not None or (await heard([reporter]))[reporter.id].reach not in UNHEARD:
            raise Taken("case.heard", number=case.number)
        await act(case, "case.reach", by=by, is_public=False, facts={"reporter": reporter.id})
        await CaseReporter.filter(id=reporter.id).update(reached_at=clock.now())
    return case


async def unheard(*, viewer: Viewer) -> list[Unheard]:
    """答复没送到的事件: at whom an answer did not arrive, or is held for days, and whom nobody has told; for those who
    work in the place."""
    allow_somewhere(viewer, "case.reach")
    places = wide_places(viewer, "case.reach")
    here = Q() if places is None else Q(case__place_id__in=[*places] or [0])
    rows = CaseReporter.filter(here, case__state=REPLIED, left_at=None, solved=None, reached_at=None)
    waited_for = (
        await rows.exclude(answer_lines="")
        .order_by("id")
        .select_related("case", "person", "conversation__contact__person")
    )
    answers = await heard(waited_for)
    found = [one for one in waited_for if answers[one.id].reach in UNHEARD]
    said = {step.case_id: step for step in await _replies([one.case_id for one in found])}
    lines = [_line(one, said[one.case_id], answers[one.id].reach) for one in found]
    since = clock.now() - LONGEST_HELD
    return [one for one in lines if one.reach is Reach.UNDELIVERED or one.said_at < since][:MOST]


async def _replies(case_ids: Sequence[int]) -> list[CaseStep]:
    return await CaseStep.filter(case_id__in=[*case_ids], verb="case.reply").order_by("id")


def _line(one: CaseReporter, said: CaseStep, reach_: Reach) -> Unheard:
    return Unheard(one.case_id, one.case.number, one.id, _name(one), said.note, said.created_at, reach_)


def _name(reporter: CaseReporter) -> str:
    """What who reported is called, by the person and the chat that were read with them."""
    if reporter.person is not None:
        return reporter.person.shown_name
    talk = reporter.conversation
    known = talk.contact.person if talk is not None else None
    return known.shown_name if known is not None else reporter.name
