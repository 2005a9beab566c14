"""Who is on duty, and who must do it when nobody is."""

from __future__ import annotations

import datetime as dt

import pytest

from casework import roster
from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.person import Person, Role, RoleName
from models.place import Level
from models.roster import Duty
from people.viewers import Viewer
from tests.casework.conftest import Cast, place, staff
from tests.conftest import StillClock

SATURDAY_EVENING = dt.datetime(2026, 3, 7, 11, 30, tzinfo=dt.UTC)  # 19:30 in Shanghai


async def put_on_duty(cast: Cast, who: Viewer, *, by: Viewer, ends_at: dt.datetime) -> Duty:
    """Write somebody into this place's roster from now on."""
    assert who.person_id is not None
    return await roster.write(
        by=by, place_id=cast.here.id, person_id=who.person_id, starts_at=models_clock.now(), ends_at=ends_at
    )


async def test_a_question_on_saturday_evening_goes_to_the_person_on_duty(cast: Cast, clock: StillClock) -> None:
    clock.at(SATURDAY_EVENING)
    await cast.on_duty(cast.lin)
    assert (await cast.ask()).owner_id == cast.lin.person_id


async def test_duty_ends_at_its_last_moment(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.lin, hours=1)
    assert await roster.on_duty(cast.here.id, models_clock.now() + dt.timedelta(minutes=59)) == cast.lin.person_id
    assert await roster.on_duty(cast.here.id, models_clock.now() + dt.timedelta(hours=1)) == cast.gao.person_id


async def test_the_roster_of_another_neighbourhood_does_not_count(cast: Cast) -> None:
    now = models_clock.now()
    await Duty.create(
        created_at=now,
        place_id=cast.elsewhere.id,
        person_id=cast.lin.person_id,
        starts_at=now,
        ends_at=now + dt.timedelta(hours=1),
    )
    assert await roster.on_duty(cast.here.id, now) == cast.gao.person_id


async def test_one_after_another_takes_over_when_people_leave(cast: Cast) -> None:
    found = []
    for _ in range(5):
        found.append(await roster.on_duty(cast.here.id, models_clock.now()))
        await Person.filter(id=found[-1]).update(is_active=False)
    order = [cast.gao, cast.zhou, cast.admin, cast.chen, cast.lin]
    assert found == [viewer.person_id for viewer in order]


async def test_somebody_who_left_is_not_on_duty_although_the_roster_names_them(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    await Role.filter(person_id=cast.lin.person_id).delete()
    assert await roster.on_duty(cast.here.id, models_clock.now()) == cast.gao.person_id


async def test_of_two_on_duty_the_one_who_began_last_takes_it(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.chen)
    clock.forward(minutes=30)
    await cast.on_duty(cast.lin)
    assert await roster.on_duty(cast.here.id, models_clock.now()) == cast.lin.person_id


async def test_a_place_without_any_staff_refuses_clearly(cast: Cast) -> None:
    empty = await place("empty", level=Level.NEIGHBOURHOOD)
    with pytest.raises(WrongState, match="nobody"):
        await roster.on_duty(empty.id, models_clock.now())


async def test_pages_go_to_the_places_own_people_first(cast: Cast) -> None:
    await cast.on_duty(cast.lin)
    order = [cast.lin, cast.gao, cast.chen, cast.zhou, cast.admin]
    found = await roster.chain(cast.here.id, models_clock.now(), order=roster.PAGED)
    assert found == [viewer.person_id for viewer in order]


async def test_the_secretary_writes_and_erases_the_roster(cast: Cast) -> None:
    now = models_clock.now()
    ends = now + dt.timedelta(hours=4)
    duty = await put_on_duty(cast, cast.chen, by=cast.gao, ends_at=ends)
    lines = await roster.duties(viewer=cast.lin, place_id=cast.here.id, since=now, until=ends)
    assert [(line.name, line.ends_at) for line in lines] == [("小陈", ends)]
    await roster.erase(duty.id, by=cast.gao)
    assert await roster.on_duty(cast.here.id, now) == cast.gao.person_id


async def test_a_worker_does_not_write_the_roster(cast: Cast) -> None:
    now = models_clock.now()
    assert cast.chen.person_id is not None
    with pytest.raises(NotAllowed):
        await roster.write(
            by=cast.chen, place_id=cast.here.id, person_id=cast.chen.person_id, starts_at=now, ends_at=now
        )


@pytest.mark.parametrize("hours", [0, -1])
async def test_duty_must_end_after_it_starts(cast: Cast, hours: int) -> None:
    now = models_clock.now()
    assert cast.chen.person_id is not None
    ends = now + dt.timedelta(hours=hours)
    with pytest.raises(Invalid, match="ends_before"):
        await roster.write(
            by=cast.gao, place_id=cast.here.id, person_id=cast.chen.person_id, starts_at=now, ends_at=ends
        )


async def test_nobody_from_another_neighbourhood_is_put_on_duty(cast: Cast) -> None:
    with pytest.raises(Invalid, match="not_staff"):
        await put_on_duty(cast, cast.outsider, by=cast.gao, ends_at=models_clock.now() + dt.timedelta(hours=4))


async def test_the_roster_is_not_shown_to_outsiders(cast: Cast) -> None:
    now = models_clock.now()
    for viewer in (cast.outsider, cast.wang, cast.observer):
        with pytest.raises(NotFound):
            await roster.duties(viewer=viewer, place_id=cast.here.id, since=now, until=now)


async def test_staff_see_to_whom_a_question_may_go(cast: Cast) -> None:
    await staff("街道干事", cast.above, role=RoleName.WORKER)
    found = await roster.staff(viewer=cast.chen, place_id=cast.here.id)
    assert {(person.name, *person.roles) for person in found} == {
        ("小陈", RoleName.WORKER),
        ("小林", RoleName.WORKER),
        ("高书记", RoleName.SECRETARY),
        ("周", RoleName.SUBDISTRICT_DESK),
        ("管理员", RoleName.ADMIN),
    }
