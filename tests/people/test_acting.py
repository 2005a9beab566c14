"""Acting for somebody: real names once it was agreed, few offers a day, and an end with living together."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from models.errors import NotFound, TooMany
from models.household import Residence
from models.joining import ActingKind
from models.person import Person, RoleName
from people import acting, households, residences, staff
from people.joining import deciding
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, chat, let_in, listed
from tests.people.town import load, person


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    """Nobody lives there yet."""
    return await joining.found()


async def joined(estates: Estates, address: str = "wang", **changes: object) -> Viewer:
    """Somebody who was let in."""
    who = await chat(estates.town.here, address)
    await let_in(await joining.ask(estates, who, **changes), by=estates.worker, person_id=deciding.NEW)
    return await joining.viewer(who)


async def residence_of(name: str, *, viewer: Viewer) -> int:
    """Where somebody of one's home lives."""
    [home] = await households.my_homes(viewer=viewer)
    return next(one.residence_id for one in home.members if one.shown_name == name)


async def test_a_real_name_is_told_once_it_was_agreed_and_not_before(estates: Estates) -> None:
    wang = await joined(estates)
    son = await joined(estates, "son", name="王小示", shown_name="小王", relation="family")
    link = await acting.propose(await residence_of("王阿姨", viewer=son), by=son)
    for viewer in (wang, son):
        [line] = await acting.mine(viewer=viewer)
        assert (line.helper, line.elder) == ("小王", "王阿姨")
    told = [(await joining.said_in(await chat(estates.town.here, address)))[-1] for address in ("son", "wang")]
    assert not any("王示范" in text or "王小示" in text for text in told), told
    await acting.agree(link, by=wang)
    [line] = await acting.mine(viewer=son)
    assert (line.helper, line.elder) == ("王小示", "王示范")


async def test_who_has_not_joined_is_named_by_one_character(estates: Estates) -> None:
    await listed("李老示", estates.town.here)
    son = await joined(estates, "son", name="王小示", relation="family")
    await acting.propose(await residence_of("李**", viewer=son), by=son)
    [line] = await acting.mine(viewer=son)
    assert line.elder == "李**"


async def test_offers_are_few_a_day(estates: Estates) -> None:
    await joined(estates)
    son = await joined(estates, "son", name="王小示", relation="family")
    residence = await residence_of("王阿姨", viewer=son)
    for _ in range(3):
        await acting.end(await acting.propose(residence, by=son), by=son)
    with pytest.raises(TooMany):
        await acting.propose(residence, by=son)


async def test_what_rested_on_living_together_ends_with_it_and_both_are_told(estates: Estates) -> None:
    wang = await joined(estates)
    ming = await joined(estates, "ming", name="明示范", shown_name="小明", relation="tenant")
    await acting.agree(await acting.propose(await residence_of("王阿姨", viewer=ming), by=ming), by=wang)
    await residences.move_out(await residence_of("小明", viewer=wang), by=estates.worker)
    assert wang.person_id is not None
    with pytest.raises(NotFound):
        await acting.stands_for(wang.person_id, viewer=ming)
    assert any("不住在一起" in text for text in await joining.said_in(await chat(estates.town.here)))


async def test_a_helper_who_never_lived_there_or_still_does_elsewhere_goes_on(estates: Estates) -> None:
    wang = await joined(estates)
    assert wang.person_id is not None
    await load(person(2, name="远示范", label="502"), place_id=estates.town.here)
    await acting.give(wang.person_id, by=estates.worker, helper="远示范", kind=ActingKind.FAMILY)
    ming = await joined(estates, "ming", name="明示范", shown_name="小明", relation="tenant")
    first = await residence_of("小明", viewer=wang)
    await let_in(await joining.ask(estates, await chat(estates.town.here), label="502"), by=estates.worker)
    await let_in(
        await joining.ask(estates, await chat(estates.town.here, "ming"), name="明示范", label="502"), by=estates.worker
    )
    await acting.give(wang.person_id, by=estates.worker, helper="明示范", kind=ActingKind.FAMILY)
    await residences.move_out(first, by=estates.worker)
    assert (await acting.stands_for(wang.person_id, viewer=ming)).helper == "明示范"
    assert len(await acting.mine(viewer=wang)) == 2


async def captained(estates: Estates) -> tuple[Viewer, Viewer]:
    """王阿姨, and 李老师 next door who captains the building and acts for her."""
    wang = await joined(estates)
    li = await joined(estates, "li", name="李示范", shown_name="李老师", label="502")
    assert wang.person_id is not None
    assert li.person_id is not None
    await staff.grant(li.person_id, by=SYSTEM, role=RoleName.BUILDING_CAPTAIN, place_id=estates.town.here)
    await acting.give(wang.person_id, by=estates.worker, helper="李示范", kind=ActingKind.CAPTAIN)
    return wang, li


async def has_ended(wang: Viewer, li: Viewer, estates: Estates) -> None:
    """Nobody acts for her any more, and both have heard so."""
    with pytest.raises(NotFound):
        await acting.stands_for(wang.person_id or 0, viewer=li)
    for address in ("wang", "li"):
        said = await joining.said_in(await chat(estates.town.here, address))
        assert any("不再担任原来的角色" in text for text in said), said


async def test_who_is_captain_no_more_acts_for_nobody_as_captain(estates: Estates) -> None:
    wang, li = await captained(estates)
    assert (await acting.stands_for(wang.person_id or 0, viewer=li)).kind is ActingKind.CAPTAIN
    await staff.revoke(li.person_id or 0, by=SYSTEM, role=RoleName.BUILDING_CAPTAIN, place_id=estates.town.here)
    await has_ended(wang, li, estates)


async def test_a_captain_who_moves_away_acts_for_nobody_there(estates: Estates) -> None:
    wang, li = await captained(estates)
    await let_in(await joining.ask(estates, await chat(estates.town.here, "li"), name="李示范"), by=estates.worker)
    homes = await Residence.filter(person_id=li.person_id, state="living").order_by("id")
    await residences.move_out(homes[0].id, by=estates.worker)
    assert await acting.stands_for(wang.person_id or 0, viewer=li), "who still lives there goes on"
    await residences.move_out(homes[1].id, by=estates.worker)
    await has_ended(wang, li, estates)


async def test_whoever_works_here_in_another_role_still_goes_on(estates: Estates) -> None:
    wang = await joined(estates)
    here, worker_id = estates.town.here, estates.worker.person_id or 0
    worker = await Person.get(id=worker_id)
    await staff.grant(worker_id, by=SYSTEM, role=RoleName.MEDIATOR, place_id=here)
    await acting.give(wang.person_id or 0, by=estates.worker, helper=worker.name, kind=ActingKind.STAFF)
    await staff.revoke(worker_id, by=SYSTEM, role=RoleName.MEDIATOR, place_id=here)
    assert len(await acting.mine(viewer=wang)) == 1
    await staff.revoke(worker_id, by=SYSTEM, role=RoleName.WORKER, place_id=here)
    assert await acting.mine(viewer=wang) == []
