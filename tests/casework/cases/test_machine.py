"""Whatever is done to cases in whatever order: nothing is nobody's, passed on for ever, or ended on paper."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import ClassVar, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casework.cases import (
    accepting,
    answering,
    bulk,
    catalogue,
    checking,
    dispatching,
    escalation,
    hearing,
    kinds,
    merging,
    owners,
    rates,
    reporting,
    teams,
    working,
)
from casework.cases.kinds import Kind
from casework.cases.rates import Grouping
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from models import clock
from models.case import CaseSource
from models.database import connected
from models.errors import Refusal
from models.person import RoleName
from models.place import Level
from models.sealed import use_secrets
from models.transaction import fetch
from people.viewers import SYSTEM, Viewer
from tests.casework.cases.conftest import COMMUNITY
from tests.casework.cases.recount import recounted
from tests.casework.conftest import place, resident, staff
from tests.databases import sqlite_copy

Result = TypeVar("Result")
Do = Callable[[int, Viewer, int], Awaitable[object]]
MOST_CASES = 4
PEOPLE = ("wang", "chen", "gao", "zhou", "wu", "qian")

VERBS: dict[str, Do] = {
    "accept": lambda one, by, _: accepting.accept(one, by=by),
    "refuse": lambda one, by, _: accepting.refuse(one, by=by, reason="law", where_to="区房管局"),
    "dispatch": lambda one, by, other: dispatching.dispatch(one, by=by, team_id=1 + other % 2),
    "take_up": lambda one, by, _: dispatching.take_up(one, by=by),
    "send_back": lambda one, by, _: dispatching.send_back(one, by=by, reason="not_our_job", note="不归我们"),
    "decide": lambda one, by, other: dispatching.decide(one, by=by, team_id=1 + other % 2, note="归你们"),
    "hang": lambda one, by, _: dispatching.hang(one, by=by, note="等经费"),
    "unhang": lambda one, by, _: dispatching.unhang(one, by=by),
    "escalate": lambda one, by, _: dispatching.escalate(one, by=by, note="请协调"),
    "contact": lambda one, by, _: working.contact(one, by=by, way="phone", note="说过了"),
    "pause": lambda one, by, _: working.pause(one, by=by, reason="material", note="等料"),
    "resume": lambda one, by, _: working.resume(one, by=by),
    "handle": lambda one, by, _: working.handle(one, by=by, note="好了"),
    "check": lambda one, by, _: checking.check(one, by=by, way="on_the_spot"),
    "fail_check": lambda one, by, _: checking.fail_check(one, by=by, note="没好"),
    "reply": lambda one, by, _: checking.reply(one, by=by, text="好了"),
    "reach": lambda one, by, other: hearing.reach(one, by=by, reporter_id=other),
    "strike_off": lambda one, by, _: checking.strike_off(one, by=by, way="by_phone", note="核实"),
    "solved": lambda one, by, _: answering.rate(one, by=by, solved=True),
    "unsolved": lambda one, by, _: answering.rate(one, by=by, solved=False),
    "object": lambda one, by, _: answering.object_to(one, by=by, text="没好"),
    "close": lambda one, by, _: answering.close(one, by=by),
    "withdraw": lambda one, by, _: answering.withdraw(one, by=by),
    "merge": lambda one, by, other: merging.merge(one, by=by, into=other),
    "split": lambda one, by, _: merging.split(one, by=by, kind_key="camera", text="还有一件"),
    "transfer": lambda one, by, other: owners.transfer(one, by=by, to=1 + other),
    "receive": lambda one, by, _: owners.receive(one, by=by),
    "decline": lambda one, by, _: owners.decline(one, by=by),
    "ask_longer": lambda one, by, _: working.ask_longer(one, by=by, days=9, note="复杂"),
    "prolong": lambda one, by, _: working.prolong(one, by=by),
}


class Cases(RuleBasedStateMachine):
    """A neighbourhood, its people, and up to a few cases; a refusal is an answer like any other."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.now = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.opened = AsyncExitStack()
        self.ends = clock.running_on(lambda: self.now)
        self.ends.__enter__()
        self.people: dict[str, Viewer] = {}
        self.bulks: list[int] = []
        self.run(self._open())

    def run(self, work: Coroutine[object, object, Result]) -> Result:
        return self.runner.run(work)

    async def _open(self) -> None:
        await self.opened.enter_async_context(connected(sqlite_copy(self.template, folder=Path(self.folder.name))))
        use_secrets("a secret of tests")
        catalogue.forget()
        await catalogue.load(_few_kinds(), by=SYSTEM)
        above = await place("subdistrict", level=Level.SUBDISTRICT)
        here = await place("here", level=Level.NEIGHBOURHOOD, parent=above)
        self.people["wang"], self.talk = await resident("wang", here)
        for name, home, role in (
            ("chen", here, RoleName.WORKER),
            ("gao", here, RoleName.SECRETARY),
            ("zhou", above, RoleName.SUBDISTRICT_DESK),
            ("wu", here, RoleName.PROPERTY),
            ("qian", above, RoleName.UNIT_MEMBER),
        ):
            self.people[name] = await staff(name, home, role=role, contact=False)
        shapes = (("property", "here", "wu"), ("housing", "subdistrict", "qian"))
        await teams.load(
            [
                TeamShape(key=key, unit=key, place=slug, name=f"{key}组", takes=("equipment",), members=(who,))
                for key, slug, who in shapes
            ],
            by=SYSTEM,
        )
        await self._report("chat")

    async def _report(self, source: str) -> None:
        facts = Facts("stair_light", "灯坏了", name="王阿姨")
        if source == "chat":
            await reporting.report(facts, by=self.people["wang"], source=CaseSource.CHAT, conversation_id=self.talk)
        else:
            await reporting.report(facts, by=self.people["chen"], source=CaseSource(source))

    @rule(source=st.sampled_from(["chat", "phone", "patrol"]))
    def report(self, source: str) -> None:
        if len(self.run(_rows("SELECT id FROM cases"))) < MOST_CASES:
            self.run(self._report(source))

    @rule(
        verb=st.sampled_from(sorted(VERBS)),
        who=st.sampled_from(PEOPLE),
        one=st.integers(1, MOST_CASES),
        other=st.integers(1, MOST_CASES),
    )
    def do(self, verb: str, who: str, one: int, other: int) -> None:
        self.run(_tried(VERBS[verb](one, self.people[who], other)))

    @rule(one=st.integers(1, MOST_CASES), skip=st.integers(0, 2))
    def go_on(self, one: int, skip: int) -> None:
        """What usually comes next, so that the far end of the loop is reached; now and then a step is left out."""
        usual = ("dispatch", "contact", "handle", "check", "reply", "close", "strike_off")
        by = ("chen", "wu", "wu", "chen", "gao", "gao", "gao")
        for at, (verb, who) in enumerate(zip(usual, by, strict=True)):
            if at != skip + 1:
                self.run(_tried(VERBS[verb](one, self.people[who], 2)))

    @rule(verb=st.sampled_from(sorted(bulk.VERBS)))
    def many(self, verb: str) -> None:
        done = self.run(_tried(bulk.do(verb, [1, 2], by=self.people["chen"], team_id=1)))
        if isinstance(done, bulk.BulkDone):
            self.bulks.append(done.id)

    @rule()
    def undo(self) -> None:
        if self.bulks:
            self.run(_tried(bulk.undo(self.bulks.pop(), by=self.people["chen"])))

    @rule(hours=st.sampled_from([0.1, 3, 30, 300]))
    def wait(self, hours: float) -> None:
        self.now += dt.timedelta(hours=hours)
        for job in escalation.JOBS:
            self.run(_counted(job(self.now)))

    @invariant()
    def holds(self) -> None:
        for row in self.run(_rows("SELECT c.*, p.is_active FROM cases c LEFT JOIN person p ON p.id=c.owner_id")):
            steps = self.run(_rows(f"SELECT * FROM case_step WHERE case_id={row['id']} ORDER BY id"))
            _check(row, [step for step in steps if step["verb"] != "case.note"])

    def teardown(self) -> None:
        self.run(_figures_hold())
        self.run(self.opened.aclose())
        self.runner.close()
        self.ends.__exit__(None, None, None)
        self.folder.cleanup()


