"""The one table of states and verbs of questions, cases, mediations and rooms, and the guarded move between states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from models.case import Case, CaseState
from models.consultation import Consultation, ConsultationState
from models.errors import Taken, WrongState
from models.mediation import Mediation, MediationState
from models.question import Question, QuestionState

WAITING, CLAIMED = QuestionState.WAITING, QuestionState.CLAIMED
ANSWERED, CLOSED = QuestionState.ANSWERED, QuestionState.CLOSED


class WaitsFor(StrEnum):
    """Whose turn it is."""

    DESK = "desk"
    CLAIMANT = "claimant"
    TEAM = "team"
    CHECKER = "checker"
    COORDINATOR = "coordinator"
    OUTSIDE = "outside"
    RESIDENT = "resident"
    SIDES = "sides"
    MEDIATOR = "mediator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What a state means. ``person_speaks``: the bot is silent; ``end_needs_note``: closing from it needs a reason;
    ``is_public``: it may stand in a list that everybody reads, where the kind of work may at all."""

    is_open: bool
    clock_runs: bool
    waits_for: WaitsFor
    person_speaks: bool
    end_needs_note: bool
    is_public: bool = False


def _facts(waits_for: WaitsFor, *, is_open: bool = True, clock: bool, person: bool, note: bool) -> StateFacts:
    return StateFacts(is_open, clock, waits_for, person, note)


def _case(waits_for: WaitsFor, *, clock: bool = True, note: bool = True, public: bool = True) -> StateFacts:
    is_open = waits_for is not WaitsFor.NOBODY
    return StateFacts(is_open, clock and is_open, waits_for, False, note and is_open, public)  # noqa: FBT003


STATES: Mapping[QuestionState, StateFacts] = MappingProxyType(
    {
        WAITING: _facts(WaitsFor.DESK, clock=True, person=False, note=True),
        CLAIMED: _facts(WaitsFor.CLAIMANT, clock=True, person=True, note=True),
        ANSWERED: _facts(WaitsFor.RESIDENT, clock=False, person=True, note=False),
        CLOSED: _facts(WaitsFor.NOBODY, is_open=False, clock=False, person=False, note=False),
    }
)

REPORTED, ACCEPTED, DISPATCHED = CaseState.REPORTED, CaseState.ACCEPTED, CaseState.DISPATCHED
HANDLING, PAUSED, UNDECIDED, HUNG = CaseState.HANDLING, CaseState.PAUSED, CaseState.UNDECIDED, CaseState.HUNG
HANDLED, CHECKED, REPLIED = CaseState.HANDLED, CaseState.CHECKED, CaseState.ANSWERED
DONE, STRUCK_OFF, REFUSED = CaseState.CLOSED, CaseState.STRUCK_OFF, CaseState.REFUSED
MERGED, WITHDRAWN = CaseState.MERGED, CaseState.WITHDRAWN

CASE_STATES: Mapping[CaseState, StateFacts] = MappingProxyType(
    {
        REPORTED: _case(WaitsFor.DESK),
        ACCEPTED: _case(WaitsFor.DESK),
        DISPATCHED: _case(WaitsFor.TEAM),
        HANDLING: _case(WaitsFor.TEAM),
        PAUSED: _case(WaitsFor.OUTSIDE, clock=False),
        UNDECIDED: _case(WaitsFor.COORDINATOR),
        HUNG: _case(WaitsFor.COORDINATOR, clock=False),
        HANDLED: _case(WaitsFor.CHECKER),
        CHECKED: _case(WaitsFor.DESK),
        REPLIED: _case(WaitsFor.RESIDENT, clock=False, note=False),
        DONE: _case(WaitsFor.NOBODY),
        STRUCK_OFF: _case(WaitsFor.NOBODY),
        REFUSED: _case(WaitsFor.NOBODY, public=False),
        MERGED: _case(WaitsFor.NOBODY, public=False),
        WITHDRAWN: _case(WaitsFor.NOBODY, public=False),
    }
)
_WORKED_ON = (REPORTED, ACCEPTED, DISPATCHED, HANDLING, PAUSED, UNDECIDED, HUNG, HANDLED, CHECKED)
_ANY_OPEN = (*_WORKED_ON, REPLIED)
_WITH_TEAM = (DISPATCHED, HANDLING)

