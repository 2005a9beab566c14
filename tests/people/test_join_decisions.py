"""Letting somebody in: as whom, by whom, and what becomes of those who should not have been."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from models.errors import Invalid, NotFound, WrongState
from models.household import Relation
from models.rules import in_force, rules
from models.transaction import fetch, fetch_one
from people import contacts, households, residences
from people.entering import begin_resident
from people.joining import asking, bulk, deciding, queue, vouching
from people.joining.bulk import Choice
from people.login import find_session
from people.permissions import may
from people.residents import At
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, chat, let_in, listed, version
from tests.people.town import ID, load, person


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    """Nobody lives there yet."""
    return await joining.found()


async def joined(estates: Estates, address: str = "wang", channel: str = "console", **changes: object) -> At:
    """Somebody who was let in; gives their chat."""
    who = await chat(estates.town.here, address, channel)
    await let_in(await joining.ask(estates, who, **changes), by=estates.worker, person_id=deciding.NEW)
    return who


async def test_somebody_known_cannot_come_in_as_another_and_gets_nothing_of_theirs(estates: Estates) -> None:
    victim = await listed("王示范", estates.town.here, phone="13800000000", id_number=ID)
    li = await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li)
    [line] = await queue.waiting(viewer=estates.worker, place_id=estates.town.here)
    assert (line.name, line.asker, line.is_other_name) == ("王示范", "李坏人", True), "the queue says whose chat it is"
    for whom in (victim, deciding.NEW):
        with pytest.raises(Invalid, match="asker_other_name"):
            await let_in(request, by=estates.worker, person_id=whom)
    assert await fetch_one("SELECT person_id FROM personal") == {"person_id": victim}


async def test_what_a_list_has_goes_to_nobody_of_another_name(estates: Estates) -> None:
    other = await listed("王小宝", estates.town.here, phone="13800000000", id_number=ID)
    wang = await joined(estates, label="502")
    request = await joining.ask(estates, wang, phone="13800000000")
    with pytest.raises(Invalid, match="match_other_name"):
        await let_in(request, by=estates.worker, person_id=other)
    assert {"person_id": other} in await fetch("SELECT person_id FROM personal")


async def test_what_a_list_has_becomes_that_of_who_is_known_by_the_same_name(estates: Estates) -> None:
    same = await listed("王示範", estates.town.here, phone="13800000000", id_number=ID)
    wang = await joined(estates, label="502")
    await let_in(await joining.ask(estates, wang), by=estates.worker, person_id=same)
    row = await fetch_one("SELECT person_id FROM personal WHERE id_number_hash IS NOT NULL")
    assert row == {"person_id": (await joining.viewer(wang)).person_id}


async def test_a_helper_asks_under_their_own_name(estates: Estates) -> None:
    li = await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li, helper_name="王小示")
    with pytest.raises(Invalid, match="asker_other_name"):
        await let_in(request, by=estates.worker)


async def test_vouching_for_somebody_under_another_name_is_for_staff_to_decide(estates: Estates) -> None:
    wang, li = await joined(estates), await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li, name="王小示", relation="family")
    assert not await vouching.vouch(request, by=await joining.viewer(wang))
    assert ("李坏人", "501") not in await joining.living(estates.town.here)


async def test_a_new_chat_never_becomes_that_of_somebody_who_came_in_before(estates: Estates) -> None:
    wang, thief = await joined(estates), await chat(estates.town.here, "thief")
    owner = (await joining.viewer(wang)).person_id
    request = await joining.ask(estates, thief)
    with pytest.raises(Invalid, match="match_has_joined"):
        await let_in(request, by=estates.worker, person_id=owner)
    await contacts.unbind(wang.contact_id, by=await joining.viewer(wang))
    with pytest.raises(Invalid, match="match_has_joined"):
        await let_in(request, by=estates.worker, person_id=owner)
    assert (await joining.viewer(thief)).person_id is None


async def test_who_was_let_in_by_a_helper_may_still_come_in_themselves(estates: Estates) -> None:
    son, mother = await chat(estates.town.here, "son"), await chat(estates.town.here, "mother")
    await let_in(await joining.ask(estates, son, helper_name="王小示"), by=estates.worker)
    known = await fetch_one("SELECT id FROM person WHERE name='王示范'")
    assert known is not None
    await let_in(await joining.ask(estates, mother), by=estates.worker, person_id=known["id"])
    assert (await joining.viewer(mother)).person_id == known["id"]


async def test_nobody_decides_about_a_request_from_a_chat_of_their_own(estates: Estates) -> None:
    victim = await listed("小陈", estates.town.here)
    code = await contacts.make_code(by=estates.worker)
    own = await chat(estates.town.here, "own")
    await contacts.bind(code.digits, by=await joining.viewer(own), contact_id=own.contact_id)
    request = await joining.ask(estates, own, name="小陈")
    with pytest.raises(WrongState, match="own_request"):
        await let_in(request, by=estates.worker, person_id=victim)
    [outcome] = await bulk.approve_many([Choice(request, 0, victim)], by=estates.worker)
    assert outcome.problem
    colleague = await joining.worker(estates.town.here, "小柳")
    await let_in(request, by=colleague, person_id=victim)


async def vouched(estates: Estates, address: str, name: str, *, by: At) -> tuple[int, At]:
    """Somebody asks and a neighbour vouches; gives the request and the chat."""
    who = await chat(estates.town.here, address)
    request = await joining.ask(estates, who, name=name, relation="family")
    await vouching.vouch(request, by=await joining.viewer(by))
    return request, who


async def test_who_was_only_vouched_for_vouches_for_nobody_until_staff_have_looked(estates: Estates) -> None:
    first, son = await vouched(estates, "son", "王小示", by=await joined(estates))
    second = await joining.ask(estates, await chat(estates.town.here, "next"), name="丙示范")
    assert await vouching.knocks(viewer=await joining.viewer(son)) == []
    with pytest.raises(NotFound):
        await vouching.vouch(second, by=await joining.viewer(son))
    await deciding.confirm(first, by=estates.worker, version=await version(first))
    assert await vouching.vouch(second, by=await joining.viewer(son))


async def test_who_is_said_to_have_left_vouches_for_nobody(estates: Estates) -> None:
    wang, son = await joined(estates), await joined(estates, "son", name="王小示", relation="family")
    viewer = await joining.viewer(wang)
    [home] = await households.my_homes(viewer=viewer)
    await households.report(next(one.residence_id for one in home.members if not one.is_self), by=viewer)
    request = await joining.ask(estates, await chat(estates.town.here, "next"), name="丙示范")
    with pytest.raises(NotFound):
        await vouching.vouch(request, by=await joining.viewer(son))


async def test_who_is_refused_after_a_neighbours_word_is_nobody_in_every_chat_since(estates: Estates) -> None:
    request, son = await vouched(estates, "son", "王小示", by=await joined(estates))
    code = await contacts.make_code(by=await joining.viewer(son))
    second = await chat(estates.town.here, "second")
    await contacts.bind(code.digits, by=await joining.viewer(second), contact_id=second.contact_id)
    person_id = (await joining.viewer(son)).person_id
    assert person_id is not None
    token = await begin_resident(person_id)
    await deciding.refuse(request, by=estates.worker, version=await version(request), reason="not_known")
    assert await fetch("SELECT id FROM contact WHERE person_id=$1 AND closed_at IS NULL", person_id) == []
    assert await find_session(token) is None
    assert "解除" in (await joining.said_in(second))[-1]


async def test_a_chat_that_was_theirs_before_a_neighbours_word_stays_theirs(
    estates: Estates, clock: StillClock
) -> None:
    helper = await chat(estates.town.here, "son")
    await let_in(await joining.ask(estates, helper, helper_name="王小示"), by=estates.worker)
    await joined(estates, "wang", label="502")
    clock.forward(minutes=5)
    request = await joining.ask(estates, helper, name="王小示", label="502")
    await vouching.vouch(request, by=await joining.viewer(await chat(estates.town.here)))
    await deciding.refuse(request, by=estates.worker, version=await version(request), reason="not_living")
    viewer = await joining.viewer(helper)
    assert (viewer.person_id is None, viewer.roles) == (False, frozenset())


async def test_who_asks_often_for_a_home_neither_keeps_out_who_lives_there_nor_rings_all_day(estates: Estates) -> None:
    wang, limits = await joined(estates), rules().limits.model_copy(update={"joins_of_home": "2/day"})
    joining.fresh_limits()
    with in_force(rules().model_copy(update={"limits": limits})):
        for at in range(4):
            await joining.ask(estates, await chat(estates.town.here, f"bad{at}"), name="坏示范")
        assert await joining.ask(estates, await chat(estates.town.here, "son"), name="王小示", relation="family")
    assert sum("申请加入您家" in text for text in await joining.said_in(wang)) == 2


async def test_many_requests_and_a_long_list_are_compared_without_holding_up_anybody(
    estates: Estates, tmp_path: Path
) -> None:
    names = [f"示{one}{two}" for one in "一二三四五六七八九十" for two in "甲乙丙丁戊己庚辛壬癸子丑"]
    people = [person(2 + at, name=name, phone=f"138{at:08}") for at, name in enumerate(names)]
    await load(*people, place_id=estates.town.here)
    limits = rules().limits.model_copy(update={"joins": "999/day"})
    with in_force(rules().model_copy(update={"limits": limits})):
        for at in range(0, 120, 2):
            who = await chat(estates.town.here, f"m{at}")
            await joining.ask(estates, who, name=names[at], phone=f"138{at:08}")
    path = tmp_path / "list.csv"
    path.write_text("楼栋,室号,姓名\n" + "".join(f"3,501,{name}\n" for name in names), encoding="utf-8")
    calls = Counter[str]()
    sys.setprofile(lambda frame, event, _: calls.update([frame.f_code.co_name] if event == "call" else []))
    rows = await bulk.compare(path, by=estates.worker, place_id=estates.town.here, name="list.csv")
    sys.setprofile(None)
    assert sum(one.can_be_let_in for one in rows) == 60
    assert (calls["unseal"], calls["plain_name"]) == (0, 60), "in the loop's thread: only the queue, once each"


async def test_who_moves_back_in_has_their_rights_back_and_a_name_in_a_list_has_none(estates: Estates) -> None:
    wang = await joined(estates)
    viewer = await joining.viewer(wang)
    [home] = await households.my_homes(viewer=viewer)
    await residences.move_out(home.members[0].residence_id, by=estates.worker)
    assert not (await joining.viewer(wang)).roles
    assert viewer.person_id is not None
    await residences.move_in(viewer.person_id, home.home_id, by=estates.worker, relation=Relation.OWNER)
    assert may(await joining.viewer(wang), "household.read", estates.town.here)
    other = await listed("李示范", estates.town.here, label="502")
    await residences.move_in(other, home.home_id, by=estates.worker, relation=Relation.TENANT)
    assert await fetch("SELECT id FROM role WHERE person_id=$1", other) == []


async def test_a_browser_is_signed_in_for_two_days_after_it_was_let_in(estates: Estates, clock: StillClock) -> None:
    web = await joined(estates, "a" * 40, channel="web")
    clock.forward(hours=49)
    assert await asking.claim_entry(contact_id=web.contact_id) is None
