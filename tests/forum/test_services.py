"""社区服务: admitted with a reason, open or not, and suspended by the third upheld complaint, whoever upholds it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter

import pytest

from forum.services import clearing, complaints, directory
from forum.services.directory import ProviderShape
from forum.services.opening import is_open
from models import clock as models_clock
from models.clock import SHANGHAI
from models.errors import Invalid, NotAllowed, NotFound, Taken, TooMany, WrongState
from models.person import Role, RoleName
from models.provider import Complaint, ComplaintState, ProviderState
from models.transaction import fetch
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person, seen_again

SHAPE = ProviderShape("provider", "老陈修鞋", venue="活动室门口", hours="08:30-11:30 13:00-17:00", weekdays="531")


async def admitted(cast: Neighbours, *, name: str = "老陈修鞋") -> int:
    shape = ProviderShape("provider", name, hours=SHAPE.hours, weekdays=SHAPE.weekdays)
    return await directory.admit(shape, by=cast.chen, place_id=cast.here.id, reason="看过营业执照")


async def complained(cast: Neighbours, provider_id: int, *, count: int) -> list[int]:
    """So many residents complain, each once."""
    names = [f"居民{provider_id}-{models_clock.now_ms()}-{at}" for at in range(count)]
    people = [await person(name, cast.here, RoleName.RESIDENT) for name in names]
    return [await complaints.complain(provider_id, by=one, text="收了钱没修好") for one in people]


async def test_staff_admit_with_a_reason_and_neighbours_see_whether_it_is_open(
    cast: Neighbours, clock: StillClock
) -> None:
    for reason, by, error in (
        ("", cast.chen, Invalid),
        ("熟人", cast.wang, NotAllowed),
        ("x", cast.outsider, NotAllowed),
    ):
        with pytest.raises(error):
            await directory.admit(SHAPE, by=by, place_id=cast.here.id, reason=reason)
    one = await admitted(cast)
    with pytest.raises(Taken):
        await admitted(cast)
    found = await directory.provider(one, viewer=cast.wang)
    assert (found.is_open, found.weekdays, found.reason) == (True, "135", ""), "the clock says Monday, ten past nine"
    assert (await directory.provider(one, viewer=cast.chen)).reason == "看过营业执照"
    clock.forward(hours=3)
    assert (await directory.provider(one, viewer=cast.wang)).is_open is False
    with pytest.raises(NotFound):
        await directory.provider(one, viewer=cast.stranger)
    shape = ProviderShape("space", "老陈修鞋", about="改成空间了")
    await directory.change(one, shape, by=cast.chen, seen_version=found.version)
    with pytest.raises(Taken):
        await directory.change(one, shape, by=cast.chen, seen_version=found.version)
    [line] = await directory.providers(viewer=cast.li, place_id=cast.here.id, kind="space")
    assert (line.about, line.is_open) == ("改成空间了", None)
    with pytest.raises(NotAllowed):
        await directory.remove(one, by=cast.chen, reason="不做了")
    await directory.remove(one, by=cast.gao, reason="不做了")
    assert await directory.providers(viewer=cast.li, place_id=cast.here.id) == []
    assert await admitted(cast) != one, "the name is free again"


def test_hours_days_and_holidays() -> None:
    holiday = dt.datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI)
    assert is_open("08:30-11:30", "1234567", on_holidays=False, at=holiday) is False
    assert is_open("08:30-11:30", "1234567", on_holidays=True, at=holiday) is True
    assert is_open("08:30-11:30", "123", on_holidays=True, at=holiday) is False, "it is a Thursday"
    assert is_open("", "", on_holidays=True, at=holiday) is None


async def test_the_third_upheld_complaint_suspends_also_of_three_at_once(cast: Neighbours, clock: StillClock) -> None:
    one, other = await admitted(cast), await admitted(cast, name="别家")
    clock.forward(minutes=1)
    mine, theirs = await complained(cast, one, count=4), await complained(cast, other, count=2)
    await complaints.dismiss(mine[3], by=cast.chen, answer="没有这回事")
    done = await asyncio.gather(*(complaints.uphold(at, by=cast.chen, answer="属实，已责令退款") for at in mine[:3]))
    assert Counter(done) == {False: 2, True: 1}
    for at in theirs:
        await complaints.uphold(at, by=cast.chen, answer="属实")
    lines = {line.id: line for line in await directory.providers(viewer=cast.wang, place_id=cast.here.id)}
    assert (lines[one].state, lines[one].upheld, lines[other].state) == (
        ProviderState.SUSPENDED,
        3,
        ProviderState.ADMITTED,
    )
    assert "没修好" not in str(lines[one])
    assert "居民" not in str(lines[one]), "nobody reads who complained"
    with pytest.raises(NotAllowed):
        await directory.lift(one, by=cast.chen, reason="改好了")
    with pytest.raises(Invalid):
        await directory.lift(one, by=cast.gao, reason=" ")
    clock.forward(minutes=1)
    await directory.lift(one, by=cast.gao, reason="已整改，重新签约")
    found = await directory.provider(one, viewer=cast.wang)
    assert (found.state, found.upheld, found.state_reason) == (ProviderState.ADMITTED, 0, "已整改，重新签约")
    with pytest.raises(WrongState):
        await directory.lift(one, by=cast.gao, reason="再来")
    clock.forward(minutes=1)
    [again] = await complained(cast, one, count=1)
    assert await complaints.uphold(again, by=cast.chen, answer="属实") is False, "they count from the lifting on"


async def test_a_complaint_is_for_staff_and_who_made_it_and_never_decided_by_them(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await admitted(cast)
    made = await complaints.complain(one, by=cast.wang, text="收了钱没修好，打我电话 13812345678")
    with pytest.raises(WrongState):
        await complaints.complain(one, by=cast.wang, text="还是没修好")
    [line] = await complaints.complaints(viewer=cast.chen, place_id=cast.here.id)
    assert (line.who is not None, "1381234" in line.text) == (True, False)
    assert [mine.id for mine in await complaints.mine(viewer=cast.wang)] == [made]
    assert await complaints.mine(viewer=cast.li) == []
    for by in (cast.li, cast.outsider, cast.property):
        with pytest.raises(NotFound):
            await complaints.complaints(viewer=by, place_id=cast.here.id)
        with pytest.raises(NotFound):
            await complaints.uphold(made, by=by, answer="属实")
    await Role.create(created_at=clock.moment, person_id=cast.wang.person_id, place=cast.here, name=RoleName.WORKER)
    with pytest.raises(NotAllowed):
        await complaints.uphold(made, by=await seen_again(cast.wang.person_id), answer="属实")
    await complaints.dismiss(made, by=cast.gao, answer="票据上写明修不好退钱，已退")
    assert len(await fetch("SELECT id FROM outbox WHERE kind='complaint.dismissed'")) == 1
    assert len(await fetch("SELECT id FROM staff_notice WHERE kind='complaint.new'")) >= 2
    with pytest.raises(Taken):
        await complaints.uphold(made, by=cast.gao, answer="属实")


async def test_one_takes_a_complaint_back_and_makes_no_more_than_five_a_day(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await admitted(cast)
    again = await complaints.complain(one, by=cast.li, text="第二次还是没修好")
    with pytest.raises(NotFound):
        await complaints.withdraw(again, by=cast.wang)
    await complaints.withdraw(again, by=cast.li)
    for _ in range(4):
        await complaints.withdraw(await complaints.complain(one, by=cast.li, text="又没修好了"), by=cast.li)
    with pytest.raises(TooMany):
        await complaints.complain(one, by=cast.li, text="又没修好了")
    clock.forward(days=400)
    [kind] = clearing.KINDS
    assert await kind.clear(models_clock.now(), 100) == 5  # type: ignore[operator]
    assert await Complaint.filter(state=ComplaintState.WITHDRAWN, text="").count() == 5
