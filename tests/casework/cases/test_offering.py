"""What is offered is not refused, and what would not be refused is offered: every state, every role, every verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from casework.cases import (
    accepting,
    answering,
    calls,
    checking,
    dispatching,
    following,
    hearing,
    merging,
    notes,
    originals,
    owners,
    reporting,
    showing,
    trips,
    working,
)
from casework.cases.offering import OF_REPORTERS, own_verbs
from casework.cases.reporting import Facts
from casework.loop import CASE_LOOP, CASE_STATES
from models import clock as models_clock
from models.case import Case, CaseReporter, CaseSource
from models.errors import Refusal
from models.transaction import execute, transaction
from people.viewers import Viewer
from tests.casework.cases.conftest import Town, done_by, worked
from tests.conftest import StillClock

Deed = Callable[[int, Viewer], Awaitable[object]]
LONG_AGO = dt.timedelta(days=40)


@dataclass
class Made:
    """Cases in every state by what they are called, and a case that others may be merged into."""

    town: Town
    other: int = 0
    cases: dict[str, int] = field(default_factory=dict[str, int])

    async def told(self, name: str, *, by_phone: bool = False) -> Case:
        if by_phone:
            said = Facts("stair_light", "楼道灯坏了", name="王", phone="13800000000")
            cast = self.town.cast
            case = await reporting.report(said, by=cast.chen, source=CaseSource.PHONE, place_id=cast.here.id)
        else:
            case = await self.town.report()
        self.cases[name] = case.id
        return case


async def made_in_every_state(town: Town) -> Made:
    """By the verbs themselves, some of them in two ways."""
    made, chen, gao, wu = Made(town), town.cast.chen, town.cast.gao, town.wu
    made.other = (await town.report()).id
    await made.told("reported")
    await _with_the_team(made)
    await _done_and_answered(made)
    refused = await made.told("refused")
    await accepting.refuse(refused.id, by=gao, reason="law", where_to="区房管局")
    await answering.withdraw((await made.told("withdrawn")).id, by=town.cast.wang)
    await merging.merge((await made.told("merged")).id, by=chen, into=made.other)
    hung = await made.told("hung")
    await accepting.accept(hung.id, by=chen)
    await dispatching.hang(hung.id, by=gao, note="等经费")
    undecided = await made.told("undecided")
    for _ in range(2):
        await dispatching.dispatch(undecided.id, by=chen, team_id=town.property.id)
        await dispatching.send_back(undecided.id, by=wu, reason="not_our_job", note="归房管")
    return made


async def _with_the_team(made: Made) -> None:
    town, chen, wu = made.town, made.town.cast.chen, made.town.wu
    await accepting.accept((await made.told("accepted")).id, by=chen)
    for name in ("dispatched", "handling", "paused", "longer", "longer by the lead", "offered", "handed up", "streets"):
        case = await made.told(name)
        team = town.housing if name == "streets" else town.property
        await dispatching.dispatch(case.id, by=chen, team_id=team.id)
    for name in ("handling", "paused"):
        await dispatching.take_up(made.cases[name], by=wu)
    await working.pause(made.cases["paused"], by=wu, reason="material", note="等料")
    await working.ask_longer(made.cases["longer"], by=wu, days=10, note="复杂")
    await working.ask_longer(made.cases["longer by the lead"], by=town.cast.gao, days=10, note="复杂")
    await owners.transfer(made.cases["offered"], by=town.cast.gao, to=town.cast.lin.person_id or 0)
    await dispatching.escalate(made.cases["handed up"], by=town.cast.gao, note="请协调")


async def _done_and_answered(made: Made) -> None:
    town, chen, gao, wu = made.town, made.town.cast.chen, made.town.cast.gao, made.town.wu
    for name, by in (("handled", wu), ("handled by the owner", gao), ("checked", wu), ("checked, not contacted", wu)):
        case = await made.told(name)
        await dispatching.dispatch(case.id, by=chen, team_id=town.property.id)
        if "not" not in name:
            await working.contact(case.id, by=wu, way="phone", note="约了下午")
        await working.handle(case.id, by=by, note="换了灯泡")
        if name.startswith("checked"):
            await checking.check(case.id, by=chen, way="on_the_spot")
    for name in ("answered", "answered, not heard", "closed", "closed, said satisfied", "struck off"):
        await worked(town, await made.told(name))
    for name in ("answered by phone", "closed by phone"):
        await worked(town, await made.told(name, by_phone=True))
    for name in ("closed", "closed, said satisfied", "struck off"):
        await answering.rate(made.cases[name], by=town.cast.wang, solved=True)
    await answering.rate(made.cases["closed, said satisfied"], by=town.cast.wang, satisfied=True)
    await answering.rate(made.cases["closed by phone"], by=chen, solved=True)
    await checking.strike_off(made.cases["struck off"], by=gao, way="by_phone", note="核实")
    reporter = await CaseReporter.get(case_id=made.cases["answered, not heard"])
    lines = ", ".join(reporter.answer_lines.split())
    await execute(f"UPDATE outbox SET state='held' WHERE id IN (SELECT outbox_id FROM utterance WHERE id IN ({lines}))")


def verbs_of(made: Made) -> Mapping[str, Deed]:
    """Every verb with words that are no reason to refuse it."""
    town, at = made.town, models_clock.now() + dt.timedelta(days=1)

    async def transfer(one: int, by: Viewer) -> object:
        takers = await owners.takers(one, viewer=by)
        return await owners.transfer(one, by=by, to=takers[0].person_id if takers else 0)

    async def reach(one: int, by: Viewer) -> object:
        reporter = await CaseReporter.filter(case_id=one, left_at=None).first()
        return await hearing.reach(one, by=by, reporter_id=reporter.id if reporter else 0)

    return {
        "accept": lambda one, by: accepting.accept(one, by=by),
        "refuse": lambda one, by: accepting.refuse(one, by=by, reason="law", where_to="区房管局"),
        "classify": lambda one, by: accepting.classify(one, by=by, kind_key="camera"),
        "dispatch": lambda one, by: dispatching.dispatch(one, by=by, team_id=town.property.id),
        "take_up": lambda one, by: dispatching.take_up(one, by=by),
        "send_back": lambda one, by: dispatching.send_back(one, by=by, reason="not_our_job", note="不归我们"),
        "decide": lambda one, by: dispatching.decide(one, by=by, team_id=town.property.id, note="归你们"),
        "hang": lambda one, by: dispatching.hang(one, by=by, note="等经费"),
        "unhang": lambda one, by: dispatching.unhang(one, by=by),
        "escalate": lambda one, by: dispatching.escalate(one, by=by, note="请协调"),
        "transfer": transfer,
        "receive": lambda one, by: owners.receive(one, by=by),
        "decline": lambda one, by: owners.decline(one, by=by),
        "contact": lambda one, by: working.contact(one, by=by, way="phone", note="说过了"),
        "pause": lambda one, by: working.pause(one, by=by, reason="material", note="等料"),
        "resume": lambda one, by: working.resume(one, by=by),
        "ask_longer": lambda one, by: working.ask_longer(one, by=by, days=9, note="复杂"),
        "prolong": lambda one, by: working.prolong(one, by=by),
        "refuse_longer": lambda one, by: working.refuse_longer(one, by=by, note="不用"),
        "handle": lambda one, by: working.handle(one, by=by, note="好了"),
        "check": lambda one, by: checking.check(one, by=by, way="on_the_spot"),
        "fail_check": lambda one, by: checking.fail_check(one, by=by, note="没好"),
        "reply": lambda one, by: checking.reply(one, by=by, text="好了"),
        "reach": reach,
        "close": lambda one, by: answering.close(one, by=by),
        "strike_off": lambda one, by: checking.strike_off(one, by=by, way="by_phone", note="核实"),
        "merge": lambda one, by: merging.merge(one, by=by, into=made.other),
        "split": lambda one, by: merging.split(one, by=by, kind_key="camera", text="还有一件"),
        "call": lambda one, by: calls.call(
            one, by=by, team_ids=[town.property.id], at=at, where="3号楼", purpose="一起看"
        ),
        "trip": lambda one, by: trips.trip(one, by=by),
        "note": lambda one, by: notes.note(one, by=by, text="备注"),
        "watch": lambda one, by: notes.watch(one, by=by),
        "unseal": lambda one, by: originals.unseal(one, by=by),
    }


PASSED_ON: Mapping[str, Deed] = {
    "add": lambda one, by: answering.add(one, by=by, text="还有一盏"),
    "object": lambda one, by: answering.object_to(one, by=by, text="没好"),
    "reopen": lambda one, by: answering.reopen(one, by=by, text="又坏了"),
}
OWN: Mapping[str, Deed] = {
    **PASSED_ON,
    "withdraw": lambda one, by: answering.withdraw(one, by=by),
    "solved": lambda one, by: answering.rate(one, by=by, solved=True),
    "unsolved": lambda one, by: answering.rate(one, by=by, solved=False),
    "satisfied": lambda one, by: answering.rate(one, by=by, satisfied=True),
    "unsatisfied": lambda one, by: answering.rate(one, by=by, satisfied=False),
}


class _UndoneError(Exception):
    """What was done is undone again."""


async def stands(deed: Awaitable[object]) -> bool:
    """Whether it would be done; nothing of it stays."""
    try:
        async with transaction():
            await deed
            raise _UndoneError
    except _UndoneError:
        return True
    except Refusal:
        return False


async def can(case_id: int, viewer: Viewer) -> frozenset[str]:
    """What is offered; nothing to whoever may not even see it."""
    try:
        return (await showing.case(case_id, viewer=viewer)).can
    except Refusal:
        return frozenset()


def staff_of(town: Town) -> Mapping[str, Viewer]:
    cast = town.cast
    return {
        "chen": cast.chen,
        "lin": cast.lin,
        "gao": cast.gao,
        "zhou": cast.zhou,
        "admin": cast.admin,
        "wu": town.wu,
        "qian": town.qian,
        "observer": cast.observer,
        "outsider": cast.outsider,
        "wang": cast.wang,
    }


@pytest.fixture
async def made(town: Town) -> Made:
    return await made_in_every_state(town)


async def test_every_state_of_the_table_is_walked(made: Made) -> None:
    states = {(await Case.get(id=one)).state for one in made.cases.values()}
    assert states == set(CASE_STATES)


@pytest.mark.databases("sqlite")  # Some thousand verbs; each of them runs on both in tests of its own.
async def test_staff_are_offered_what_is_not_refused_and_nothing_else(made: Made) -> None:
    wrong, verbs = list[tuple[str, str, str, str]](), {**verbs_of(made), **PASSED_ON}
    for name, case_id in made.cases.items():
        for who, viewer in staff_of(made.town).items():
            shown = await can(case_id, viewer)
            for verb, do in verbs.items():
                if who == "wang" and verb in PASSED_ON:
                    continue
                is_done = await stands(do(case_id, viewer))
                if is_done is not (verb in shown):
                    wrong.append((name, who, verb, "refused" if verb in shown else "not offered"))
    assert wrong == []


@pytest.mark.databases("sqlite")
async def test_who_reported_it_is_offered_what_is_not_refused_and_nothing_else(made: Made, clock: StillClock) -> None:
    wrong, wang = list[tuple[str, str, str]](), made.town.cast.wang
    for is_late in (False, True):
        if is_late:
            clock.forward(days=LONG_AGO.days)
        for name, case_id in made.cases.items():
            if "by phone" in name or name == "merged":
                continue
            offers = (await following.own_case(case_id, viewer=wang)).can
            said = await CaseReporter.get(case_id=case_id)
            for verb, do in OWN.items():
                repeats = (verb == "solved" and said.solved) or (verb == "satisfied" and said.satisfied)
                if not repeats and await stands(do(case_id, wang)) is not (verb in offers):
                    wrong.append((name, verb, "refused" if verb in offers else "not offered"))
    assert wrong == []


async def test_an_answered_case_is_ended_by_hand_only_once_its_time_has_come(made: Made, clock: StillClock) -> None:
    case, phone = made.cases["answered"], made.cases["answered, not heard"]
    assert "close" not in await can(case, made.town.cast.gao)
    clock.forward(days=6)
    assert "close" in await can(case, made.town.cast.gao)
    assert ("close" in await can(phone, made.town.cast.gao), "reach" in await can(phone, made.town.cast.gao)) == (
        False,
        True,
    )


async def test_of_what_was_told_by_telephone_staff_pass_on_what_is_said(made: Made) -> None:
    chen, wu = made.town.cast.chen, made.town.wu
    assert {"rate", "add", "object", "reopen"} <= await can(made.cases["answered by phone"], chen)
    assert not {"rate", "add", "object", "reopen"} & await can(made.cases["answered by phone"], wu)
    assert not OF_REPORTERS & await can(made.cases["answered"], chen)


async def test_a_case_that_others_follow_may_be_left_while_it_is_open(town: Town) -> None:
    case = await town.report()
    reporter = await CaseReporter.get(case_id=case.id)
    await dispatching.dispatch(case.id, by=town.cast.chen)
    await done_by(town, case)
    case = await Case.get(id=case.id)
    assert "withdraw" not in own_verbs(case, reporter, follow=1)
    assert "withdraw" in own_verbs(case, reporter, follow=2)


async def test_every_verb_of_the_table_is_walked(made: Made) -> None:
    walked = {*verbs_of(made), *OWN, "rate", "take_over", "send_back_again"}
    assert {verb.removeprefix("case.") for verb in CASE_LOOP} <= walked