ASKED, AGREED, ASSIGNED = MediationState.ASKED, MediationState.AGREED, MediationState.ASSIGNED
TALKING, DRAFTED, SIGNED = MediationState.TALKING, MediationState.DRAFTED, MediationState.SIGNED
KEPT, FAILED = MediationState.KEPT, MediationState.FAILED
DECLINED, CALLED_OFF = MediationState.DECLINED, MediationState.CALLED_OFF
MEDIATION_STATES: Mapping[MediationState, StateFacts] = MappingProxyType(
    {
        ASKED: _case(WaitsFor.SIDES, public=False),
        AGREED: _case(WaitsFor.DESK, public=False),
        ASSIGNED: _case(WaitsFor.MEDIATOR, public=False),
        TALKING: _case(WaitsFor.MEDIATOR, public=False),
        DRAFTED: _case(WaitsFor.SIDES, public=False),
        SIGNED: _case(WaitsFor.MEDIATOR, public=False),
        KEPT: _case(WaitsFor.NOBODY, public=False),
        FAILED: _case(WaitsFor.NOBODY, public=False),
        DECLINED: _case(WaitsFor.NOBODY, public=False),
        CALLED_OFF: _case(WaitsFor.NOBODY, public=False),
    }
)
_BEFORE_SIGNED = (AGREED, ASSIGNED, TALKING, DRAFTED)
_WITH_MEDIATOR = (ASSIGNED, TALKING, DRAFTED)
_ONCE_TALKED = (TALKING, DRAFTED, SIGNED, KEPT, FAILED)  # Who comes when it is over meanwhile came as well.
PLANNED, ROOM_OPEN = ConsultationState.PLANNED, ConsultationState.OPEN
ROOM_CLOSED, CANCELLED = ConsultationState.CLOSED, ConsultationState.CANCELLED
ROOM_STATES: Mapping[ConsultationState, StateFacts] = MappingProxyType(
    {
        PLANNED: _case(WaitsFor.DESK, public=False),
        ROOM_OPEN: _case(WaitsFor.DESK, public=False),
        ROOM_CLOSED: _case(WaitsFor.NOBODY, public=False),
        CANCELLED: _case(WaitsFor.NOBODY, public=False),
    }
)

State = QuestionState | CaseState | MediationState | ConsultationState
Thing = TypeVar("Thing", Question, Case, Mediation, Consultation)


def _stay(*states: State) -> Mapping[State, State]:
    return {state: state for state in states}


def _all_to(after: State, *states: State) -> Mapping[State, State]:
    return dict.fromkeys(states, after)


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
        # 更正, 撤回, 撤回一部分, 另外告诉, 补充
        "question.correct": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.withdraw": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: CLAIMED, CLOSED: WAITING},
        "question.withdraw_part": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.reach": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.add": {WAITING: WAITING, CLAIMED: CLAIMED},
        # 转交, 接收, 谢绝, 换责任人
        "question.transfer": {WAITING: WAITING, CLAIMED: CLAIMED},
        "question.accept": {WAITING: WAITING, CLAIMED: WAITING},
        "question.decline": {WAITING: WAITING, CLAIMED: CLAIMED},
        "question.take_over": {WAITING: WAITING, CLAIMED: CLAIMED, ANSWERED: ANSWERED},
        # 转为事件, 结束, 评价, 重新提起
        "question.to_case": {WAITING: CLOSED, CLAIMED: CLOSED, ANSWERED: CLOSED},
        "question.close": {WAITING: CLOSED, CLAIMED: CLOSED, ANSWERED: CLOSED},
        "question.rate": {CLAIMED: CLAIMED, ANSWERED: ANSWERED, CLOSED: CLOSED},
        "question.reopen": {ANSWERED: WAITING, CLOSED: WAITING},
    }
)

