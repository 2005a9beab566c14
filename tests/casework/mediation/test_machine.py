"""Whatever two sides, staff and mediators do in whatever order: nobody speaks for another side, or reads its words."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from casework.mediation import (
    agreements,
    applying,
    consents,
    ending,
    following_up,
    mediators,
    own,
    private,
    sessions,
    trips,
)
from casework.mediation.applying import Asked
from courier import limits
from models import clock
from models.database import connected
from models.errors import Refusal
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.sealed import use_secrets
from models.transaction import fetch
from people.viewers import Viewer, viewer_of
from tests.casework.conftest import place, staff
from tests.databases import sqlite_copy

Do = Callable[[int, Viewer, int], Awaitable[object]]
PEOPLE = ("wang", "li", "chen", "gao", "sun", "teacher")
PARTIES = ("applicant", "other")


def _at() -> dt.datetime:
    return clock.now() + dt.timedelta(hours=1)


def _day() -> dt.date:
    return clock.today() + dt.timedelta(days=9)


VERBS: dict[str, Do] = {
    "consent": lambda one, by, _: consents.consent(one, by=by),
    "refuse": lambda one, by, _: consents.refuse(one, by=by),
    "record": lambda one, by, at: consents.record_consent(one, by=by, party=PARTIES[at], way="phone", agrees=True),
    "choose": lambda one, by, at: mediators.choose(one, by=by, mediator_id=5 + at),
    "meet": lambda one, by, _: sessions.meet(one, by=by, way="meet", at=_at(), where="调解室"),
    "tell": lambda one, by, _: private.tell(one, by=by, text=f"私话{by.person_id}号"),
    "note": lambda one, by, at: private.note(one, by=by, party=PARTIES[at], text="私话5号"),
    "draft": lambda one, by, _: agreements.draft(one, by=by, text="说好了", follow_up_on=_day()),
    "confirm": lambda one, by, at: agreements.confirm(one, by=by, agreement=1 + at),
    "sign": lambda one, by, at: agreements.sign(one, by=by, party=PARTIES[at], agreement=1, paper="卷宗"),
    "object": lambda one, by, _: agreements.object_to(one, by=by),
    "stop": lambda one, by, _: ending.stop(one, by=by),
    "fail": lambda one, by, _: ending.fail(one, by=by, reason="no_terms"),
    "keep": lambda one, by, _: ending.keep(one, by=by),
    "breach": lambda one, by, _: ending.breach(one, by=by),
    "put_off": lambda one, by, _: ending.put_off(one, by=by, follow_up_on=_day()),
    "say_kept": lambda one, by, _: following_up.say_kept(one, by=by),
    "say_broken": lambda one, by, _: following_up.say_broken(one, by=by, text=f"私话{by.person_id}号"),
    "heard": lambda one, by, at: following_up.record_follow_up(
        one, by=by, party=PARTIES[at], way="phone", day=None, is_kept=bool(by.person_id and by.person_id % 2)
    ),
    "trip": lambda one, by, at: trips.trip(one, by=by, party=PARTIES[at]),
}
USUAL = (
    *(("consent", "li", 0), ("choose", "chen", 0), ("tell", "li", 0), ("meet", "sun", 0), ("draft", "sun", 0)),
    *(("confirm", "wang", 0), ("confirm", "li", 0), ("say_broken", "li", 0), ("say_kept", "li", 0), ("keep", "sun", 0)),
)
Deed = tuple[str, str, int]
DEEDS = st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from(PEOPLE), st.integers(0, 1))
WALKS = st.tuples(st.integers(0, len(USUAL)), st.lists(DEEDS, max_size=15))


@settings(max_examples=15, deadline=None, database=None)
@given(walk=WALKS)
def test_nobody_speaks_for_the_other_side_or_reads_its_words(
    migrated_sqlite: Path, walk: tuple[int, list[Deed]]
) -> None:
    asyncio.run(_walked(migrated_sqlite, [*USUAL[: walk[0]], *walk[1]]))


async def _walked(template: Path, deeds: Sequence[Deed]) -> None:
    """Everything on a database of its own; a refusal is an answer like any other."""
    now = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory() as folder, clock.running_on(lambda: now):
        async with connected(sqlite_copy(template, folder=Path(folder))):
            people = await _people()
            await applying.apply(Asked("太响", "李叔", "3号楼402"), by=people["wang"])
            for verb, who, at in deeds:
                try:
                    await VERBS[verb](1, people[who], at)
                except Refusal:
                    continue
            await _holds(people)


async def _people() -> dict[str, Viewer]:
    """By id: 王 1, 李 2, 陈 3, 高 4, the mediators 5 and 6."""
    use_secrets("a secret of tests")
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    here = await place("here", level=Level.NEIGHBOURHOOD)
    estate = await Estate.create(created_at=clock.now(), place=here, name="小区")
    building = await Building.create(created_at=clock.now(), place=here, estate=estate, name="3号楼", sort="3")
    people = {
        name: await _lives(shown, label, building, here=here)
        for name, shown, label in (("wang", "王阿姨", "501"), ("li", "李叔", "402"))
    }
    for name, role in (
        ("chen", RoleName.WORKER),
        ("gao", RoleName.SECRETARY),
        ("sun", RoleName.MEDIATOR),
        ("teacher", RoleName.MEDIATOR),
    ):
        people[name] = await staff(name, here, role=role, contact=False)
    return people


async def _lives(name: str, label: str, building: Building, *, here: Place) -> Viewer:
    now = clock.now()
    home = await Home.create(created_at=now, place=here, building=building, label=label, sort=label)
    person = await Person.create(created_at=now, place=here, name=name, shown_name=name)
    await Role.create(created_at=now, person=person, place=here, name=RoleName.RESIDENT)
    await Residence.create(
        created_at=now,
        place=here,
        person=person,
        home=home,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )
    found = await viewer_of(person.id)
    assert found is not None
    return found


async def _holds(people: dict[str, Viewer]) -> None:
    """By the raw rows, and without asking the code that is tested."""
    [row] = await fetch("SELECT * FROM mediation")
    sides = {one["party"]: one for one in await fetch("SELECT * FROM mediation_side")}
    [*steps] = await fetch("SELECT * FROM mediation_step ORDER BY id")
    assert steps[-1]["state"] == row["state"], "a state without its step"
    assert (row["closed_at"] is None) == (
        row["state"] in {"asked", "agreed", "assigned", "talking", "drafted", "signed"}
    )
    assert row["mediator_id"] in {None, 5, 6}
    for party, person_id in (("applicant", 1), ("other", 2)):
        side = sides[party]
        if not side["consent_way"]:
            assert side["consent_by_id"] in {None, person_id}
        if side["confirmed_at"] is not None and not side["confirm_way"]:
            assert side["confirm_by_id"] == person_id, "one side confirmed for the other"
    if row["state"] not in {"asked", "declined", "called_off"}:
        assert all(one["consented_at"] for one in sides.values()), "begun without both"
    if row["state"] in {"signed", "kept"}:
        assert all(one["confirmed_at"] for one in sides.values()), "good without both"
    _said_for_itself(row, steps)
    await _reads_its_own(people)


def _said_for_itself(row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> None:
    if row["state"] == "kept":
        last = {one["party"]: json.loads(one["facts"])["word"] for one in steps if '"word"' in one["facts"]}
        assert "broken" not in last.values(), "kept over a side that says otherwise"
    for step in steps:
        if step["verb"] in {"mediation.say_kept", "mediation.say_broken"}:
            assert step["by_id"] == {"applicant": 1, "other": 2}[step["party"]], "one side said it for the other"


async def _reads_its_own(people: dict[str, Viewer]) -> None:
    for who, other in (("wang", "li"), ("li", "wang")):
        shown = str(await own.own_mediation(1, viewer=people[who]))
        assert f"私话{people[other].person_id}号" not in shown
        assert "私话5号" not in shown
