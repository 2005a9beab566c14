"""积分: the sum of rows that nobody can change; the same spot counts once, a month has its most, false ones go back."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tortoise.context import TortoiseContext

from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.point import BackReason, Point
from models.rule_shapes import PointRules
from models.rules import in_force, rules
from models.transaction import execute
from people import points
from people.points import CheckedReport
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock

DAY = dt.timedelta(days=1)
SPAN, MOST, EACH = 30, 12, 5


@dataclass
class Estate:
    """A neighbourhood whose people report."""

    place: Place
    reports: int = 0

    async def person(self, name: str, *roles: RoleName) -> Viewer:
        """Somebody who lives here, or works here."""
        now = models_clock.now()
        made = await Person.create(created_at=now, place=self.place, name=name, shown_name=name, username=None)
        for role in roles or (RoleName.RESIDENT,):
            await Role.create(created_at=now, person=made, place=self.place, name=role)
        viewer = await viewer_of(made.id)
        assert viewer is not None
        return viewer

    def report(self, whose: Viewer, *, spot: str = "b1", kind: str = "stair_light", ago: int = 0) -> CheckedReport:
        """One that was checked just now and had come in some days ago."""
        self.reports += 1
        assert whose.person_id is not None
        at = models_clock.now() - DAY * ago
        return CheckedReport(self.place.id, whose.person_id, self.reports, spot, kind, at)


@pytest.fixture
async def estate(db: TortoiseContext, clock: StillClock) -> Estate:
    """Nobody has points yet."""
    made = await Place.create(created_at=clock.moment, slug="here", name="here", level=Level.NEIGHBOURHOOD)
    return Estate(made)


async def balance(viewer: Viewer) -> int:
    return (await points.mine(viewer=viewer)).balance


async def test_the_same_spot_and_kind_counts_once_in_the_span_whoever_reports_it(
    estate: Estate, clock: StillClock
) -> None:
    wang, li = await estate.person("王阿姨"), await estate.person("李叔")
    assert await points.give(estate.report(wang), by=SYSTEM) == 5
    assert await points.give(estate.report(li), by=SYSTEM) == 0
    assert await points.give(estate.report(li, kind="leak"), by=SYSTEM) == 5
    assert await points.give(estate.report(li, ago=29), by=SYSTEM) == 0, "reported before, checked after"
    clock.forward(days=30)
    assert await points.give(estate.report(li), by=SYSTEM) == 5
    assert (await balance(wang), await balance(li)) == (5, 10)


async def test_of_a_hundred_who_report_the_same_spot_at_once_one_is_given_points(estate: Estate) -> None:
    people = [await estate.person(f"居民{number}") for number in range(10)]
    reports = [estate.report(people[number % 10]) for number in range(100)]
    given_each = await asyncio.gather(*(points.give(one, by=SYSTEM) for one in reports))
    assert sorted(given_each)[-2:] == [0, 5]
    assert await Point.all().count() == 1


async def test_a_hundred_at_once_do_not_go_beyond_the_months_most(estate: Estate) -> None:
    wang = await estate.person("王阿姨")
    reports = [estate.report(wang, spot=f"b{number}") for number in range(100)]
    given_each = await asyncio.gather(*(points.give(one, by=SYSTEM) for one in reports))
    assert sum(given_each) == await balance(wang) == rules().points.month_most == 50


async def test_the_same_case_is_not_given_for_twice_even_if_its_kind_was_changed(estate: Estate) -> None:
    wang = await estate.person("王阿姨")
    one = estate.report(wang)
    await points.give(one, by=SYSTEM)
    again = CheckedReport(one.place_id, one.person_id, one.case_id, "b2", "leak", one.reported_at)
    assert await points.give(again, by=SYSTEM) == 0


async def test_who_works_here_or_lives_elsewhere_is_given_none(estate: Estate) -> None:
    worker = await estate.person("小陈", RoleName.RESIDENT, RoleName.WORKER)
    stranger = await estate.person("外人", RoleName.RESIDENT)
    await Role.filter(person_id=stranger.person_id).delete()
    assert [await points.give(estate.report(one), by=SYSTEM) for one in (worker, stranger)] == [0, 0]


async def test_what_turns_out_false_is_taken_back_once_by_a_row_of_its_own(estate: Estate) -> None:
    wang, gao = await estate.person("王阿姨"), await estate.person("高", RoleName.SECRETARY)
    one = estate.report(wang)
    await points.give(one, by=SYSTEM)
    taken = await asyncio.gather(
        *(points.take_back_of_case(one.case_id, by=gao, reason=BackReason.FALSE) for _ in range(20)),
        return_exceptions=True,
    )
    assert sum(one for one in taken if isinstance(one, int)) == 5
    own = await points.mine(viewer=wang)
    assert [(line.amount, line.reason) for line in own.lines] == [(-5, BackReason.FALSE), (5, None)]
    assert await points.give(estate.report(wang), by=SYSTEM) == 5, "an honest report of the same spot counts"


async def test_a_row_can_neither_be_changed_nor_deleted(estate: Estate) -> None:
    await points.give(estate.report(await estate.person("王阿姨")), by=SYSTEM)
    for statement in ("UPDATE point SET amount=500", "DELETE FROM point"):
        with pytest.raises(Exception, match="append only"):
            await execute(statement)


async def test_everybody_sees_their_own_and_staff_see_sums(estate: Estate) -> None:
    wang, li = await estate.person("王阿姨"), await estate.person("李叔")
    chen = await estate.person("小陈", RoleName.WORKER)
    await points.give(estate.report(wang), by=SYSTEM)
    assert (await points.mine(viewer=li)).lines == ()
    sums = await points.sums(viewer=chen, place_id=estate.place.id)
    assert [(one.month, one.given, one.people) for one in sums] == [("2026-03", 5, 1)]
    for refused in (points.mine(viewer=chen), points.sums(viewer=wang, place_id=estate.place.id)):
        with pytest.raises((NotAllowed, NotFound)):
            await refused
    with pytest.raises(NotFound):
        await points.take_back("C-0001", by=chen, place_id=estate.place.id, reason="false")


async def test_taking_back_needs_a_reason_of_the_list(estate: Estate) -> None:
    gao = await estate.person("高", RoleName.SECRETARY)
    with pytest.raises(Invalid):
        await points.take_back("C-0001", by=gao, place_id=estate.place.id, reason="merged")


@dataclass
class Given:
    """What a plan expects to stand."""

    who: int
    spot: str
    kind: str
    at: dt.datetime
    month: str
    amount: int
    case_id: int


Act = tuple[str, int, int, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("give", "give", "give", "back")),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(0, 40),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=14,
)


def plans(count: int) -> list[list[Act]]:
    """What hypothesis thinks of; carried out afterwards, since a database is not made for each."""
    found: list[list[Act]] = []

    @settings(max_examples=count, deadline=None, database=None, phases=(Phase.generate,))
    @given(ACTS)
    def think(acts: list[Act]) -> None:
        found.append(acts)

    think()
    return found


@pytest.mark.databases("sqlite")
async def test_whatever_is_given_and_taken_back_the_balance_is_the_sum_of_rows_that_keep_the_rules(
    estate: Estate, clock: StillClock
) -> None:
    settled = rules().model_copy(update={"points": PointRules(report=EACH, span_days=SPAN, month_most=MOST)})
    with in_force(settled):
        for number, acts in enumerate(plans(40)):
            people = [await estate.person(f"{number}甲"), await estate.person(f"{number}乙")]
            await _carry_out(acts, people, estate, clock=clock, mark=f"p{number}")


async def _carry_out(acts: list[Act], people: list[Viewer], estate: Estate, *, clock: StillClock, mark: str) -> None:
    stands: list[Given] = []
    for verb, who, spot, ago, days in acts:
        clock.forward(days=days)
        if verb == "give":
            one = estate.report(people[who], spot=f"{mark}-{spot}", ago=ago)
            expected = _expected(stands, one, who)
            assert await points.give(one, by=SYSTEM) == expected
            if expected:
                month = f"{models_clock.today():%Y-%m}"
                stands.append(Given(who, one.spot, one.work_kind, one.reported_at, month, expected, one.case_id))
        elif stands:
            gone = stands.pop(spot % len(stands))
            assert await points.take_back_of_case(gone.case_id, by=SYSTEM, reason=BackReason.FALSE) == gone.amount
    for who, viewer in enumerate(people):
        rows = await Point.filter(person_id=viewer.person_id)
        mine = [one for one in stands if one.who == who]
        assert await balance(viewer) == sum(row.amount for row in rows) == sum(one.amount for one in mine)
        for month in {row.month for row in rows}:
            assert 0 <= sum(row.amount for row in rows if row.month == month) <= MOST
    pairs = [(one, other) for one in stands for other in stands if one is not other and one.spot == other.spot]
    assert all(abs(one.at - other.at) >= DAY * SPAN for one, other in pairs)


def _expected(stands: list[Given], one: CheckedReport, who: int) -> int:
    near = any(other.spot == one.spot and abs(other.at - one.reported_at) < DAY * SPAN for other in stands)
    month = f"{models_clock.today():%Y-%m}"
    used = sum(other.amount for other in stands if other.who == who and other.month == month)
    return 0 if near else max(0, min(EACH, MOST - used))
