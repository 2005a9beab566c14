"""A real process is killed with -9 in the middle of verbs on cases: every verb is there whole, or not at all."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter

from casework.cases import rates
from casework.cases.rates import Grouping
from models.case import Case
from models.conversation import Conversation
from models.transaction import fetch
from people import audit
from people.viewers import SYSTEM
from tests.casework.cases.conftest import Town, town
from tests.casework.cases.recount import recounted
from tests.casework.conftest import cast, heard

__all__ = ["cast", "town"]
KILLS, REPORTS, MOST_SECONDS = 3, 2, 170
MOMENT = 0.03
"""A verb takes some hundredths of a second: so long after one was told, the next is under way."""


async def _begin(url: str, town: Town, *, reports: int) -> Process:
    talk = await Conversation.get(id=town.cast.wang_conversation)
    people = [who.person_id for who in (town.cast.chen, town.cast.gao, town.wu)]
    numbers = [str(one) for one in (reports, *people, town.cast.here.id, talk.contact_id, talk.id)]
    words = ("-m", "tests.reliability.case_work", url, *numbers)
    return await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)


async def _lines(process: Process, most: int) -> list[str]:
    """What it told, until so many lines came or it ended."""
    assert process.stdout is not None
    told: list[str] = []
    while len(told) < most and (line := await process.stdout.readline()):
        told.append(line.decode().strip())
    return told


async def test_whatever_moment_it_is_killed_in_every_verb_is_whole(town: Town, database_url: str) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it with a failure.
    chance = random.Random(seed)
    async with asyncio.timeout(MOST_SECONDS):
        for _ in range(KILLS):
            process = await _begin(database_url, town, reports=REPORTS)
            await _lines(process, chance.randrange(1, 3 * REPORTS))
            await asyncio.sleep(chance.uniform(0, MOMENT))
            process.kill()
            await process.wait()
            await _is_whole()
        process = await _begin(database_url, town, reports=0)
        assert (await _lines(process, 10_000))[-1:] == ["done"]
    await _is_whole()
    said = await heard(town.cast.wang_conversation)
    cases = await Case.all()
    assert len(cases) >= KILLS
    for case in cases:
        assert (case.state.value, sum(f"{case.number} 换好了" in line for line in said)) == ("closed", 1)


async def _is_whole() -> None:
    """By the rows alone: a state has its step, a step its line in the log, and the sums are those of the rows."""
    cases, steps, reporters = [
        await fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("cases", "case_step", "case_reporter")
    ]
    last = {step["case_id"]: step["state"] for step in steps}
    assert {case["id"]: case["state"] for case in cases} == last
    assert {case["id"] for case in cases} == {one["case_id"] for one in reporters}
    logged = await fetch("SELECT subject_id, verb FROM audit_line WHERE subject='case'")
    done = Counter((step["case_id"], step["verb"]) for step in steps)
    assert Counter((line["subject_id"], line["verb"]) for line in logged) == done
    assert await audit.first_broken_line() is None
    counted = recounted(cases, steps, reporters)
    for line in await rates.rates(Grouping.PLACE, viewer=SYSTEM, days=3_000):
        for name, pair in counted.items():
            share = getattr(line, name)
            assert (share.count, share.of) == pair, name
