"""Mutual help: taken on once, done by the asker's word, an elder's name and door read by nobody else."""

from __future__ import annotations

import asyncio

import pytest

from app import jobs
from casework.privacy import leaving
from forum import posts, threads
from forum.help import lists, settling, sight, wishes
from forum.help.sight import WishView
from forum.help.wishes import NewWish
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.message import Outbox
from models.person import Person, Role, RoleName
from models.post import Post, PostState
from models.push import Push
from models.rules import rules
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person


async def asked(cast: Neighbours, kind: str = "help", *, by: Viewer | None = None, **more: object) -> int:
    """王阿姨 asks for a hand."""
    new = NewWish(kind, "厨房的灯泡够不着，请人帮忙换一下", **more)  # type: ignore[arg-type]
    return (await wishes.ask(new, by=by or cast.wang, place_id=cast.here.id)).id


async def seen(post_id: int, viewer: Viewer) -> WishView:
    return await sight.wish(post_id, viewer=viewer)


async def test_of_many_who_take_it_on_at_once_one_does(cast: Neighbours) -> None:
    post = await asked(cast)
    many = [cast.li, cast.chen, *[await person(name, cast.here, RoleName.RESIDENT) for name in ("小周", "小徐")]]
    got = await asyncio.gather(*(wishes.claim(post, by=one) for one in many), return_exceptions=True)
    assert [type(one) for one in got if one is not None] == [Taken] * 3
    helper = many[got.index(None)]
    assert (await seen(post, helper)).side is sight.Side.HELPER
    assert (await seen(post, cast.sun)).helper == ""
    assert (await seen(post, cast.wang)).helper
    assert await Outbox.filter(kind="wish.claimed").count() == 1


async def test_it_is_done_by_the_askers_word_and_thanked(cast: Neighbours) -> None:
    post = await asked(cast)
    with pytest.raises(WrongState):
        await wishes.finish(post, by=cast.wang)
    await wishes.claim(post, by=cast.li)
    for by in (cast.li, cast.chen, cast.sun):
        with pytest.raises(NotAllowed):
            await wishes.finish(post, by=by, thanks="谢谢我自己")
    await wishes.finish(post, by=cast.wang, thanks="谢谢老李，电话13812345678")
    found = await seen(post, cast.sun)
    assert found.state == "done"
    assert "谢谢老李" in found.thanks
    assert "1381234" not in found.thanks
    with pytest.raises(WrongState):
        await wishes.claim(post, by=cast.chen)


async def test_it_is_let_go_released_and_taken_on_again(cast: Neighbours) -> None:
    post = await asked(cast)
    for give_back, by in ((wishes.let_go, cast.li), (wishes.release, cast.wang)):
        await wishes.claim(post, by=cast.li)
        with pytest.raises(NotAllowed):
            await give_back(post, by=cast.chen)
        await give_back(post, by=by)
        assert (await seen(post, cast.chen)).may.claim
    await wishes.withdraw(post, by=cast.wang)
    with pytest.raises(WrongState):
        await wishes.claim(post, by=cast.li)


async def test_who_took_it_on_is_let_go_before_it_is_deleted(cast: Neighbours) -> None:
    post = await asked(cast)
    await wishes.claim(post, by=cast.li)
    assert not (await threads.thread(post, viewer=cast.wang)).may.delete
    with pytest.raises(WrongState):
        await posts.delete(post, by=cast.wang)
    await wishes.release(post, by=cast.wang)
    assert (await threads.thread(post, viewer=cast.wang)).may.delete
    await posts.delete(post, by=cast.wang)


