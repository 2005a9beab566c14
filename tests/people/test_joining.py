"""Joining: one request per chat and home, one decision, nobody doubled unseen, rights as long as one lives there."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from tortoise.context import TortoiseContext

from models.errors import Invalid, NotAllowed, NotFound, Taken, TooMany, WrongState
from models.household import Personal
from models.joining import ActingState, JoinRequest, JoinState
from models.person import RoleName
from models.rules import in_force, rules
from models.transaction import execute, fetch, fetch_one
from people import acting, homes, households, residences
from people.joining import arrival, asking, bulk, clearing, deciding, links, queue, vouching
from people.joining.bulk import Choice
from people.permissions import may
from people.viewers import SYSTEM, guest
from tests.conftest import StillClock
from tests.people import joining
from tests.people import town as towns
from tests.people.joining import Estates, chat, let_in, listed, version


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    """Nobody lives there yet."""
    return await joining.found()


async def test_who_asks_waits_and_who_is_let_in_sees_their_own_place_only(estates: Estates) -> None:
    wang = await chat(estates.town.there)
    request = await joining.ask(estates, wang, phone="13800000000")
    assert not (await joining.viewer(wang)).roles, "pending: still a guest"
    await let_in(request, by=estates.worker)
    viewer = await joining.viewer(wang)
    assert {(held.role, held.place_id) for held in viewer.roles} == {(RoleName.RESIDENT, estates.town.here)}
    assert (await joining.again(wang)).place_id == estates.town.here, "the chat moves to the neighbourhood joined"
    assert not may(viewer, "household.read", estates.town.there)
    assert viewer.name == "王阿姨"
    assert "通过了" in (await joining.said_in(wang))[-1]
    assert await joining.living(estates.town.here) == [("王示范", "501")]


async def test_of_a_hundred_asks_at_once_one_is_kept(estates: Estates) -> None:
    wang = await chat(estates.town.here)
    asks = (joining.ask(estates, wang) for _ in range(100))
    done = await asyncio.gather(*asks, return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert all(isinstance(one, int | Taken | TooMany) for one in done)


async def test_of_a_hundred_decisions_at_once_one_wins(estates: Estates) -> None:
    request = await joining.ask(estates, await chat(estates.town.here))
    yes = (deciding.approve(request, by=estates.worker, version=0) for _ in range(50))
    no = (deciding.refuse(request, by=estates.worker, version=0, reason="not_known") for _ in range(50))
    done = await asyncio.gather(*yes, *no, return_exceptions=True)
    assert sum(not isinstance(one, Taken) for one in done) == 1
    assert len(await fetch("SELECT id FROM residence")) in (0, 1)


async def test_the_same_person_from_two_chats_is_let_in_twice_and_is_still_one(estates: Estates) -> None:
    telegram, web = await chat(estates.town.here, "a"), await chat(estates.town.here, "b", "web")
    first, second = await joining.ask(estates, telegram), await joining.ask(estates, web)
    done = await asyncio.gather(
        let_in(first, by=estates.worker), let_in(second, by=estates.worker), return_exceptions=True
    )
    assert sum(isinstance(one, Invalid) for one in done) == 1, "the second must be looked at: somebody is known by now"
    assert await joining.living(estates.town.here) == [("王示范", "501")]


async def test_a_person_from_the_list_is_matched_by_name_or_telephone_and_staff_say_which(estates: Estates) -> None:
    known = await listed("王示范", estates.town.here, phone="13800000000", tags="独居")
    request = await joining.ask(estates, await chat(estates.town.here), name="王 示範", phone="138 0000 0000")
    with pytest.raises(Invalid, match="match_needed"):
        await let_in(request, by=estates.worker)
    [line] = await queue.waiting(viewer=estates.worker, place_id=estates.town.here)
    [match] = (await queue.matches_for([line], viewer=estates.worker, place_id=estates.town.here))[request]
    assert (match.person_id, match.same_name, match.same_phone, match.lives_there) == (known, True, True, True)
    await let_in(request, by=estates.worker, person_id=known)
    assert await joining.living(estates.town.here) == [("王示范", "501")]
    row = await fetch_one("SELECT shown_name FROM person WHERE id=$1", known)
    assert row == {"shown_name": "王阿姨"}, "the list's name is not shown to neighbours"


async def test_staff_may_say_that_it_is_somebody_new_and_nobody_else_can_be_named(estates: Estates) -> None:
    await listed("王示范", estates.town.here)
    other = await listed("李示范", estates.town.here, label="502")
    request = await joining.ask(estates, await chat(estates.town.here))
    with pytest.raises(NotFound):
        await let_in(request, by=estates.worker, person_id=other)
    await let_in(request, by=estates.worker, person_id=deciding.NEW)
    assert [name for name, _ in await joining.living(estates.town.here)].count("王示范") == 2


async def test_asking_says_nothing_about_who_lives_in_a_home(estates: Estates) -> None:
    await listed("王示范", estates.town.here, phone="13800000000")
    for address, label, name in (("a", "501", "王示范"), ("b", "501", "查无此"), ("c", "502", "王示范")):
        assert await joining.ask(estates, await chat(estates.town.here, address), label=label, name=name)
    [own] = await asking.own_requests(viewer=SYSTEM_GUEST, contact_id=(await chat(estates.town.here, "b")).contact_id)
    assert (own.state, own.reason) == (JoinState.WAITING, "")


SYSTEM_GUEST = guest(0)


@pytest.mark.parametrize("typed", ["501", "501室", "３-501", "3号楼501", " 5 0 1 ", "3#501", "3-501号房", "3栋501户"])
async def test_a_home_is_known_however_it_is_written(estates: Estates, typed: str) -> None:
    found = await links.meant(estates.here, viewer=SYSTEM_GUEST, building_id=estates.buildings["3号楼"], typed=typed)
    assert (found.label, found.home_id is None) == ("501", False)


async def test_a_home_that_is_not_listed_is_taken_and_staff_add_it(estates: Estates) -> None:
    request = await joining.ask(estates, await chat(estates.town.here), label="901")
    with pytest.raises(Invalid, match="home_missing"):
        await let_in(request, by=estates.worker)
    await let_in(request, by=estates.worker, adds_home=True)
    assert await joining.living(estates.town.here) == [("王示范", "901")]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "王"},
        {"name": "王" * 21},
        {"name": "<b>王</b>"},
        {"name": "😀😀"},
        {"label": ""},
        {"label": "5" * 31},
        {"relation": "king"},
        {"phone": "12345"},
        {"shown_name": "居委會小王"},
        {"shown_name": "王" * 13},
        {"helper_name": "1"},
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(estates: Estates, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await joining.ask(estates, await chat(estates.town.here), **changes)
    assert await fetch("SELECT id FROM join_request") == []


async def test_a_building_of_another_estate_is_not_found(estates: Estates) -> None:
    with pytest.raises(NotFound):
        await joining.ask(estates, await chat(estates.town.here), door=estates.there)


async def test_a_contact_a_network_and_a_place_have_limits(estates: Estates) -> None:
    with in_force(rules().model_copy(update={"limits": rules().limits.model_copy(update={"joins": "1/day"})})):
        await joining.ask(estates, await chat(estates.town.here))
        with pytest.raises(TooMany):
            await joining.ask(estates, await chat(estates.town.here), label="502")
    limits = rules().limits.model_copy(update={"joins_of_network": "1/day", "joins_of_place": "2/day"})
    with in_force(rules().model_copy(update={"limits": limits})):
        joining.fresh_limits()
        await joining.ask(estates, await chat(estates.town.here, "x"), network="2001:db8::/64")
        with pytest.raises(TooMany, match="join_network"):
            await joining.ask(estates, await chat(estates.town.here, "y"), network="2001:db8::/64")
        await joining.ask(estates, await chat(estates.town.here, "y"))
        with pytest.raises(TooMany, match="join_place"):
            await joining.ask(estates, await chat(estates.town.here, "z"))


async def test_a_replaced_link_lets_nobody_in_and_a_guessed_one_is_none(estates: Estates) -> None:
    await links.make_link(estates.here.estate_id, by=SYSTEM)
    with pytest.raises(WrongState):
        await links.door(estates.here.token, viewer=SYSTEM_GUEST)
    for token in ("", "a" * 22, "../../etc/passwd", "x" * 500, "' OR 1=1 --"):
        with pytest.raises(NotFound):
            await links.door(token, viewer=SYSTEM_GUEST)
    assert len(estates.here.token) == 22, "128 random bits"


async def test_the_number_on_the_poster_leads_there_and_cannot_be_searched_for(estates: Estates) -> None:
    [line] = await links.estates(viewer=estates.worker, place_id=estates.town.here)
    door = await links.door_of_digits(line.digits, viewer=SYSTEM_GUEST, contact_id=1)
    assert door == estates.here
    with pytest.raises(TooMany):
        for number in range(20):
            with pytest.raises(NotFound):
                await links.door_of_digits(f"{number:08}", viewer=SYSTEM_GUEST, contact_id=1)


async def test_who_is_refused_hears_why_and_may_ask_again(estates: Estates) -> None:
    wang = await chat(estates.town.here)
    request = await joining.ask(estates, wang)
    with pytest.raises(Invalid):
        await deciding.refuse(request, by=estates.worker, version=0, reason="because")
    with pytest.raises(Invalid):
        await deciding.refuse(request, by=estates.worker, version=0, reason="other", words=" ")
    await deciding.refuse(request, by=estates.worker, version=0, reason="wrong_home", words="是502吗")
    assert "房屋写得不对（是502吗）" in (await joining.said_in(wang))[-1]
    assert await joining.ask(estates, wang, label="502") != request


async def test_withdrawing_is_for_the_chat_that_asked(estates: Estates) -> None:
    wang, other = await chat(estates.town.here), await chat(estates.town.here, "other")
    request = await joining.ask(estates, wang)
    with pytest.raises(NotFound):
        await asking.withdraw(request, by=SYSTEM_GUEST, contact_id=other.contact_id)
    await asking.withdraw(request, by=SYSTEM_GUEST, contact_id=wang.contact_id)
    with pytest.raises(Taken):
        await let_in(request, by=estates.worker)
    assert await joining.ask(estates, wang)


async def test_what_nobody_decides_expires_once_and_says_so(estates: Estates, clock: StillClock) -> None:
    wang = await chat(estates.town.here)
    request = await joining.ask(estates, wang)
    clock.forward(days=rules().join_days - 1)
    assert await asking.expire(by=SYSTEM) == 0
    clock.forward(days=2)
    assert [await asking.expire(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert "过期" in (await joining.said_in(wang))[-1]
    with pytest.raises(Taken):
        await let_in(request, by=estates.worker)


async def test_staff_of_another_place_find_nothing_and_neighbours_may_not(estates: Estates) -> None:
    request = await joining.ask(estates, await chat(estates.town.here))
    other = towns.staff(RoleName.SECRETARY, estates.town.there)
    for deed in (
        deciding.approve(request, by=other, version=0),
        deciding.refuse(request, by=other, version=0, reason="not_known"),
        queue.one(request, viewer=other),
        queue.waiting(viewer=other, place_id=estates.town.here),
        links.make_link(estates.here.estate_id, by=other),
        deciding.approve(request, by=towns.staff(RoleName.RESIDENT, estates.town.here), version=0),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_staff_are_told_once_until_they_look(estates: Estates) -> None:
    for address in ("a", "b", "c"):
        await joining.ask(estates, await chat(estates.town.here, address))
    rows = await fetch("SELECT path FROM staff_notice WHERE person_id=$1", estates.worker.person_id)
    assert [row["path"] for row in rows] == ["/joins"]


async def joined(estates: Estates, address: str = "wang", **changes: object):  # noqa: ANN201
    """Somebody who was let in; gives their chat."""
    who = await chat(estates.town.here, address)
    await let_in(await joining.ask(estates, who, **changes), by=estates.worker, person_id=deciding.NEW)
    return who


async def test_a_member_of_the_household_vouches_for_somebody_new(estates: Estates) -> None:
    wang, son = await joined(estates), await chat(estates.town.here, "son")
    request = await joining.ask(estates, son, name="王小示", relation="family")
    assert "申请加入您家" in (await joining.said_in(wang))[-1]
    [knock] = await vouching.knocks(viewer=await joining.viewer(wang))
    assert knock.id == request
    assert await vouching.vouch(request, by=await joining.viewer(wang))
    assert may(await joining.viewer(son), "household.read", estates.town.here)
    [line] = await queue.vouched(viewer=estates.worker, place_id=estates.town.here)
    assert (line.id, line.vouched_by) == (request, "王示范")


async def test_what_a_neighbour_vouched_for_can_still_be_refused(estates: Estates) -> None:
    wang, son = await joined(estates), await chat(estates.town.here, "son")
    request = await joining.ask(estates, son, name="王小示", relation="family")
    await vouching.vouch(request, by=await joining.viewer(wang))
    await deciding.refuse(request, by=estates.worker, version=await version(request), reason="not_living")
    assert not (await joining.viewer(son)).roles
    assert await joining.living(estates.town.here) == [("王示范", "501")]
    with pytest.raises(Taken):
        await deciding.confirm(request, by=estates.worker, version=await version(request))


async def test_where_somebody_known_may_be_meant_a_voucher_decides_nothing(estates: Estates) -> None:
    wang = await joined(estates)
    await listed("王小示", estates.town.here)
    son = await chat(estates.town.here, "son")
    request = await joining.ask(estates, son, name="王小示", relation="family")
    assert not await vouching.vouch(request, by=await joining.viewer(wang))
    assert not (await joining.viewer(son)).roles
    [line] = await queue.waiting(viewer=estates.worker, place_id=estates.town.here)
    assert line.vouched_by == "王示范"


async def test_nobody_vouches_for_themselves_for_strangers_or_where_the_rules_forbid_it(estates: Estates) -> None:
    wang, stranger = await joined(estates), await joined(estates, "li", label="502", name="李示范")
    request = await joining.ask(estates, await chat(estates.town.here, "son"), name="王小示")
    with pytest.raises(NotFound):
        await vouching.vouch(request, by=await joining.viewer(stranger))
    with pytest.raises(NotAllowed):
        await vouching.vouch(request, by=SYSTEM_GUEST)
    with in_force(rules().model_copy(update={"vouching": False})), pytest.raises(NotAllowed):
        await vouching.vouch(request, by=await joining.viewer(wang))


async def test_moving_out_of_the_last_home_ends_rights_at_once_and_history_stays(estates: Estates) -> None:
    wang = await joined(estates)
    await let_in(await joining.ask(estates, wang, label="502"), by=estates.worker)
    viewer = await joining.viewer(wang)
    first, second = [one.members[0].residence_id for one in await households.my_homes(viewer=viewer)]
    await households.leave(first, by=viewer)
    assert may(await joining.viewer(wang), "household.read", estates.town.here)
    await residences.move_out(second, by=estates.worker)
    assert not (await joining.viewer(wang)).roles
    rows = await fetch("SELECT until FROM residence WHERE state='moved_out'")
    assert [str(row["until"]) for row in rows] == [joining.today()] * 2


async def test_one_person_lives_in_two_neighbourhoods_and_leaves_one(estates: Estates) -> None:
    wang = await joined(estates)
    there = {
        row["name"]: row["id"]
        for row in await fetch("SELECT id, name FROM building WHERE place_id=$1", estates.town.there)
    }
    request = await joining.ask(estates, wang, door=estates.there, building_id=there["5号楼"], label="101")
    other = await joining.worker(estates.town.there, "柳示范")
    await let_in(request, by=other)
    viewer = await joining.viewer(wang)
    assert {held.place_id for held in viewer.roles} == {estates.town.here, estates.town.there}
    assert (await joining.again(wang)).place_id == estates.town.here
    [here, away] = await households.my_homes(viewer=viewer)
    await households.leave(here.members[0].residence_id, by=viewer)
    assert {held.place_id for held in (await joining.viewer(wang)).roles} <= {estates.town.there}
    assert await joining.living(estates.town.there) == [("王示范", "101")]
    assert away.place_id == estates.town.there


async def test_a_new_tenant_makes_staff_ask_whether_the_former_one_left_and_the_owner_stays(estates: Estates) -> None:
    await joined(estates, "owner", name="房示范")
    await joined(estates, "old", name="旧示范", relation="tenant")
    await joined(estates, "new", name="新示范", relation="tenant")
    [one] = await households.leaving(viewer=estates.worker, place_id=estates.town.here)
    assert one.name == "旧示范"
    await households.keep(one.residence_id, by=estates.worker)
    assert await households.leaving(viewer=estates.worker, place_id=estates.town.here) == []
    assert len(await joining.living(estates.town.here)) == 3


async def test_a_member_says_that_another_left_and_staff_decide(estates: Estates) -> None:
    wang = await joined(estates)
    await joined(estates, "son", name="王小示", relation="family")
    viewer = await joining.viewer(wang)
    [home] = await households.my_homes(viewer=viewer)
    son = next(one for one in home.members if not one.is_self)
    await households.report(son.residence_id, by=viewer)
    with pytest.raises(Taken):
        await households.report(son.residence_id, by=viewer)
    with pytest.raises(NotFound):
        await households.leave(son.residence_id, by=viewer)
    assert len(await joining.living(estates.town.here)) == 2
    [one] = await households.leaving(viewer=estates.worker, place_id=estates.town.here)
    await residences.move_out(one.residence_id, by=estates.worker)
    assert await households.leaving(viewer=estates.worker, place_id=estates.town.here) == []


async def test_members_see_chosen_names_and_never_the_names_of_a_list(estates: Estates) -> None:
    await listed("王老示", estates.town.here)
    wang = await joined(estates)
    [home] = await households.my_homes(viewer=await joining.viewer(wang))
    assert sorted(one.shown_name for one in home.members) == ["王**", "王阿姨"]


async def test_ticked_requests_are_let_in_each_by_itself(estates: Estates) -> None:
    first = await joining.ask(estates, await chat(estates.town.here, "a"))
    second = await joining.ask(estates, await chat(estates.town.here, "b"), label="502", name="李示范")
    third = await joining.ask(estates, await chat(estates.town.here, "c"), label="901", name="孙示范")
    choices = [Choice(first, 0, 0), Choice(second, 7, 0), Choice(third, 0, 0)]
    done = await bulk.approve_many(choices, by=estates.worker)
    assert [bool(one.problem) for one in done] == [False, True, True]
    assert [one.who for one in done] == ["", "李示范（示范一村 3号楼 502）", "孙示范（示范一村 3号楼 901）"]
    assert await joining.living(estates.town.here) == [("王示范", "501")]


async def test_nobody_learns_by_ticking_who_asks_elsewhere(estates: Estates) -> None:
    asked = await joining.ask(estates, await chat(estates.town.here, "a"))
    elsewhere = await joining.worker(estates.town.there, "小外")
    [done] = await bulk.approve_many([Choice(asked, 0, 0)], by=elsewhere)
    assert (bool(done.problem), done.who) == (True, "")


async def test_a_printed_list_is_compared_without_changing_anything(estates: Estates, tmp_path) -> None:  # noqa: ANN001
    await listed("李示范", estates.town.here, label="502")
    asks = [
        await joining.ask(estates, await chat(estates.town.here, "a"), phone="13800000000"),
        await joining.ask(estates, await chat(estates.town.here, "b"), label="502", name="李示范"),
    ]
    path = tmp_path / "list.csv"
    path.write_text(
        "楼栋,室号,姓名,手机\n3,501室,王示范,13800000000\n3幢,502,李示範,\n5号楼,101,没有人,\n3号楼,501,王示范,\n",
        encoding="utf-8",
    )
    rows = await bulk.compare(path, by=estates.worker, place_id=estates.town.here, name="list.csv")
    assert [(one.request_id, one.can_be_let_in) for one in rows] == [
        (asks[0], True),
        (asks[1], True),
        (None, False),
        (None, False),
    ]
    assert len(await queue.waiting(viewer=estates.worker, place_id=estates.town.here)) == 2


async def test_the_browser_that_asked_is_signed_in_once(estates: Estates) -> None:
    web = await chat(estates.town.here, "a" * 40, "web")
    request = await joining.ask(estates, web)
    assert await asking.claim_entry(contact_id=web.contact_id) is None
    await let_in(request, by=estates.worker)
    entries = [await asking.claim_entry(contact_id=web.contact_id) for _ in range(2)]
    assert [one is None for one in entries] == [False, True]
    other = await chat(estates.town.here, "b" * 40, "web")
    assert await asking.claim_entry(contact_id=other.contact_id) is None


async def test_asking_for_somebody_else_makes_a_standing_link_and_binds_no_chat_to_them(estates: Estates) -> None:
    son = await chat(estates.town.here, "son")
    request = await joining.ask(estates, son, helper_name="王小示")
    await let_in(request, by=estates.worker)
    viewer = await joining.viewer(son)
    assert viewer.person_id is not None
    assert not viewer.roles, "who helps does not live there"
    [line] = await acting.mine(viewer=viewer)
    assert (line.helper, line.elder, line.state) == ("王小示", "王示范", ActingState.STANDING)


async def test_old_requests_that_came_to_nothing_are_forgotten(estates: Estates, clock: StillClock) -> None:
    request = await joining.ask(estates, await chat(estates.town.here))
    await deciding.refuse(request, by=estates.worker, version=0, reason="not_known")
    assert await clearing.forget(older_than=clock.moment - dt.timedelta(days=1), limit=10) == 0
    clock.forward(days=2)
    assert await clearing.forget(older_than=clock.moment - dt.timedelta(days=1), limit=10) == 1
    assert await homes.home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=estates.town.here)


async def test_the_telephone_of_who_was_let_in_stays_with_the_person_alone(estates: Estates, clock: StillClock) -> None:
    request = await joining.ask(estates, await chat(estates.town.here), phone="13800000009")
    await let_in(request, by=estates.worker)
    clock.forward(days=2)
    assert await clearing.forget(older_than=clock.moment - dt.timedelta(days=1), limit=10) == 1
    kept = await JoinRequest.get(id=request)
    assert (kept.phone_sealed, kept.phone_hash) == (None, None)
    assert (await Personal.get(person_id=kept.person_id)).phone_sealed is not None


async def test_a_chat_that_became_anothers_meanwhile_is_not_given_to_who_asked_from_it(estates: Estates) -> None:
    li = await chat(estates.town.here, "li")
    await let_in(await joining.ask(estates, li, name="李示例", label="502"), by=estates.worker)
    shared = await chat(estates.town.here, "shared")
    row = {"contact_id": shared.contact_id, "place_id": estates.town.here}
    lee = (await joining.viewer(li)).person_id or 0
    await execute("UPDATE contact SET person_id=$1 WHERE id=$2", lee, shared.contact_id)
    with pytest.raises(Taken):
        await arrival._bind(row, lee + 1)  # pyright: ignore[reportPrivateUsage]
    await arrival._bind(row, lee)  # pyright: ignore[reportPrivateUsage]