CASE_LOOP: Mapping[str, Mapping[State, State]] = MappingProxyType(
    {
        # 受理, 不受理, 改类别
        "case.accept": {REPORTED: ACCEPTED},
        "case.refuse": _all_to(REFUSED, REPORTED, ACCEPTED, UNDECIDED),
        "case.classify": _stay(REPORTED, ACCEPTED, DISPATCHED, HANDLING, UNDECIDED),
        # 派单, 接单, 退单, 再次退单, 裁定, 挂账, 取消挂账
        "case.dispatch": _all_to(DISPATCHED, ACCEPTED, DISPATCHED),
        "case.take_up": {DISPATCHED: HANDLING},
        "case.send_back": _all_to(ACCEPTED, *_WITH_TEAM),
        "case.send_back_again": _all_to(UNDECIDED, *_WITH_TEAM),
        "case.decide": {UNDECIDED: DISPATCHED},
        "case.hang": _all_to(HUNG, ACCEPTED, HANDLING, UNDECIDED),
        "case.unhang": {HUNG: ACCEPTED},
        # 转交, 接收, 谢绝, 换责任人, 上报
        "case.transfer": _stay(*_WORKED_ON),
        "case.receive": _stay(*_ANY_OPEN),
        "case.decline": _stay(*_ANY_OPEN),
        "case.take_over": _stay(*_ANY_OPEN),
        "case.escalate": _stay(*_WORKED_ON),
        # 先行联系, 暂停, 恢复, 申请延期, 同意延期, 不同意延期
        "case.contact": _stay(*_WORKED_ON),
        "case.pause": {HANDLING: PAUSED},
        "case.resume": {PAUSED: HANDLING},
        "case.ask_longer": _stay(DISPATCHED, HANDLING),
        "case.prolong": _stay(DISPATCHED, HANDLING, PAUSED),
        "case.refuse_longer": _stay(DISPATCHED, HANDLING, PAUSED),
        # 处置, 核查, 核查不通过, 答复
        "case.handle": _all_to(HANDLED, ACCEPTED, *_WITH_TEAM),
        "case.check": {HANDLED: CHECKED},
        "case.fail_check": {HANDLED: HANDLING},
        "case.reply": {CHECKED: REPLIED},
        # 另外告诉, 补充, 异议, 跑一趟, 评价, 办结, 重办, 撤回, 销号
        "case.reach": _stay(REPLIED),
        "case.add": _stay(*_ANY_OPEN),
        "case.object": _stay(*_ANY_OPEN),
        "case.trip": _stay(*_ANY_OPEN),
        "case.rate": _stay(REPLIED, DONE, STRUCK_OFF),
        "case.close": {REPLIED: DONE},
        "case.reopen": _all_to(ACCEPTED, REPLIED, DONE, STRUCK_OFF, REFUSED),
        "case.withdraw": _all_to(WITHDRAWN, *_WORKED_ON),
        "case.strike_off": {DONE: STRUCK_OFF},
        # 合并, 拆分
        "case.merge": _all_to(MERGED, *_WORKED_ON),
        "case.split": _stay(*_WORKED_ON),
    }
)

MEDIATION_LOOP: Mapping[str, Mapping[State, State]] = MappingProxyType(
    {
        # 同意, 双方都同意了, 不同意, 不申请了
        "mediation.consent": {ASKED: ASKED},
        "mediation.consent_both": {ASKED: AGREED},
        "mediation.refuse": {ASKED: DECLINED},
        "mediation.withdraw": {ASKED: CALLED_OFF},
        # 找到对方, 换责任人, 定调解员, 告诉调解员, 记一笔, 对一方说
        "mediation.point_out": {ASKED: ASKED},
        "mediation.take_over": _stay(ASKED, *_BEFORE_SIGNED, SIGNED),
        "mediation.choose": {AGREED: ASSIGNED, **_stay(ASSIGNED, TALKING, DRAFTED, SIGNED)},
        "mediation.tell": _stay(ASKED, *_BEFORE_SIGNED, SIGNED),
        "mediation.note": _stay(*_WITH_MEDIATOR, SIGNED),
        "mediation.speak": _stay(*_WITH_MEDIATOR, SIGNED),
        # 约时间, 到场, 记这次谈得怎样, 取消这一次
        "mediation.meet": {**_all_to(TALKING, ASSIGNED, TALKING), SIGNED: SIGNED},
        **dict.fromkeys(("mediation.arrive", "mediation.record_session"), _stay(*_ONCE_TALKED)),
        "mediation.cancel_meeting": _stay(TALKING, DRAFTED, SIGNED),
        # 写协议, 确认, 双方都确认了, 要改
        "mediation.draft": _all_to(DRAFTED, ASSIGNED, TALKING, DRAFTED),
        "mediation.confirm": {DRAFTED: DRAFTED},
        "mediation.confirm_both": {DRAFTED: SIGNED},
        "mediation.object": {DRAFTED: TALKING},
        # 一方不调了, 没有调成, 回访履行了, 再回访, 没有履行
        "mediation.stop": _all_to(FAILED, *_BEFORE_SIGNED),
        "mediation.fail": _all_to(FAILED, *_BEFORE_SIGNED),
        "mediation.keep": {SIGNED: KEPT},
        "mediation.put_off": {SIGNED: SIGNED},
        "mediation.breach": {SIGNED: FAILED},
        # 做到了, 没有做到, 记下回访的答复, 来跑了一趟
        **dict.fromkeys(("mediation.say_kept", "mediation.say_broken", "mediation.record_follow_up"), _stay(SIGNED)),
        "mediation.trip": _stay(ASKED, *_BEFORE_SIGNED, SIGNED, KEPT, FAILED),
    }
)