async def test_an_elders_wish_names_nobody_and_waits_for_a_volunteer(cast: Neighbours) -> None:
    elder = await person("陆奶奶", cast.here, RoleName.RESIDENT)
    volunteer = await person("小徐", cast.here, RoleName.VOLUNTEER)
    who = elder.person_id or 0
    with pytest.raises(NotFound):
        await asked(cast, "wish", by=cast.li, for_person_id=who)
    for text in ("给真名陆奶奶读报", "去3号楼502室读报"):
        with pytest.raises(Invalid):
            new = NewWish("wish", text, for_person_id=who)
            await wishes.ask(new, by=cast.chen, place_id=cast.here.id)
    with pytest.raises(NotFound):
        await asked(cast, "wish", by=cast.chen, for_person_id=cast.stranger.person_id)
    post = await asked(cast, "wish", by=cast.chen, for_person_id=who, only_volunteers=True)
    with pytest.raises(NotAllowed):
        await wishes.claim(post, by=cast.li)
    assert (await seen(post, volunteer)).for_whom == ""
    assert await Push.filter(person_id=volunteer.person_id).count() == 1
    await wishes.claim(post, by=volunteer)
    assert (await seen(post, volunteer)).for_whom == "陆奶奶"
    assert [(await seen(post, one)).for_whom for one in (cast.li, cast.sun)] == ["", ""]
    await leaving.delete_account(by=elder)
    assert (await seen(post, cast.chen)).for_whom == ""


async def test_it_expires_by_the_clock_and_is_asked_again(cast: Neighbours, clock: StillClock) -> None:
    post = await asked(cast)
    with pytest.raises(WrongState):
        await wishes.renew(post, by=cast.wang)
    clock.forward(days=rules().wishes.expires_days)
    with pytest.raises(WrongState):
        await wishes.claim(post, by=cast.li)
    assert (await lists.waiting(viewer=cast.li, place_id=cast.here.id)).lines == ()
    await wishes.renew(post, by=cast.wang)
    await wishes.claim(post, by=cast.li)
    clock.forward(days=rules().wishes.expires_days)
    assert (await seen(post, cast.li)).state == "claimed", "who took it on has it for as long as it takes"


async def test_elsewhere_hidden_and_too_many_at_once_are_refused(cast: Neighbours) -> None:
    post = await asked(cast)
    for viewer in (cast.stranger, cast.outsider, cast.zhao):
        for look in (sight.wish(post, viewer=viewer), wishes.claim(post, by=viewer)):
            with pytest.raises((NotFound, NotAllowed)):
                await look
    with pytest.raises(Invalid):
        await wishes.claim(post, by=cast.wang)
    await Post.filter(id=post).update(state=PostState.HIDDEN)
    for by in (cast.li, cast.chen):
        with pytest.raises((NotFound, WrongState)):
            await wishes.claim(post, by=by)
    for _ in range(rules().wishes.most_claims):
        await wishes.claim(await asked(cast), by=cast.li)
    with pytest.raises(Invalid):
        await wishes.claim(await asked(cast), by=cast.li)


async def test_who_moves_away_holds_no_wish_and_who_is_still_here_hears_so(cast: Neighbours) -> None:
    assert "wishes.settle" in {job.name for job in jobs.JOBS}
    of_helper, of_asker, stays = [await asked(cast, by=by) for by in (cast.wang, cast.doctor, cast.wang)]
    for post, by in ((of_helper, cast.li), (of_asker, cast.chen), (stays, cast.chen)):
        await wishes.claim(post, by=by)
    with pytest.raises(NotAllowed):
        await settling.settle(by=cast.gao)
    assert await settling.settle(by=SYSTEM) == 0
    for gone in (cast.li, cast.doctor):
        await Role.filter(person_id=gone.person_id).delete()
    assert [await settling.settle(by=SYSTEM) for _ in range(2)] == [2, 0]
    assert (await seen(of_helper, cast.chen)).may.claim
    assert [await Outbox.filter(kind=kind).count() for kind in ("wish.let_go", "wish.withdrawn")] == [1, 1]
    assert (await seen(stays, cast.wang)).state == "claimed"


async def test_an_account_that_goes_gives_back_what_it_took_on(cast: Neighbours) -> None:
    post, own = await asked(cast), await asked(cast, by=cast.li)
    await wishes.claim(post, by=cast.li)
    await leaving.delete_account(by=cast.li)
    assert (await seen(post, cast.chen)).may.claim
    assert (await seen(own, cast.chen)).state == "withdrawn"
    assert (await Person.get(id=cast.li.person_id)).name == "已注销"
