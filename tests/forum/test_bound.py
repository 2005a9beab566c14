"""Who waits because of a post hears once that it is gone, and once that it is back; nobody slips in while it goes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable

import asyncpg
import pytest

from app import jobs
from casework.privacy import leaving
from forum import bound, posts, threads
from forum.activities import calling, signing_up
from forum.activities.calling import NewActivity
from forum.help import wishes
from forum.help.wishes import NewWish
from forum.items import handing, lines, offers
from forum.items.offers import NewItem
from forum.moderation import batches, ending, flags, measures
from forum.moderation.measures import Wanted
from models import clock as models_clock
from models.bell import BellLine
from models.errors import NotAllowed, Refusal, Taken, WrongState
from models.item import Reservation
from models.message import Outbox
from models.moderation import Measure, Review
from models.person import RoleName
from models.post import Post, Thing
from models.wish import Wish
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person

RUDE = Wanted(rule="abuse", reason="说事情，不要骂人")


async def wished(cast: Neighbours, *, by: Viewer | None = None) -> int:
    new = NewWish("help", "灯泡够不着，请人帮忙换一下")
    return (await wishes.ask(new, by=by or cast.wang, place_id=cast.here.id)).id


async def claimed(cast: Neighbours) -> int:
    """王阿姨 asks for a hand, 李叔 takes it on."""
    post = await wished(cast)
    await wishes.claim(post, by=cast.li)
    return post


async def offered(cast: Neighbours, *waiting: Viewer, mode: str = "give") -> int:
    """王阿姨 offers a chair, some are in line for it."""
    new = NewItem(mode, "木头椅子一把", "gate", title="旧椅子", lend_days=7 if mode == "lend" else None)
    post = (await offers.offer(new, by=cast.wang, place_id=cast.here.id)).id
    for who in waiting:
        await lines.reserve(post, by=who)
    return post


async def called(cast: Neighbours) -> int:
    """小陈 calls an activity, two sign up and one of them waits."""
    starts = models_clock.now() + dt.timedelta(days=3)
    new = NewActivity("包粽子", "一起来", starts, starts + dt.timedelta(hours=2), "活动室", 1)
    post = (await calling.call(new, by=cast.chen, place_id=cast.here.id)).id
    for who in (cast.wang, cast.li):
        await signing_up.sign_up(post, by=who)
    return post


async def told(kind: str) -> int:
    return await Outbox.filter(kind=kind).count()


async def hidden(cast: Neighbours, post: int) -> Measure:
    return await measures.hide(Thing.POST, post, RUDE, by=cast.gao)


async def test_who_took_a_wish_on_hears_that_it_is_away_and_that_it_is_back(cast: Neighbours) -> None:
    assert next(job.every_seconds for job in jobs.JOBS if job.name == "posts.tell_bound") == 60
    with pytest.raises(NotAllowed):
        await bound.tell_due(by=cast.gao)
    post = await claimed(cast)
    await wished(cast, by=cast.chen)
    assert await bound.tell_due(by=SYSTEM) == 0
    for _ in range(2):
        taken_away = await hidden(cast, post)
        assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [1, 0]
        await ending.lift(taken_away.id, by=cast.gao)
        assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert (await told("wish.hidden"), await told("wish.shown")) == (2, 2)
    lines_of = await BellLine.filter(person_id=cast.li.person_id, kind="wish").values_list("subject", "count")
    assert lines_of == [(f"/wishes/{post}", 4)], "one line, which the next one changes"


async def test_a_wish_is_moved_and_its_helper_hears_where_to(cast: Neighbours) -> None:
    post = await claimed(cast)
    moved = await measures.move_to(post, Wanted("wrong_board", "放在这里更合适", board="neighbours"), by=cast.gao)
    assert await told("wish.moved") == 1
    await ending.lift(moved.id, by=cast.gao)
    assert await told("wish.moved") == 2, "and back"
    assert (await Wish.get(post_id=post)).state == "claimed"


async def test_at_night_it_is_said_that_it_is_away_and_by_day_that_it_is_back(
    cast: Neighbours, clock: StillClock
) -> None:
    post = await offered(cast, cast.li, await person("小周", cast.here, RoleName.RESIDENT))
    clock.forward(hours=14)
    away = await hidden(cast, post)
    came = await asyncio.gather(*(bound.tell_due(by=SYSTEM) for _ in range(3)))
    assert sum(came) == 2, "each once, however many run"
    await ending.lift(away.id, by=cast.gao)
    assert await bound.tell_due(by=SYSTEM) == 0
    clock.forward(hours=10)
    assert await bound.tell_due(by=SYSTEM) == 2


async def test_everybody_in_line_hears_it_and_nobody_of_another_item(cast: Neighbours) -> None:
    zhou = await person("小周", cast.here, RoleName.RESIDENT)
    post, other = await offered(cast, cast.li, zhou), await offered(cast, zhou)
    away = await hidden(cast, post)
    assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [2, 0]
    await ending.lift(away.id, by=cast.gao)
    assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [2, 0]
    await posts.delete(post, by=cast.wang)
    assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [2, 0]
    assert [await told(f"item.{key}") for key in ("hidden", "shown", "withdrawn")] == [2, 2, 2]
    await lines.let_go(other, by=zhou)
    await hidden(cast, other)
    assert await bound.tell_due(by=SYSTEM) == 0, "who let go waits for nothing"


async def test_who_signed_up_or_waits_hears_it_and_a_deleted_activity_is_called_off(
    cast: Neighbours, clock: StillClock
) -> None:
    post = await called(cast)
    away = await hidden(cast, post)
    assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [2, 0]
    await ending.lift(away.id, by=cast.gao)
    assert [await bound.tell_due(by=SYSTEM) for _ in range(2)] == [2, 0]
    await posts.delete(post, by=cast.chen)
    assert await bound.tell_due(by=SYSTEM) == 0
    other = await called(cast)
    await hidden(cast, other)
    clock.forward(days=4)
    assert await bound.tell_due(by=SYSTEM) == 0, "what is over calls nobody"


async def test_what_is_hidden_and_undone_at_once_is_told_to_nobody_who_waits(cast: Neighbours) -> None:
    post = await claimed(cast)
    await flags.flag(Thing.POST, post, rule="abuse", by=cast.chen)
    batch = await batches.hide_many([(await Review.get(thing_id=post)).id], RUDE, by=cast.gao)
    await batches.undo(batch.token, by=cast.gao)
    assert await bound.tell_due(by=SYSTEM) == 0


async def test_what_is_lent_comes_back_before_its_post_is_deleted(cast: Neighbours) -> None:
    post = await offered(cast, cast.li, mode="lend")
    assert (await threads.thread(post, viewer=cast.wang)).may.delete
    line = (await Reservation.get()).id
    await handing.give(post, line, by=cast.wang)
    assert not (await threads.thread(post, viewer=cast.wang)).may.delete
    with pytest.raises(WrongState) as refused:
        await posts.delete(post, by=cast.wang)
    assert refused.value.key == "item.take_back_first"
    await handing.take_back(post, line, by=cast.wang)
    await posts.delete(post, by=cast.wang)


async def test_who_waits_for_somebody_whose_account_goes_hears_it(cast: Neighbours) -> None:
    post, own = await claimed(cast), await wished(cast, by=cast.li)
    await wishes.claim(own, by=cast.chen)
    await offered(cast, cast.li)
    await leaving.delete_account(by=cast.li)
    assert [await told(key) for key in ("wish.let_go", "wish.withdrawn", "item.let_go")] == [1, 1, 1]
    assert (await Wish.get(post_id=post)).state == "open"
    zhou = await person("小周", cast.here, RoleName.RESIDENT)
    await wishes.claim(post, by=zhou)
    await lines.reserve((await Post.get(title="旧椅子")).id, by=zhou)
    await leaving.delete_account(by=cast.wang)
    assert [await told(key) for key in ("wish.withdrawn", "item.withdrawn")] == [2, 1]


async def refusal_of(deed: Awaitable[object]) -> Refusal | None:
    """What it is refused with, None where it is done."""
    try:
        await deed
    except Refusal as refusal:
        return refusal
    return None


@pytest.fixture
async def somebody_else(db: object, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another connection to the same database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.mark.databases("postgres")
@pytest.mark.parametrize("what", ["wish", "item", "activity"])
async def test_nobody_slips_in_while_a_post_is_taken_away(
    cast: Neighbours, somebody_else: asyncpg.Connection, what: str
) -> None:
    make = {"wish": wished, "item": offered, "activity": called}[what]
    post, zhou = await make(cast), await person("小周", cast.here, RoleName.RESIDENT)
    take = {"wish": wishes.claim, "item": lines.reserve, "activity": signing_up.sign_up}[what]
    deleting = somebody_else.transaction()
    await deleting.start()
    await somebody_else.execute("UPDATE post SET state='deleted', version=version+1 WHERE id=$1", post)
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(refusal_of(take(post, by=zhou)))
        done, _ = await asyncio.wait([taking], timeout=0.5)
        await deleting.commit()
    assert not done, "it waits for who takes the post away"
    assert isinstance(taking.result(), (WrongState, Taken))
    assert await Wish.filter(state="claimed").count() == 0
    assert await Reservation.all().count() == 0


@pytest.mark.databases("postgres")
async def test_a_wish_that_is_being_taken_on_is_not_deleted(
    cast: Neighbours, somebody_else: asyncpg.Connection
) -> None:
    post = await wished(cast)
    holding = somebody_else.transaction()
    await holding.start()
    await somebody_else.execute("UPDATE wish SET version=version WHERE post_id=$1", post)
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(refusal_of(wishes.claim(post, by=cast.li)))
        await asyncio.wait([taking], timeout=0.3)
        deleting = group.create_task(refusal_of(posts.delete(post, by=cast.wang)))
        done, _ = await asyncio.wait([taking, deleting], timeout=0.3)
        await holding.commit()
    assert not done, "both wait, one behind the other"
    assert taking.result() is None
    refused = deleting.result()
    assert refused is not None
    assert refused.key == "wish.release_first"


async def test_claimed_or_deleted_but_never_both(cast: Neighbours) -> None:
    for _ in range(10):
        post = await wished(cast)
        both = (wishes.claim(post, by=cast.chen), posts.delete(post, by=cast.wang))
        came = await asyncio.gather(*both, return_exceptions=True)
        assert sum(isinstance(one, Refusal) for one in came) == 1, came
        stands = (await Post.get(id=post)).state == "published"
        assert stands == ((await Wish.get(post_id=post)).state == "claimed")
        if stands:
            await wishes.release(post, by=cast.wang)
