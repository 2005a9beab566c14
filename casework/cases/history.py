"""What the steps of a case say: rounds, returns, contact, who handled it, when the clock stood still."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from casework.cases import reading
from casework.deadlines import Span
from casework.loop import CASE_STATES
from models.case import CaseState, CaseStep

OPENS = frozenset({"case.report", "case.reopen"})
"""Verbs that begin a round."""
SENDS_OFF = frozenset({"case.dispatch", "case.decide"})
SENDS_BACK = frozenset({"case.send_back", "case.send_back_again"})
SAYS = frozenset({"case.reply", "case.rate", "case.add"})
UNDOES = "case.undo"


@dataclass(frozen=True, slots=True)
class Event:
    """A step as far as anything is computed from it."""

    verb: str
    at: dt.datetime
    state: CaseState
    by_id: int | None
    team_id: int | None
    facts: dict[str, Any]
    once: str | None = None


@dataclass(frozen=True)
class History:
    """The steps of a case in order. What a bulk action did and undid is as if it had not been."""

    events: tuple[Event, ...]

    @cached_property
    def stood(self) -> tuple[Event, ...]:
        """The steps that still count: without those that were undone."""
        undone = {event.facts.get("bulk") for event in self.events if event.verb == UNDOES}
        return tuple(one for one in self.events if one.verb == UNDOES or one.facts.get("bulk") not in undone - {None})

    @cached_property
    def this_round(self) -> tuple[Event, ...]:
        """From the report, or from the last time it was opened again, on."""
        begins = max((at for at, event in enumerate(self.stood) if event.verb in OPENS), default=0)
        return self.stood[begins:]

    @property
    def rounds(self) -> int:
        """How often it was opened again."""
        return sum(event.verb == "case.reopen" for event in self.stood)

    @property
    def begun_at(self) -> dt.datetime:
        """When this round began."""
        return self.this_round[0].at

    @property
    def sent_off_at(self) -> dt.datetime | None:
        """When it was first given to somebody in this round; sending it on to others does not begin anew."""
        return next((event.at for event in self.this_round if event.verb in SENDS_OFF or _handled(event)), None)

    @property
    def contacted(self) -> bool:
        """Whether somebody spoke with the one who reported, in this round."""
        return any(event.verb == "case.contact" for event in self.this_round)

    @property
    def checked(self) -> bool:
        """Whether what was done in this round was checked after it was done last."""
        last = [event.verb for event in self.this_round if event.verb in {"case.check", "case.handle"}]
        return last[-1:] == ["case.check"]

    @property
    def said_at(self) -> dt.datetime:
        """When something was last said about the outcome: the answer, or a word of who reported it."""
        return max((event.at for event in self.this_round if event.verb in SAYS), default=self.begun_at)

    @property
    def handlers(self) -> frozenset[int]:
        """Everybody who handled it in this round."""
        return frozenset(event.by_id for event in self.this_round if _handled(event) and event.by_id is not None)

    @property
    def checkers(self) -> frozenset[int]:
        """Everybody who found in this round that it is done."""
        return frozenset(one.by_id for one in self.this_round if one.verb == "case.check" and one.by_id is not None)

    @property
    def returns(self) -> int:
        """How often it was sent back since it was last decided or opened again."""
        count = 0
        for event in self.this_round:
            count = 0 if event.verb in {"case.decide", "case.hang"} else count + (event.verb in SENDS_BACK)
        return count

    @property
    def granted_days(self) -> int | None:
        """The longer limit that was approved in this round."""
        granted = [event.facts.get("days") for event in self.this_round if event.verb == "case.prolong"]
        return int(granted[-1]) if granted and granted[-1] is not None else None

    @property
    def wanted_days(self) -> tuple[int, int | None] | None:
        """The longer limit somebody asked for and nobody has decided on, and who asked."""
        wanted = None
        for event in self.this_round:
            if event.verb == "case.ask_longer":
                wanted = (int(event.facts.get("days", 0)), event.by_id)
            elif event.verb in {"case.prolong", "case.refuse_longer"}:
                wanted = None
        return wanted

    @property
    def stops(self) -> tuple[Span, ...]:
        """When the clock stood still; a stop that has not ended has no end here (see ``is_stopped``)."""
        pairs = zip(self.this_round, self.this_round[1:], strict=False)
        return tuple(Span(one.at, after.at) for one, after in pairs if _stands(one) and one.at < after.at)

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands still now."""
        return _stands(self.this_round[-1])

    @property
    def stamp(self) -> str:
        """What makes a notice of time the same notice: the round and the limit that holds in it."""
        return f"{self.rounds}.{sum(event.verb == 'case.prolong' for event in self.this_round)}"

    def told(self, case_id: int) -> frozenset[str]:
        """What was told of this clock before."""
        mark = f"{case_id}:{self.stamp}:"
        return frozenset(one.once.removeprefix(mark) for one in self.events if one.once and one.once.startswith(mark))


def _handled(event: Event) -> bool:
    return event.verb == "case.handle"


def _stands(event: Event) -> bool:
    return not CASE_STATES[event.state].clock_runs


def of(steps: Iterable[CaseStep]) -> History:
    """The history of some steps."""
    return History(tuple(_event(step) for step in steps))


def _event(step: CaseStep) -> Event:
    facts: dict[str, Any] = json.loads(step.facts)
    return Event(step.verb, step.created_at, step.state, step.by_id, step.team_id, facts, step.once)


async def histories(case_ids: Sequence[int]) -> dict[int, History]:
    """The histories of several cases, in one statement; for rules that have found the cases themselves."""
    found: dict[int, list[CaseStep]] = {case_id: [] for case_id in case_ids}
    for step in await CaseStep.filter(case_id__in=list(case_ids)).order_by("id"):
        found[step.case_id].append(step)
    return {case_id: of(steps) for case_id, steps in found.items()}


async def history(case_id: int) -> History:
    """The history of one case."""
    return await reading.kept(("history", case_id), partial(_history, case_id))


async def _history(case_id: int) -> History:
    return of(await steps_of(case_id))


async def steps_of(case_id: int) -> Sequence[CaseStep]:
    """The steps of a case in order; for rules that have found the case themselves."""
    return await reading.kept(("steps", case_id), partial(_steps, case_id))


async def _steps(case_id: int) -> Sequence[CaseStep]:
    return await CaseStep.filter(case_id=case_id).order_by("id")