ROOM_LOOP: Mapping[str, Mapping[State, State]] = MappingProxyType(
    {
        # 补位子, 到场, 写结论, 划掉结论, 落实结论, 定纪要, 认纪要, 取消
        "consultation.fill": _stay(PLANNED, ROOM_OPEN),
        "consultation.arrive": _all_to(ROOM_OPEN, PLANNED, ROOM_OPEN),
        "consultation.conclude": _stay(ROOM_OPEN),
        "consultation.drop": _stay(ROOM_OPEN),
        "consultation.carry_out": _stay(ROOM_CLOSED),
        "consultation.close": {ROOM_OPEN: ROOM_CLOSED},
        "consultation.confirm": _stay(ROOM_CLOSED),
        "consultation.cancel": _all_to(CANCELLED, PLANNED, ROOM_OPEN),
    }
)
_LOOPS: Mapping[str, Mapping[State, State]] = {**CASE_LOOP, **MEDIATION_LOOP, **ROOM_LOOP}

OPEN_STATES = tuple(state for state, facts in STATES.items() if facts.is_open)
PERSON_SPEAKS = tuple(state for state, facts in STATES.items() if facts.person_speaks)
MOVES_THE_QUEUE = frozenset(
    verb for verb, leads in LOOP.items() if any((old is WAITING) is not (new is WAITING) for old, new in leads.items())
) | {"question.open"}
"""Verbs after which somebody who waits may have come nearer, or stand further back."""
CLOCK_RUNS = tuple(state for state, facts in STATES.items() if facts.clock_runs)
OPEN_CASES = tuple(state for state, facts in CASE_STATES.items() if facts.is_open)
OPEN_MEDIATIONS = tuple(state for state, facts in MEDIATION_STATES.items() if facts.is_open)
OPEN_CASES_SQL = ", ".join(f"'{state.value}'" for state in OPEN_CASES)
"""The open states as the list of an SQL ``IN``."""


def state_after(state: State, verb: str) -> State:
    """Where a verb leads from a state; WrongState when the table has no such pair."""
    after = _LOOPS[verb].get(state) if verb in _LOOPS else _of_question(state, verb)
    if after is None:
        raise WrongState(verb, state=state.value)
    return after


def _of_question(state: State, verb: str) -> State | None:
    return LOOP[verb].get(state) if isinstance(state, QuestionState) else None


async def move(thing: Thing, verb: str, **changes: object) -> Thing:
    """Do a verb: change the row as last read, guarded by its state and version. Taken when somebody was first."""
    values = {**changes, "state": state_after(thing.state, verb), "version": thing.version + 1}
    rows = type(thing).filter(id=thing.id, state=thing.state, version=thing.version)
    if not await rows.update(**values):  # On SQLite what a trigger changes with the row is counted too.
        noun = verb.partition(".")[0]
        raise Taken(f"{noun}.changed", number=thing.number)
    thing.update_from_dict(values)
    return thing
