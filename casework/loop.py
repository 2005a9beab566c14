"""The one table of states and verbs: what a state means, which verb leads where, and the guarded move between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.errors import Taken, WrongState
from models.question import Question, QuestionState

WAITING, CLAIMED = QuestionState.WAITING, QuestionState.CLAIMED
ANSWERED, CLOSED = QuestionState.ANSWERED, QuestionState.CLOSED


class WaitsFor(StrEnum):
    """Whose turn it is."""

    DESK = "desk"
    CLAIMANT = "claimant"
    RESIDENT = "resident"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What a state means. ``person_speaks``: the bot is silent; ``end_needs_note``: closing from it needs a reason."""

    is_open: bool
    clock_runs: bool
    waits_for: WaitsFor
    person_speaks: bool
    end_needs_note: bool


def _facts(waits_for: WaitsFor, *, is_open: bool = True, clock: bool, person: bool, note: bool) -> StateFacts:
    return StateFacts(is_open, clock, waits_for, person, note)


STATES: Mapping[QuestionState, StateFacts] = MappingProxyType(
    {
        WAITING: _facts(WaitsFor.DESK, clock=True, person=False, note=True),
        CLAIMED: _facts(WaitsFor.CLAIMANT, clock=True, person=True, note=True),
        ANSWERED: _facts(WaitsFor.RESIDENT, clock=False, person=True, note=False),
        CLOSED: _facts(WaitsFor.NOBODY, is_open=False, clock=False, person=False, note=False),
    }
)

LOOP: Mapping[str, Mapping[QuestionState, QuestionState]] = MappingProxyType(
    {
        # 接手, 放回, 接手太久没有回复
        "question.claim": {WAITING: CLAIMED},
        "question.release": {CLAIMED: WAITING},
        "question.end_claim": {CLAIMED: WAITING},
        # 先行联系, 答复, 追问
        "question.contact": {CLAIMED: CLAIMED},
        "question.reply": {CLAIMED: ANSWERED, ANSWERED: ANSWERED},
        "question.write_on": {ANSWERED: CLAIMED},
        # 更正, 撤回, 撤回一部分, 另外告诉
        "question.correct": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.withdraw": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: CLAIMED, CLOSED: WAITING},
        "question.withdraw_part": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.reach": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        # 补充
        "question.add": {WAITING: WAITING, CLAIMED: CLAIMED},
        # 转交, 接收, 谢绝, 换责任人
        "question.transfer": {WAITING: WAITING, CLAIMED: CLAIMED},
        "question.accept": {WAITING: WAITING, CLAIMED: WAITING},
        "question.decline": {WAITING: WAITING, CLAIMED: CLAIMED},
        "question.take_over": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED},
        # 结束, 评价, 重新提起
        "question.close": {WAITING: CLOSED, CLAIMED: CLOSED, ANSWERED: CLOSED},
        "question.rate": {CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.reopen": {ANSWERED: WAITING, CLOSED: WAITING},
    }
)

OPEN_STATES = tuple(state for state, facts in STATES.items() if facts.is_open)
PERSON_SPEAKS = tuple(state for state, facts in STATES.items() if facts.person_speaks)
MOVES_THE_QUEUE = frozenset(
    verb for verb, leads in LOOP.items() if any((old is WAITING) is not (new is WAITING) for old, new in leads.items())
) | {"question.open"}
"""Verbs after which somebody who waits may have come nearer, or stand further back."""
CLOCK_RUNS = tuple(state for state, facts in STATES.items() if facts.clock_runs)


def state_after(state: QuestionState, verb: str) -> QuestionState:
    """Where a verb leads from a state; WrongState when the table has no such pair."""
    after = LOOP[verb].get(state)
    if after is None:
        raise WrongState(verb, state=state.value)
    return after


async def move(question: Question, verb: str, **changes: object) -> Question:
    """Do a verb: change the row as last read, guarded by its state and version. Taken when somebody was first."""
    after = state_after(question.state, verb)
    values = {**changes, "state": after, "version": question.version + 1}
    changed = await Question.filter(id=question.id, state=question.state, version=question.version).update(**values)
    if changed != 1:
        raise Taken("question.changed", number=question.number)
    question.update_from_dict(values)
    return question