@cache
def _few_kinds() -> list[Kind]:
    return [one for one in kinds.read(COMMUNITY / "cases") if one.id in {"stair_light", "camera"}]


async def _rows(sql: str) -> list[dict[str, object]]:
    return await fetch(sql)


async def _figures_hold() -> None:
    """What the database kept of each case while all this was done is what an independent count finds in the end."""
    raw = [await _rows(f"SELECT * FROM {table}") for table in ("cases", "case_step", "case_reporter")]
    counted = recounted(*raw)
    lines = await rates.rates(Grouping.PLACE, viewer=SYSTEM, days=3_000)
    for name, (count, of) in counted.items():
        shares = [getattr(line, name) for line in lines]
        assert (sum(one.count for one in shares), sum(one.of for one in shares)) == (count, of), name


async def _tried(work: Awaitable[object]) -> object:
    try:
        return await work
    except Refusal as refusal:
        return refusal


async def _counted(work: Awaitable[int]) -> int:
    return await work


OPEN = {
    *("reported", "accepted", "dispatched", "handling", "paused", "undecided", "hung", "handled", "checked"),
    "answered",
}


def _check(row: dict[str, object], steps: list[dict[str, object]]) -> None:
    """By the raw rows, and without asking the code that is tested."""
    assert row["owner_id"] is not None
    assert row["is_active"]
    assert steps[-1]["state"] == row["state"], "a state without its step"
    assert (row["state"] in OPEN) == (row["closed_at"] is None)
    if row["state"] not in OPEN:
        assert row["next_at"] is None
    stood = _standing(steps)
    assert _returns(stood) <= 2, "passed on again without a decision"
    if row["state"] in {"answered", "closed", "struck_off"}:
        _ended_in_fact(stood)


