"""Idle items: one is first, the next comes by itself, a time stands once both agree, and what is over is over."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.privacy import leaving
from casework.privacy.copies import copy_of
from casework.privacy.kept import kept
from forum import posts
from forum.help import wishes
from forum.help.wishes import NewWish
from forum.items import clearing, handing, lines, market, meetings, no_shows, offers, reminding, views
from forum.items.offers import NewItem
from forum.items.views import ItemView, Side
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.message import Outbox
from models.person import RoleName
from models.post import Post, PostState
from models.rules import rules
from models.transaction import execute, fetch_one
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.portal.statements import statements

DESK = "一张儿童书桌，七成新，能调高低"


async def offered(cast: Neighbours, mode: str = "give", **more: object) -> int:
    """王阿姨 offers a desk."""
    new = NewItem(mode, DESK, "downstairs", **more)  # type: ignore[arg-type]
    return (await offers.offer(new, by=cast.wang, place_id=cast.here.id)).id


async def seen(post_id: int, viewer: Viewer) -> ItemView:
    return await views.item(post_id, viewer=viewer)


async def line_of(post_id: int, cast: Neighbours, at: int = 0) -> int:
    return (await seen(post_id, cast.wang)).line[at].id


async def third(cast: Neighbours) -> Viewer:
    return await person("小周", cast.here, RoleName.RESIDENT)


async def agree(post_id: int, line_id: int, cast: Neighbours, at: dt.datetime, taker: Viewer) -> None:
    await meetings.meet(post_id, line_id, by=taker, at=at)
    await meetings.confirm(post_id, line_id, by=cast.wang, at=at)


async def letters(kind: str) -> int:
    return await Outbox.filter(kind=kind).count()


async def test_of_two_who_reserve_at_once_one_is_first_and_the_other_next(cast: Neighbours) -> None:
    post, zhou = await offered(cast), await third(cast)
    ahead = await asyncio.gather(*(lines.reserve(post, by=one) for one in (cast.li, zhou)))
    assert sorted(ahead) == [0, 1]
    first, second = (cast.li, zhou) if ahead[0] == 0 else (zhou, cast.li)
    assert [(await seen(post, one)).side for one in (first, second)] == [Side.FIRST, Side.WAITING]
    with pytest.raises(Taken):
        await lines.reserve(post, by=second)
    with pytest.raises(Invalid):
        await lines.reserve(post, by=cast.wang)
    await lines.let_go(post, by=first)
    assert (await seen(post, second)).side is Side.FIRST
    assert await letters("item.your_turn") == 1
    assert await letters("item.let_go") == 1


async def test_each_reads_a_state_of_their_own_and_nobody_a_door(cast: Neighbours) -> None:
    post, zhou = await offered(cast), await third(cast)
    await lines.reserve(post, by=cast.li)
    await lines.reserve(post, by=zhou)
    words = [(await seen(post, one)).words for one in (cast.wang, cast.li, zhou, cast.sun)]
    assert len({*words}) == 4
    assert "老李" in words[0]
    assert (await seen(post, zhou)).line[0].is_own, "who waits sees where they stand and nobody else"
    assert (await seen(post, cast.sun)).line == ()
    staff = NewItem("give", "来3号楼502室拿", "gate", title="旧椅子")
    made = await offers.offer(staff, by=cast.chen, place_id=cast.here.id)
    assert "502" not in (await seen(made.id, cast.li)).post.text
    assert made.hidden


async def test_several_are_had_by_as_many_and_the_last_ends_it(cast: Neighbours) -> None:
    post, zhou = await offered(cast, quantity=2), await third(cast)
    assert [await lines.reserve(post, by=one) for one in (cast.li, zhou)] == [0, 0]
    xu = await person("小徐", cast.here, RoleName.RESIDENT)
    assert await lines.reserve(post, by=xu) == 1
    await handing.give(post, await line_of(post, cast), by=cast.wang)
    assert (await seen(post, xu)).side is Side.WAITING
    with pytest.raises(WrongState):
        await handing.give(post, await line_of(post, cast, 1), by=cast.wang)
    await handing.give(post, await line_of(post, cast), by=cast.wang)
    with pytest.raises(WrongState):
        await lines.reserve(post, by=cast.li)
    assert (await seen(post, cast.sun)).mark == "没有了"
    assert await letters("item.gone") == 1
    assert await clearing.KINDS[0].clear(dt.datetime(2100, 1, 1, tzinfo=dt.UTC), 9) == 3  # type: ignore[operator]


async def test_the_line_of_a_post_that_was_taken_away_is_cleared(cast: Neighbours, clock: StillClock) -> None:
    post, zhou = await offered(cast), await third(cast)
    for one in (cast.li, zhou):
        await lines.reserve(post, by=one)
    await posts.delete(post, by=cast.wang)
    later = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    clear = clearing.KINDS[0].clear
    assert await clear(clock.moment, 9) == 0  # type: ignore[operator]
    assert await clear(later, 9) == 2  # type: ignore[operator]


async def test_a_time_stands_once_both_agreed_to_the_same_and_is_reminded_of_once(
    cast: Neighbours, clock: StillClock
) -> None:
    post, zhou = await offered(cast), await third(cast)
    await lines.reserve(post, by=cast.li)
    await lines.reserve(post, by=zhou)
    line, at = await line_of(post, cast), clock.moment + dt.timedelta(hours=30)
    for later in (clock.moment - dt.timedelta(hours=1), clock.moment + dt.timedelta(days=31)):
        with pytest.raises(Invalid):
            await meetings.meet(post, line, by=cast.li, at=later)
    for by, key in ((zhou, NotFound), (cast.sun, NotFound), (cast.stranger, NotFound)):
        with pytest.raises(key):
            await meetings.meet(post, line, by=by, at=at)
    await meetings.meet(post, line, by=cast.li, at=at)
    assert not (await seen(post, cast.wang)).line[0].is_agreed
    with pytest.raises(Taken):
        await meetings.confirm(post, line, by=cast.wang, at=at + dt.timedelta(hours=1))
    await meetings.confirm(post, line, by=cast.wang, at=at)
    assert (await seen(post, cast.li)).line[0].is_agreed
    assert await reminding.remind(by=SYSTEM) == 0
    clock.forward(hours=8)
    assert [await reminding.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert await letters("item.meet_soon") == 2


async def test_who_did_not_come_is_passed_and_it_fades(cast: Neighbours, clock: StillClock) -> None:
    post, zhou = await offered(cast), await third(cast)
    await lines.reserve(post, by=cast.li)
    await lines.reserve(post, by=zhou)
    line, at = await line_of(post, cast), clock.moment + dt.timedelta(hours=2)
    await agree(post, line, cast, at, cast.li)
    with pytest.raises(WrongState):
        await meetings.miss(post, line, by=cast.wang)
    clock.forward(hours=3)
    await meetings.miss(post, line, by=cast.wang)
    assert (await seen(post, zhou)).side is Side.FIRST
    await lines.reserve(post, by=cast.li)
    assert [one.missed for one in (await seen(post, cast.wang)).line] == [0, 1]
    assert (await seen(post, cast.sun)).line == ()
    assert await no_shows.own(viewer=cast.li, place_id=cast.here.id) == 1
    clock.forward(days=rules().items.missed_days + 1)
    assert await no_shows.own(viewer=cast.li, place_id=cast.here.id) == 0


async def test_either_side_may_not_have_come_and_staff_strike_what_was_not_so(
    cast: Neighbours, clock: StillClock
) -> None:
    post = await offered(cast)
    await lines.reserve(post, by=cast.li)
    line, at = await line_of(post, cast), clock.moment + dt.timedelta(hours=2)
    await agree(post, line, cast, at, cast.li)
    clock.forward(hours=3)
    await meetings.miss(post, line, by=cast.li)
    assert (await seen(post, cast.li)).side is Side.FIRST, "who came in vain is still first"
    (missed,) = await no_shows.missed(viewer=cast.chen, place_id=cast.here.id)
    for by in (cast.wang, cast.sun, cast.outsider):
        with pytest.raises((NotAllowed, NotFound)):
            await no_shows.strike(missed.id, by=by)
    await no_shows.strike(missed.id, by=cast.chen)
    assert await no_shows.own(viewer=cast.wang, place_id=cast.here.id) == 0


async def test_it_expires_by_the_clock_lives_while_wanted_and_is_bumped(cast: Neighbours, clock: StillClock) -> None:
    post, wanted = await offered(cast), await offered(cast)
    await lines.reserve(wanted, by=cast.li)
    with pytest.raises(WrongState):
        await offers.bump(post, by=cast.wang)
    clock.forward(days=rules().items.expires_days)
    with pytest.raises(WrongState) as refused:
        await lines.reserve(post, by=cast.li)
    assert refused.value.key == "item.expired"
    shown = await market.market(viewer=cast.li, place_id=cast.here.id)
    assert [one.post_id for one in shown.lines] == [wanted]
    with pytest.raises(NotAllowed):
        await offers.bump(post, by=cast.li)
    await offers.bump(post, by=cast.wang)
    assert await lines.reserve(post, by=cast.li) == 0
    assert (await market.market(viewer=cast.li, place_id=cast.here.id)).lines[0].post_id == post


async def test_a_moderated_post_and_another_neighbourhood_give_nothing(cast: Neighbours) -> None:
    post = await offered(cast)
    for viewer in (cast.stranger, cast.outsider, cast.zhao):
        for look in (views.item(post, viewer=viewer), lines.reserve(post, by=viewer)):
            with pytest.raises((NotFound, NotAllowed)):
                await look
        with pytest.raises(NotFound):
            await market.market(viewer=viewer, place_id=cast.here.id)
    await lines.reserve(post, by=cast.li)
    await Post.filter(id=post).update(state=PostState.HIDDEN)
    for by in (cast.sun, await third(cast)):
        with pytest.raises((NotFound, NotAllowed, WrongState)):
            await lines.reserve(post, by=by)
    assert (await market.market(viewer=cast.li, place_id=cast.here.id)).lines == ()
    (mine,) = await market.wanted_items(viewer=cast.li, place_id=cast.here.id)
    assert mine.title == ""
    assert [await reminding.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert await letters("item.hidden") == 1
    await Post.filter(id=post).update(state=PostState.LOCKED)
    with pytest.raises(WrongState):
        await lines.reserve(post, by=await person("小徐", cast.here, RoleName.RESIDENT))


async def test_what_is_lent_comes_back_is_reminded_of_once_and_goes_to_the_next(
    cast: Neighbours, clock: StillClock
) -> None:
    post, zhou = await offered(cast, "lend", lend_days=3), await third(cast)
    await lines.reserve(post, by=cast.li)
    await handing.give(post, await line_of(post, cast), by=cast.wang)
    assert await lines.reserve(post, by=zhou) == 1
    assert [(await seen(post, one)).side for one in (cast.li, zhou)] == [Side.HOLDER, Side.WAITING]
    with pytest.raises(WrongState):
        await leaving.must_be_able_to_leave(viewer=cast.li)
    assert await reminding.remind(by=SYSTEM) == 0
    clock.forward(days=2)
    assert [await reminding.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert await letters("item.due") == 1
    clock.forward(days=2)
    assert [await reminding.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert [await letters(kind) for kind in ("item.late", "item.late_giver")] == [1, 1]
    await handing.take_back(post, await line_of(post, cast), by=cast.wang)
    assert (await seen(post, zhou)).side is Side.FIRST
    assert await lines.reserve(post, by=cast.li) == 1
    await handing.give(post, await line_of(post, cast), by=cast.wang)
    await leaving.delete_account(by=cast.wang)
    await leaving.must_be_able_to_leave(viewer=zhou)


async def test_who_moves_away_stands_in_no_line_and_the_next_is_told_by_the_clock(cast: Neighbours) -> None:
    post, zhou = await offered(cast), await third(cast)
    await lines.reserve(post, by=cast.li)
    await lines.reserve(post, by=zhou)
    await execute("DELETE FROM role WHERE person_id=$1", cast.li.person_id)
    assert (await seen(post, zhou)).side is Side.FIRST
    assert [await reminding.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert await letters("item.your_turn") == 1
    await execute("DELETE FROM role WHERE person_id=$1", cast.wang.person_id)
    with pytest.raises(WrongState):
        await lines.reserve(post, by=await person("小徐", cast.here, RoleName.RESIDENT))


async def test_an_account_that_goes_leaves_its_lines_and_its_offers(cast: Neighbours) -> None:
    post, zhou = await offered(cast), await third(cast)
    await lines.reserve(post, by=cast.li)
    await lines.reserve(post, by=zhou)
    await leaving.delete_account(by=cast.li)
    assert (await seen(post, zhou)).side is Side.FIRST
    await leaving.delete_account(by=cast.wang)
    assert (await seen(post, zhou)).side is Side.OTHER
    with pytest.raises(WrongState):
        await lines.reserve(post, by=zhou)


async def test_a_form_offers_once_and_one_stands_in_few_lines(cast: Neighbours) -> None:
    both = await asyncio.gather(*(offered(cast, key="k") for _ in range(3)))
    assert len({*both}) == 1
    row = await fetch_one("SELECT count(*) AS n FROM item")
    assert row == {"n": 1}
    most = rules().items.most_open
    things = [await offered(cast) for _ in range(most + 1)]
    for post in things[:most]:
        await lines.reserve(post, by=cast.li)
    with pytest.raises(Invalid):
        await lines.reserve(things[most], by=cast.li)
    await offers.withdraw(things[0], by=cast.wang)
    assert await letters("item.withdrawn") == 1
    assert await lines.reserve(things[most], by=cast.li) == 0


async def test_lists_and_marks_cost_the_same_however_many(cast: Neighbours) -> None:
    costs = set()
    for _ in range(2):
        for _ in range(3):
            await lines_of_one(cast)
        with statements() as counted:
            await market.market(viewer=cast.sun, place_id=cast.here.id)
            await market.marks([1, 2, 3], viewer=cast.sun, place_id=cast.here.id)
        costs.add(len(counted.seen))
    assert len(costs) == 1
    assert max(costs) <= 10


async def lines_of_one(cast: Neighbours) -> None:
    post = await offered(cast)
    if len(await market.wanted_items(viewer=cast.li, place_id=cast.here.id)) < rules().items.most_open:
        await lines.reserve(post, by=cast.li)


async def test_a_persons_copy_says_what_they_offered_wanted_and_helped_with(cast: Neighbours) -> None:
    post = await offered(cast)
    await lines.reserve(post, by=cast.li)
    wish = await wishes.ask(NewWish("help", "换灯泡"), by=cast.wang, place_id=cast.here.id)
    await wishes.claim(wish.id, by=cast.li)
    expected = {"item": "open", "wish": "claimed"}, {"line": "waiting", "claim": "claimed"}
    for who, things in zip((cast.wang, cast.li), expected, strict=True):
        assert {one.thing: one.standing for one in (await kept(viewer=who)).things} == things
    assert "要过的闲置物品" in (await copy_of(by=cast.li, in_full=True)).decode()
