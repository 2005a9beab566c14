"""The demo: visibly invented, every state present, the same each time, and never mixed with anything real."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from app import demo, demo_homes, demo_town
from app.demo_life import TOLD
from app.problems import NotReady
from app.settings import ROOT
from casework import guide
from models import clock as models_clock
from models.case import CaseState
from models.database import connected
from models.sealed import use_secrets
from models.transaction import fetch, fetch_one, moment
from people import homes, personal
from people.audit import first_broken_line
from people.login import sign_in
from people.places import place_by_slug
from people.records import filters
from people.records.querying import wanted
from people.viewers import SYSTEM
from tests.app.process import command, serving
from tests.conftest import StillClock

COMMUNITY = ROOT / "community"


@pytest.fixture(autouse=True)
def fresh_guide() -> Iterator[None]:
    """What one demo read must not reach the next test."""
    use_secrets("a secret for tests only, never in service")
    yield
    guide.forget()


async def _counts(table: str, column: str) -> dict[str, int]:
    rows = await fetch(f"SELECT {column} AS kind, count(*) AS n FROM {table} GROUP BY {column}")
    return {str(row["kind"]): row["n"] for row in rows}


async def _number(rows: str) -> int:
    row = await fetch_one(f"SELECT count(*) AS n FROM {rows}")
    assert row is not None
    return row["n"]


async def _what_was_decided_is_there() -> None:
    assert await _number("publication WHERE closed_at IS NULL") == 1
    assert await _counts("objection", "state") == {"answered": 1}
    assert set(await _counts("project", "state")) == {"running", "done"}
    assert await _number(f"milestone WHERE state='open' AND due_on<'{models_clock.today()}'") == 1
    assert await _number("spending WHERE corrects_id IS NOT NULL") == 1
    assert await _number("covenant_signature WHERE shows_name") == 2
    assert await _number("appraisal WHERE settled_at IS NULL") == 1
    assert await _number("appraisal WHERE settled_at IS NOT NULL") == 1
    assert await _counts("key_year", "step") == {"carry_out": 1, "ended": 1}
    assert await _number("key_tally WHERE rated=12") == 2
    held = [moment(row["starts_at"]) for row in await fetch("SELECT starts_at FROM meeting")]
    assert {models_clock.local(one).time() for one in held} == {dt.time(19)}


async def _every_state_is_there() -> None:
    assert set(await _counts("question", "state")) == {"waiting", "claimed", "answered", "closed"}
    assert set(await _counts("entry_version", "state")) == {"draft", "published", "refused"}
    assert set(await _counts("feedback", "verdict")) == {"useful", "unsolved"}
    steps = {"question.transfer", "question.accept", "question.reopen", "question.rate", "question.contact"}
    assert steps <= set(await _counts("question_step", "verb"))
    assert {"waiting", "approved", "refused"} <= set(await _counts("join_request", "state"))
    assert set(await _counts("cases", "state")) == {state.value for state in CaseState}
    assert (
        await _number(
            "question q JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
            " WHERE c.person_id IS NOT NULL"
        )
        >= 5
    )
    assert await _number("alarm WHERE acknowledged_at IS NULL") == 0
    assert await _number("alarm WHERE pages=2") == 1
    assert await _number("miss WHERE told_at IS NULL AND dismissed_at IS NULL") >= 5
    assert await _number("question WHERE intake='phone'") == 1
    assert set(await _counts("review", "state")) == {"open", "settled"}
    assert {"expired", "appealed"} <= set(await _counts("measure", "coalesce(ending, '')"))
    assert set(await _counts("appeal", "state")) == {"open", "overturned"}
    await _what_was_decided_is_there()
    assert await first_broken_line() is None


@pytest.mark.sure
async def test_three_months_of_life_leave_every_state_behind_and_end_now(
    db: TortoiseContext, clock: StillClock
) -> None:
    await demo.make(demo.read(COMMUNITY), packs_folder=COMMUNITY / "packs")
    await _every_state_is_there()
    for table in ("utterance", "question", "question_step", "feedback", "miss"):
        row = await fetch_one(f"SELECT max(created_at) AS last FROM {table}")
        assert row is not None
        assert moment(row["last"]) <= clock.moment


@pytest.mark.databases("sqlite")
async def test_everybody_with_a_password_can_sign_in_and_only_in_the_demo(db: TortoiseContext) -> None:
    content = demo.read(COMMUNITY)
    assert await demo.logins(content) == []
    await demo.set_up(content, can_sign_in=True)
    for person in content.people:
        if person.username and person.password:
            _, viewer = await sign_in(username=person.username, password=person.password)
            assert viewer.is_staff
    assert len(await demo.logins(content)) == sum(1 for person in content.people if person.username)
    with pytest.raises(NotReady, match="already has places"):
        await demo.must_be_empty()


def test_the_demo_is_visibly_invented_and_its_passwords_stand_nowhere_else() -> None:
    content = demo.read(COMMUNITY)
    places = [content.district, *content.subdistricts, *content.neighbourhoods]
    assert all("示范" in place.name and re.fullmatch(r"021-5550-\d{4}", place.phone) for place in places)
    passwords = [person.password for person in content.people if person.password]
    sources = [path for folder in ("app", "bot", "casework", "people", "portal") for path in (ROOT / folder).rglob("*")]
    texts = [path.read_text(encoding="utf-8") for path in sources if path.suffix in {".py", ".html", ".js"}]
    assert not [one for one in passwords for text in texts if one in text]


async def _population() -> dict[str, tuple[int, int]]:
    return {one.name: (one.homes, one.people) for one in await homes.sums(viewer=SYSTEM)}


@pytest.mark.databases("sqlite")
async def test_a_district_of_any_size_is_the_same_each_time(db: TortoiseContext) -> None:
    content = demo.read(COMMUNITY)
    cast = await demo.set_up(content, can_sign_in=False)
    places = {one.name: (await place_by_slug(one.slug)).id for one in content.neighbourhoods}
    await demo_homes.build(places, content.homes, total=50, seed=1, tell=lambda line: None)
    names = {one.key: one.name for one in content.people}
    await demo_homes.move_in(content.homes, cast.people, names, place_id=cast.home)
    counted = await _population()
    assert sorted(homes for homes, _ in counted.values()) == [12, 12, 13, 15]
    assert sum(people for _, people in counted.values()) == 122 + len(content.homes)
    assert [*demo_town.people_cells(9, name="示范", seed=1)] == [*demo_town.people_cells(9, name="示范", seed=1)]
    assert [*demo_town.people_cells(9, name="示范", seed=1)] != [*demo_town.people_cells(9, name="示范", seed=2)]


@pytest.mark.databases("sqlite")
async def test_living_alone_and_over_eighty_is_found_as_the_file_has_it(db: TortoiseContext, clock: StillClock) -> None:
    """The expected names are worked out of the demo's own rows, by hand so to speak, and not by any rule of ours."""
    content = demo.read(COMMUNITY)
    cast, place = await demo.set_up(content, can_sign_in=False), content.neighbourhoods[0]
    await demo_homes.build({place.name: cast.home}, content.homes, total=150, seed=1, tell=lambda line: None)
    names = {one.key: one.name for one in content.people}
    await demo_homes.move_in(content.homes, cast.people, names, place_id=cast.home)
    rows = [(row[4], row[7], row[9]) for row in demo_town.people_cells(150, name=place.name[:2], seed=1)]
    rows += [(names[one.who], one.id_number, " ".join(one.tags)) for one in content.homes]
    expected = sorted(name for name, number, tags in rows if "独居" in tags and number[6:14] <= "19460302")
    found = await filters.people(wanted(tags=["独居", "80+"], without=[]), viewer=SYSTEM, place_id=cast.home)
    assert sorted(one.name for one in found) == expected
    assert "李叔" in expected
    assert len(expected) < filters.PAGE