def _standing(steps: list[dict[str, object]]) -> list[dict[str, object]]:
    undone = {_bulk(step) for step in steps if step["verb"] == "case.undo"}
    return [step for step in steps if step["verb"] == "case.undo" or _bulk(step) not in undone - {""}]


def _bulk(step: dict[str, object]) -> str:
    return str(step["facts"]).partition('"bulk": ')[2].rstrip("}")


def _returns(steps: list[dict[str, object]]) -> int:
    most = count = 0
    for step in steps:
        if step["verb"] in {"case.decide", "case.hang", "case.reopen"}:
            count = 0
        count += str(step["verb"]).startswith("case.send_back")
        most = max(most, count)
    return most


def _ended_in_fact(steps: list[dict[str, object]]) -> None:
    begins = max(at for at, step in enumerate(steps) if step["verb"] in {"case.report", "case.reopen"})
    verbs = [(step["verb"], step["by_id"]) for step in steps[begins:]]
    did = {who for verb, who in verbs if verb == "case.handle"}
    checks = [who for verb, who in verbs if verb == "case.check"]
    assert "case.contact" in {verb for verb, _ in verbs}, "ended without a word with the resident"
    assert checks, "ended unchecked"
    assert checks[-1] not in did, "checked by who did it"


def test_no_order_of_verbs_leads_where_it_must_not(migrated_sqlite: Path) -> None:
    Cases.template = migrated_sqlite
    run_state_machine_as_test(
        Cases, settings=settings(max_examples=6, stateful_step_count=30, deadline=None, database=None)
    )
