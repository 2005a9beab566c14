"""月报: every number stands in rows; whole for the own staff, no small group for the street, no row of anybody else."""

from __future__ import annotations

import datetime as dt

import pytest

from casework import month_lines, months, questions
from models.clock import today
from models.errors import Invalid, NotAllowed
from models.person import RoleName
from models.place import Place
from models.service import Service
from people import homes, residences
from people.records import services
from people.viewers import SYSTEM
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.people import town as towns
from tests.people.records_cast import numbered
from tests.people.town import home, load, person
from tests.portal.statements import statements

MARCH = "2026-03"


@pytest.fixture
async def march(cast: Cast, clock: StillClock) -> Cast:
    """March 2026 here: six people in two homes, one of whom moved in and one out; a noisy place beside it."""
    old = {"since": "2020-01-01"}
    await load(
        home(),
        home(3, label="502"),
        person(2, name="甲", tags="独居", id_number=numbered("19400101"), **old),
        person(3, name="乙", id_number=numbered("19900101"), **old),
        person(4, name="丙", id_number=numbered("20200101"), **old),
        person(5, name="丁", label="502", since="2020-01-01"),
        person(6, name="戊", tags="独居、自己的词", label="502", id_number=numbered("19300101"), **old),
        place_id=cast.here.id,
    )
    await load(home(), person(tags="低保"), place_id=cast.elsewhere.id)
    clock.forward(days=3)
    await leave(cast, "丁")
    await load(home(label="502"), person(7, name="己", label="502", since="2026-03-04"), place_id=cast.here.id)
    await visit(cast, "甲", kind="visit", key="1")
    await visit(cast, "甲", kind="call", key="2")
    await visit(cast, "戊", kind="visit", key="3")
    await visit(cast, "戊", kind="visit", key="4", day=dt.date(2026, 2, 27))
    return cast


async def leave(cast: Cast, name: str) -> None:
    [found] = await homes.search(name, viewer=SYSTEM, place_id=cast.here.id)
    [one] = [one for one in (await homes.home(found.home_id, viewer=SYSTEM)).living if one.name == name]
    await residences.move_out(one.residence_id, by=SYSTEM)


async def visit(cast: Cast, name: str, *, kind: str, key: str, day: dt.date | None = None) -> None:
    [found] = await homes.search(name, viewer=SYSTEM, place_id=cast.here.id)
    await services.note(by=cast.chen, person_id=found.person_id, kind=kind, day=day or today(), words="x", key=key)


async def test_the_sheet_is_computed_from_rows_alone(march: Cast, clock: StillClock) -> None:
    asked = await march.ask()
    clock.forward(minutes=30)
    await questions.reply(asked.id, by=march.chen, text="每次 1 元", seen_version=asked.version)
    await march.ask("还有一个")
    [month] = await months.months(months.span_of(MARCH), viewer=march.chen)
    assert (month.homes, month.people, month.moved_in, month.moved_out) == (2, 5, 1, 1)
    assert month.by_age == {
        "0-6": 1,
        "7-17": 0,
        "18-59": 1,
        "60-69": 0,
        "70-79": 0,
        "80-89": 1,
        "90-150": 1,
        "unknown": 1,
    }
    assert {name: count for name, count in month.by_tag.items() if count} == {"独居": 2, "自己的词": 1}
    assert {(one.kind, one.state): one.count for one in month.asked} == {
        ("question", "answered"): 1,
        ("question", "waiting"): 1,
    }
    assert (month.percent_in_time, month.minutes, month.alarms) == (100, 30, 0)
    assert {kind: count for kind, count in month.services.items() if count} == {"visit": 2, "call": 1}
    assert month.served == 2


async def test_a_month_that_is_over_stays_as_it_was(march: Cast, clock: StillClock) -> None:
    before = await months.months(months.span_of(MARCH), viewer=march.chen)
    clock.forward(days=40)
    await load(home(label="601"), person(8, name="庚", label="601", since="2026-04-05"), place_id=march.here.id)
    await leave(march, "甲")
    await visit(march, "戊", kind="visit", key="9")
    assert await months.months(months.span_of(MARCH), viewer=march.chen) == before
    [april] = await months.months(months.span_of("2026-04"), viewer=march.chen)
    assert (april.people, april.moved_in, april.moved_out, april.served) == (5, 1, 1, 1)


async def test_what_was_struck_counts_no_more(march: Cast) -> None:
    for service in await Service.filter(kind="visit"):
        await services.strike(service.id, by=march.chen)
    [month] = await months.months(months.span_of(MARCH), viewer=march.chen)
    assert (month.services["visit"], month.services["call"], month.served) == (0, 1, 1)


async def test_who_stands_above_reads_no_small_group(march: Cast) -> None:
    found = await months.months(months.span_of(MARCH), viewer=march.observer)
    assert {one.place_id for one in found} == {march.here.id, march.elsewhere.id}
    here = next(one for one in found if one.place_id == march.here.id)
    assert here.people == 5
    assert set(here.by_age.values()) == {None}
    assert set(here.by_tag.values()) == {None}
    assert "自己的词" not in here.by_tag
    assert {here.served, here.moved_in, here.moved_out, *here.services.values()} == {None}
    words = "".join(line.value for line in month_lines.lines(here))
    assert "不显示" in words


async def test_nobody_reads_the_month_of_a_place_that_is_not_theirs(march: Cast) -> None:
    assert {one.place_id for one in await months.months(months.span_of(MARCH), viewer=march.outsider)} == {
        march.elsewhere.id
    }
    far = await Place.create(created_at=march.here.created_at, slug="far", name="far", level="neighbourhood")
    observer = towns.staff(RoleName.SUBDISTRICT_OBSERVER, far.id)
    assert {one.place_id for one in await months.months(months.span_of(MARCH), viewer=observer)} == {far.id}
    with pytest.raises(NotAllowed):
        await months.months(months.span_of(MARCH), viewer=march.wang)


async def test_a_month_costs_as_many_statements_for_much_as_for_little(march: Cast) -> None:
    costs = []
    for count in (1, 30):
        await load(*(home(at, label=str(700 + at)) for at in range(count)), place_id=march.here.id)
        with statements() as counted:
            await months.months(months.span_of(MARCH), viewer=march.chen)
        costs.append(len(counted.seen))
    assert costs == [10, 10]


@pytest.mark.parametrize("text", ["2026-13", "x", "2027-01", "2019-12", "2026-03-01", "2026-3", "９９９９-01"])
async def test_what_is_no_month_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(Invalid):
        months.span_of(text)


def test_a_month_begins_and_ends_at_midnight_here(clock: StillClock) -> None:
    span = months.span_of("2026-02")
    assert (span.first, span.last, span.as_of) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28), dt.date(2026, 2, 28))
    assert span.starts == dt.datetime(2026, 1, 31, 16, tzinfo=dt.UTC)
    assert months.span_of("").as_of == dt.date(2026, 3, 2)