def test_no_invented_identity_number_is_anybodys_and_each_is_another() -> None:
    numbers = [demo_town.id_number(number) for number in range(70_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(one.startswith(demo_town.AREA) for one in numbers)
    assert personal.id_number_of(numbers[-1]) == numbers[-1]


async def test_run_makes_everything_on_an_empty_machine_and_says_how_to_sign_in(tmp_path: Path) -> None:
    async with serving("run", folder=tmp_path) as service:
        assert service.process.stdout is not None
        name, password = (await service.process.stdout.readline()).decode().split()[:2]
        form = {"username": name, "password": password}
        async with service.client.post(service.url + "/login", data=form) as answer:
            assert answer.status == 200
            assert not str(answer.url).endswith("/login")
        ended = await service.end()
        assert (ended.code, ended.err.count("% of three months")) == (0, TOLD)
    async with connected(f"sqlite://{tmp_path / 'mulin.db'}"):
        await _every_state_is_there()
    said = await command("chat", folder=tmp_path, typed="居住证怎么办\n")
    assert (said.code, "居住证" in said.out) == (0, True)
    assert said.err.splitlines()[0] == "getting ready ..."
    assert "睦邻示范居委会" in said.err
    again = await command("demo", folder=tmp_path)
    assert (again.code, again.out) == (1, "")
    assert "the demo is made in an empty one" in again.err
