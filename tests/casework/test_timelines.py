"""One line of time for a person and for a home: every source in one order, page by page, and nobody else's."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import timelines
from models.clock import now, today
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.household import Relation
from models.service import Service
from models.transaction import execute
from people import homes, residences, staff
from people.records import services
from people.viewers import SYSTEM, Viewer
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.people.town import home, load, person
from tests.portal.statements import statements
from tests.words_left import where


async def lives_here(cast: Cast) -> tuple[int, int]:
    """王阿姨, whose chat it is, moves into a home of her place; gives both ids."""
    place_id = cast.here.id
    await load(home(), person(name="同住人", since=""), place_id=place_id)
    home_id = await homes.home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=place_id)
    wang = await staff.add_person(by=SYSTEM, place_id=place_id, name="王阿姨")
    await execute("UPDATE contact SET person_id=$1 WHERE address='wang'", wang.id)
    await residences.move_in(wang.id, home_id, by=SYSTEM, relation=Relation.OWNER)
    return wang.id, home_id


async def visit(by: Viewer, *, day: dt.date | None = None, key: str = "a", **whose: int) -> None:
    await services.note(by=by, kind="visit", day=day or today(), words="带了米和油", key=key, **whose)


async def test_what_was_asked_done_and_moved_stands_on_one_line(cast: Cast, clock: StillClock) -> None:
    wang, home_id = await lives_here(cast)
    await talks.speak(cast)
    await visit(cast.chen, person_id=wang, day=today() - dt.timedelta(days=3))
    clock.forward(days=1)
    await visit(cast.lin, person_id=wang, key="b")
    line = await timelines.of_person(wang, viewer=cast.chen)
    assert [one.what for one in line.lines] == ["service", "question", "alarm", "move_in", "service"]
    assert [one.day.day for one in line.lines] == [3, 2, 2, 2, 27]
    assert (line.lines[0].text, line.lines[0].by, line.following) == ("带了米和油", cast.lin.name, "")
    of_home = await timelines.of_home(home_id, viewer=cast.chen)
    assert [one.what for one in of_home.lines] == [one.what for one in line.lines]
    assert {one.who for one in of_home.lines if one.what != "move_in"} == {"王阿姨"}


async def test_what_belongs_to_another_neighbourhood_is_on_neither_line_nor_card(cast: Cast) -> None:
    """Somebody may have lived, and have been helped, in two."""
    wang, home_id = await lives_here(cast)
    await talks.speak(cast)
    await execute(
        "INSERT INTO person_tag (created_at, place_id, person_id, name) VALUES ($1,$2,$3,'低保')",
        now(),
        cast.elsewhere.id,
        wang,
    )
    await execute("UPDATE question SET place_id=$1, number='Q-9' || CAST(id AS TEXT)", cast.elsewhere.id)
    for line in (await timelines.of_person(wang, viewer=cast.chen), await timelines.of_home(home_id, viewer=cast.chen)):
        assert [one.what for one in line.lines] == ["alarm", "move_in"]
    card = await homes.home(home_id, viewer=cast.chen)
    assert [one.tags for one in card.living if one.person_id == wang] == [()]


async def test_the_words_of_a_visit_are_sealed(cast: Cast) -> None:
    wang, _ = await lives_here(cast)
    await visit(cast.chen, person_id=wang)
    assert await where("带了米和油") == {"service.note_sealed"}
    assert "米" not in ((await Service.get()).note_sealed or "")


async def test_a_long_line_comes_in_pages_without_a_gap_at_the_same_price(cast: Cast, clock: StillClock) -> None:
    wang, _ = await lives_here(cast)
    for at in range(50):
        await visit(cast.chen, person_id=wang, key=str(at), day=today() - dt.timedelta(days=at % 7))
        if at % 2:
            await cast.ask(f"第{at}个问题")
        if not at % 10:
            clock.forward(hours=20)
    seen, costs, after = list[tuple[str, int]](), set(), ""
    while True:
        with statements() as counted:
            page = await timelines.of_person(wang, viewer=cast.chen, after=after)
        costs.add(len(counted.seen))
        seen += [(one.what, one.id) for one in page.lines]
        after = page.following
        if not after:
            break
    assert len(seen) == len(set(seen)) == 50 + 25 + 1
    assert costs == {1 + len(timelines.SOURCES)}


async def test_a_home_shows_what_was_asked_while_they_lived_there(cast: Cast, clock: StillClock) -> None:
    await cast.ask("搬来以前问的")
    clock.forward(days=2)
    wang, home_id = await lives_here(cast)
    await cast.ask("住着的时候问的")
    clock.forward(days=2)
    [one] = [one for one in (await homes.home(home_id, viewer=SYSTEM)).living if one.person_id == wang]
    await residences.move_out(one.residence_id, by=SYSTEM)
    clock.forward(days=2)
    await cast.ask("搬走以后问的")
    asked = [
        line.text for line in (await timelines.of_home(home_id, viewer=cast.chen)).lines if line.what == "question"
    ]
    assert len(asked) == 1
    assert "住着的时候问的" in asked[0]
    everything = (await timelines.of_person(wang, viewer=cast.chen)).lines
    assert [line.what for line in everything] == ["question", "move_out", "question", "move_in", "question"]


async def test_a_visit_is_written_down_once_and_struck_once(cast: Cast) -> None:
    wang, home_id = await lives_here(cast)
    await asyncio.gather(*(visit(cast.chen, person_id=wang) for _ in range(20)))
    service = await Service.get()
    assert service.home_id == home_id
    with pytest.raises(NotAllowed):
        await services.strike(service.id, by=cast.lin)
    done = await asyncio.gather(*(services.strike(service.id, by=cast.chen) for _ in range(20)), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 19
    [line, *_] = (await timelines.of_person(wang, viewer=cast.chen)).lines
    assert (line.what, line.is_struck) == ("service", True)
    await visit(cast.chen, home_id=home_id, key="b")
    await services.strike((await Service.get(key="b")).id, by=cast.gao)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "dance"},
        {"day": None},
        {"day": dt.date(2027, 1, 1)},
        {"day": dt.date(1900, 1, 1)},
        {"words": "长" * 1001},
        {"kind": "note", "words": " "},
        {"key": ""},
        {"key": "长" * 41},
    ],
)
async def test_what_cannot_be_is_not_written_down(cast: Cast, change: dict[str, object]) -> None:
    wang, _ = await lives_here(cast)
    given = {"kind": "visit", "day": today(), "words": "", "key": "a", **change}
    with pytest.raises(Invalid):
        await services.note(by=cast.chen, person_id=wang, **given)  # type: ignore[arg-type]


async def test_nobody_of_another_place_reads_or_writes_on_the_line(cast: Cast) -> None:
    wang, home_id = await lives_here(cast)
    await visit(cast.chen, person_id=wang)
    service = await Service.get()
    for tried in (
        lambda: timelines.of_person(wang, viewer=cast.outsider),
        lambda: timelines.of_home(home_id, viewer=cast.outsider),
        lambda: visit(cast.outsider, person_id=wang, key="x"),
        lambda: visit(cast.outsider, home_id=home_id, key="x"),
        lambda: visit(cast.outsider, person_id=cast.outsider.person_id or 0, home_id=home_id, key="x"),
        lambda: services.strike(service.id, by=cast.outsider),
        lambda: timelines.of_person(wang, viewer=cast.observer),
        lambda: timelines.of_person(wang, viewer=cast.wang),
    ):
        with pytest.raises(NotFound):
            await tried()
    assert await Service.all().count() == 1


FAR = ["0001-01-01.1.1", "9999-12-31.1.1", "2026-03-02.1.99999999999999999999", "2026-03-02.99999.1", "2026-03-02.1.-5"]


@pytest.mark.parametrize("after", ["x", "2026-03-02", "2026-03-02.1.x", "2026-13-02.1.1", *FAR])
async def test_an_address_that_is_no_page_is_refused(cast: Cast, after: str) -> None:
    wang, _ = await lives_here(cast)
    with pytest.raises(Invalid):
        await timelines.of_person(wang, viewer=cast.chen, after=after)
