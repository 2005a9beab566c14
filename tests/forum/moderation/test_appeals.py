"""Appeals: once, in time, decided by somebody else or by neighbours who were drawn."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from forum.moderation import appeals, flags, juries, keepers, measures
from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.moderation import Appeal, Juror, Measure, MeasureEnd
from models.person import Role, RoleName
from models.post import Thing
from people import rules as place_rules
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock
from tests.forum.conftest import person, seen_again
from tests.forum.moderation.conftest import RUDE, House

POST = Thing.POST


async def appealed(house: House, *, by_neighbours: bool = False) -> tuple[Measure, Appeal]:
    """王阿姨 appeals against a hidden post."""
    if by_neighbours:
        await place_rules.change(house.cast.here.id, by=house.cast.gao, typed={"appeal_jury": "true"})
    measure = await measures.hide(POST, house.post, RUDE, by=house.zhou)
    return measure, await appeals.appeal(measure.id, by=house.cast.wang, text="我没有骂人，只是着急 13800138000")


async def test_somebody_else_decides_and_what_was_hidden_is_seen_again(house: House) -> None:
    cast = house.cast
    measure, appeal = await appealed(house)
    assert "13800138000" not in appeal.text
    with pytest.raises(NotAllowed) as refused:
        await appeals.decide(appeal.id, by=house.zhou, overturns=False, answer="维持")
    assert refused.value.key == "appeal.same_person"
    for by in (cast.li, cast.property, cast.outsider):
        with pytest.raises(NotFound):
            await appeals.decide(appeal.id, by=by, overturns=True, answer="撤销")
    await appeals.decide(appeal.id, by=cast.sun, overturns=True, answer="确实没有骂人")
    assert (await house.state(), (await Measure.get(id=measure.id)).ending) == ("published", MeasureEnd.APPEALED)
    own = await appeals.own_measure(measure.id, viewer=cast.wang)
    assert (own.appeal, own.answer, own.may_appeal) == ("overturned", "确实没有骂人", False)


async def test_one_appeals_once_in_time_and_about_oneself(house: House, clock: StillClock) -> None:
    cast = house.cast
    measure, _ = await appealed(house)
    with pytest.raises(Taken):
        await appeals.appeal(measure.id, by=cast.wang, text="再来")
    with pytest.raises(NotFound):
        await appeals.appeal(measure.id, by=cast.li, text="替她说")
    other = await measures.warn(POST, house.post, RUDE, by=house.zhou)
    for empty in ("", "字" * 501):
        with pytest.raises(Invalid):
            await appeals.appeal(other.id, by=cast.wang, text=empty)
    clock.forward(days=31)
    with pytest.raises(WrongState):
        await appeals.appeal(other.id, by=cast.wang, text="现在才看到")


async def test_of_two_who_decide_at_once_one_does(house: House) -> None:
    _, appeal = await appealed(house)
    results = await asyncio.gather(
        appeals.decide(appeal.id, by=house.cast.sun, overturns=True, answer="撤销"),
        appeals.decide(appeal.id, by=house.cast.gao, overturns=False, answer="维持"),
        return_exceptions=True,
    )
    assert sum(one is None for one in results) == 1
    with pytest.raises((Taken, NotFound)):
        await appeals.withdraw((await Appeal.get(id=appeal.id)).measure_id, by=house.cast.wang)


async def neighbours(house: House, count: int) -> list[Viewer]:
    """More who live here."""
    return [await person(f"邻居{at}", house.cast.here, RoleName.RESIDENT) for at in range(count)]


async def test_three_of_five_who_were_drawn_decide(house: House) -> None:
    await neighbours(house, 6)
    await flags.flag(POST, house.post, by=house.cast.li, rule="abuse")
    measure, appeal = await appealed(house, by_neighbours=True)
    drawn = [await viewer_of(one.person_id) for one in await Juror.filter(appeal_id=appeal.id).order_by("id")]
    assert len(drawn) == 5
    assert not {house.cast.li.person_id, house.cast.wang.person_id} & {one.person_id for one in drawn if one}
    with pytest.raises(WrongState):
        await appeals.decide(appeal.id, by=house.cast.gao, overturns=True, answer="撤销")
    with pytest.raises(NotFound):
        await appeals.judge(appeal.id, by=house.cast.li, is_for=True)
    assert drawn[0] is not None
    assert (await juries.judged(appeal.id, viewer=drawn[0])).said is None
    for one in drawn[:3]:
        assert one is not None
        await appeals.judge(appeal.id, by=one, is_for=True)
    with pytest.raises(WrongState):
        await appeals.judge(appeal.id, by=drawn[0], is_for=True)
    audited = await AuditLine.filter(verb="appeal.judge").values_list("place_id", flat=True)
    assert set(audited) == {house.cast.here.id}
    assert (await house.state(), (await Measure.get(id=measure.id)).ending) == ("published", MeasureEnd.APPEALED)


async def test_who_was_drawn_and_moved_away_neither_reads_nor_says_anything(house: House) -> None:
    await neighbours(house, 5)
    _, appeal = await appealed(house, by_neighbours=True)
    drawn = (await Juror.filter(appeal_id=appeal.id).order_by("id"))[0].person_id
    await Role.filter(person_id=drawn).update(place_id=house.cast.elsewhere.id)
    gone = await seen_again(drawn)
    with pytest.raises(NotFound):
        await juries.judged(appeal.id, viewer=gone)
    with pytest.raises(NotFound):
        await appeals.judge(appeal.id, by=gone, is_for=True)


async def test_too_few_neighbours_or_no_agreement_in_time_leaves_it_to_staff(
    house: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, appeal = await appealed(house, by_neighbours=True)
    assert appeal.closes_at is None
    await neighbours(house, 5)
    second = await measures.warn(POST, house.post, replace(RUDE, rule="other"), by=house.zhou)
    asked = await appeals.appeal(second.id, by=house.cast.wang, text="不公道")
    clock.forward(days=4)
    with monkeypatch.context() as broken, pytest.raises(TypeError):
        broken.setattr(keepers, "tell", None)
        await appeals.close_due(by=SYSTEM)
    assert (await appeals.close_due(by=SYSTEM), await appeals.close_due(by=SYSTEM)) == (1, 0)
    await appeals.decide(asked.id, by=house.cast.gao, overturns=False, answer="维持")
