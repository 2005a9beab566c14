"""What is done about posts and authors: by whom, how it ends, what is told, what stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from forum import board_settings, photo_sight, posts, responses, threads
from forum.board_settings import Wanted as Set
from forum.moderation import appeals, batches, ending, expiry, flags, log, measures, reviews
from forum.sight import visible
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.file import FileKind
from models.moderation import Measure, MeasureEnd
from models.notice import StaffNotice
from models.post import Thing
from people import files
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.moderation.conftest import RUDE, House, reply_state, told
from tests.people.photos import photo

POST, REPLY = Thing.POST, Thing.REPLY


async def test_a_hidden_post_is_gone_for_neighbours_kept_and_comes_back_by_itself(
    house: House, clock: StillClock
) -> None:
    cast = house.cast
    hidden = await measures.hide(POST, house.post, replace(RUDE, hours=24), by=house.zhou)
    with pytest.raises(NotFound):
        await visible(house.post, cast.li)
    assert (await visible(house.post, cast.wang)).reason == RUDE.reason
    assert (await Measure.get(id=hidden.id)).text == "昨天谁把车停在门口，真不像话"
    assert "说事情，不要骂人" in (await told(cast.wang))[-1]
    clock.forward(hours=25)
    assert (await expiry.end_due(by=SYSTEM), await expiry.end_due(by=SYSTEM)) == (1, 0)
    assert await house.state() == "published"
    assert (await visible(house.post, cast.li)).reason == ""


async def test_a_photo_of_a_hidden_post_is_hidden_too(house: House) -> None:
    cast = house.cast
    kept = await files.keep(photo(), kind=FileKind.PHOTO, by=cast.wang, place_id=cast.here.id)
    post = await cast.post("看照片", board="neighbours", photos=(kept.name,))
    assert photo_sight.POST == "post"
    assert await files.opened(kept.name, viewer=cast.li)
    await measures.hide(POST, post, RUDE, by=house.zhou)
    with pytest.raises(NotFound):
        await files.opened(kept.name, viewer=cast.li)
    assert await files.opened(kept.name, viewer=house.zhou)


async def test_what_was_locked_before_it_was_hidden_is_locked_when_it_comes_back(house: House) -> None:
    await measures.lock(house.post, RUDE, by=house.zhou)
    hidden = await measures.hide(POST, house.post, RUDE, by=house.zhou)
    await ending.lift(hidden.id, by=house.zhou)
    assert await house.state() == "locked"
    with pytest.raises(WrongState):
        await house.cast.reply(house.post)


async def test_a_post_moves_to_another_board_and_back(house: House) -> None:
    moved = await measures.move_to(house.post, replace(RUDE, board="mutual_help"), by=house.zhou)
    assert (await visible(house.post, house.cast.li)).kind.key == "mutual_help"
    await ending.lift(moved.id, by=house.zhou)
    assert (await visible(house.post, house.cast.li)).kind.key == "neighbours"
    for nowhere in ("neighbours", "hometown"):
        with pytest.raises(Invalid):
            await measures.move_to(house.post, replace(RUDE, board=nowhere), by=house.zhou)


async def test_an_answer_is_owed_where_a_post_stands_now(house: House, clock: StillClock) -> None:
    cast, here = house.cast, house.cast.here.id
    await board_settings.set_board("police", Set(is_on=True), by=cast.gao, place_id=here)
    clock.forward(days=30)
    moved = await measures.move_to(house.post, replace(RUDE, board="issues"), by=house.zhou)
    [owed] = await responses.waiting(viewer=cast.gao, place_id=here)
    assert (owed.id, owed.is_late) == (house.post, False), "its time begins when it comes there"
    clock.forward(hours=1)
    await measures.move_to(house.post, replace(RUDE, board="police"), by=house.zhou)
    [still] = await responses.waiting(viewer=cast.gao, place_id=here)
    assert (still.kind.key, still.due_at) == ("police", owed.due_at), "to be sent on gains no time"
    assert [one.person_id for one in await StaffNotice.filter(kind="post.asked")] == [cast.police.person_id]
    await ending.lift(moved.id, by=house.zhou)
    assert await responses.waiting(viewer=cast.gao, place_id=here) == []
    said = await cast.post("物业下周来修灯", board="neighbours", by=cast.chen)
    await measures.move_to(said, replace(RUDE, board="issues"), by=cast.gao)
    assert await responses.waiting(viewer=cast.gao, place_id=here) == [], "what an office said asks nobody"


async def test_who_is_muted_writes_elsewhere_and_again_when_it_ends(house: House, clock: StillClock) -> None:
    cast = house.cast
    await measures.mute(POST, house.post, replace(RUDE, hours=24), by=house.zhou)
    with pytest.raises(NotAllowed) as refused:
        await cast.post("又来了", board="neighbours")
    assert refused.value.key == "moderation.muted"
    with pytest.raises(NotAllowed):
        await posts.edit(house.post, by=cast.wang, text="改一下")
    await cast.post("灯坏了")
    clock.forward(hours=25)
    await cast.post("我回来了", board="neighbours")
    await measures.mute(POST, house.post, replace(RUDE, hours=24), by=house.zhou)
    with pytest.raises(Taken):
        await measures.mute(POST, house.post, replace(RUDE, hours=72), by=house.zhou)


async def test_only_who_leads_keeps_somebody_off_every_board(house: House) -> None:
    cast = house.cast
    with pytest.raises(NotAllowed):
        await measures.ban(POST, house.post, replace(RUDE, hours=24), by=house.zhou)
    await measures.ban(POST, house.post, replace(RUDE, hours=24), by=cast.gao)
    with pytest.raises(NotAllowed) as refused:
        await cast.reply(await cast.post(by=cast.li), by=cast.wang)
    assert refused.value.key == "moderation.banned"


@pytest.mark.databases("sqlite")
async def test_who_may_not_look_after_a_board_changes_nothing_there(house: House) -> None:
    cast = house.cast
    elsewhere = await cast.post("灯坏了", by=cast.li)
    for by, post in (
        (cast.li, house.post),
        (cast.property, house.post),
        (cast.outsider, house.post),
        (cast.sun, elsewhere),
    ):
        with pytest.raises(Refusal):
            await measures.hide(POST, post, RUDE, by=by)
    own = await cast.post("孙师傅自己写的", board="neighbours", by=cast.sun)
    with pytest.raises(NotAllowed):
        await measures.hide(POST, own, RUDE, by=cast.sun)
    for wrong in (replace(RUDE, rule="no_such"), replace(RUDE, reason=" "), replace(RUDE, hours=5)):
        with pytest.raises(Invalid):
            await measures.hide(POST, house.post, wrong, by=cast.sun)
    assert await Measure.all().count() == 0


async def test_of_two_moderators_at_once_one_decides(house: House) -> None:
    await flags.flag(POST, house.post, by=house.cast.li, rule="abuse")
    seen = (await house.review()).version
    hide = measures.hide(POST, house.post, replace(RUDE, review_version=seen), by=house.zhou)
    dismiss = reviews.dismiss((await house.review()).id, by=house.cast.sun, seen_version=seen)
    results = await asyncio.gather(hide, dismiss, return_exceptions=True)
    assert sum(isinstance(one, Taken) for one in results) == 1
    assert sum(isinstance(one, BaseException) for one in results) == 1


async def test_a_deleted_first_post_can_be_dismissed_or_warned_about_and_not_hidden(house: House) -> None:
    cast = house.cast
    answer = await cast.reply(house.post, "骂回去")
    await flags.flag(REPLY, answer, by=cast.wang, rule="abuse")
    await posts.delete(house.post, by=cast.wang)
    assert [line.thing_id for line in await reviews.queue(viewer=house.zhou, place_id=cast.here.id)] == [answer]
    with pytest.raises(WrongState):
        await measures.hide(POST, house.post, RUDE, by=house.zhou)
    await measures.hide(REPLY, answer, RUDE, by=house.zhou)
    assert await reply_state(answer) == "hidden"
    await measures.warn(POST, house.post, RUDE, by=house.zhou)


async def test_what_is_held_waits_on_when_its_author_was_only_warned(house: House) -> None:
    held = await house.cast.post("招刷单员，日结，加微信", board="neighbours")
    seen = await house.review(held)
    await measures.warn(POST, held, replace(RUDE, review_version=seen.version), by=house.zhou)
    with pytest.raises(Taken):
        await measures.warn(POST, held, replace(RUDE, review_version=seen.version), by=house.zhou)
    now = await house.review(held)
    assert (now.state.value, now.claimed_by_id) == ("open", house.zhou.person_id)
    await reviews.dismiss(now.id, by=house.zhou, seen_version=now.version)
    assert await house.state(held) == "published"


async def test_what_was_held_is_held_again_when_its_hiding_is_undone(house: House) -> None:
    held = await house.cast.post("招刷单员，日结，加微信", board="neighbours")
    done = await batches.hide_many([(await house.review(held)).id], RUDE, by=house.zhou)
    assert await batches.undo(done.token, by=house.zhou) == 1
    assert await house.state(held) == "held"
    assert [line.thing_id for line in await reviews.queue(viewer=house.zhou, place_id=house.cast.here.id)] == [held]


@pytest.mark.databases("sqlite")
async def test_what_an_office_said_is_for_who_leads_alone(house: House) -> None:
    official = await house.cast.post("明天停水", board="issues", by=house.cast.chen)
    with pytest.raises(NotAllowed) as refused:
        await measures.hide(POST, official, RUDE, by=house.zhou)
    assert refused.value.key == "moderation.official"
    hidden = await measures.hide(POST, official, RUDE, by=house.cast.gao)
    with pytest.raises(NotAllowed) as refused:
        await ending.lift(hidden.id, by=house.zhou)
    assert refused.value.key == "moderation.official"
    asked = await appeals.appeal(hidden.id, by=house.cast.chen, text="水真的停了")
    with pytest.raises(NotAllowed):
        await appeals.decide(asked.id, by=house.zhou, overturns=True, answer="撤销")
    await ending.lift(hidden.id, by=house.cast.gao)


async def test_of_many_hidden_at_once_one_settled_stays_and_one_lifted_is_told_in_full(house: House) -> None:
    cast = house.cast
    posts_of = [await cast.post(f"第{at}条", board="neighbours") for at in "甲乙丙"]
    for post in posts_of:
        await flags.flag(POST, post, by=cast.li, rule="advert")
    first, *rest = [await house.review(post) for post in posts_of]
    await reviews.dismiss(first.id, by=cast.sun, seen_version=first.version)
    done = await batches.hide_many([one.id for one in (first, *rest)], RUDE, by=house.zhou)
    assert (done.done, done.refused, await house.state(posts_of[0])) == (2, (first.id,), "published")
    own = await cast.post("周版主自己写的", board="neighbours", by=house.zhou)
    await flags.flag(POST, own, by=cast.li, rule="advert")
    of_own = (await house.review(own)).id
    assert (await batches.hide_many([of_own], RUDE, by=house.zhou)).refused == (of_own,)
    await ending.lift((await Measure.get(thing_id=posts_of[1])).id, by=house.zhou)
    hidden, lifted = (await told(cast.wang))[-2:]
    assert (RUDE.reason in hidden, "提前解除" in lifted) == (True, True)
    assert await batches.undo(done.token, by=house.zhou) == 1


async def test_what_was_changed_since_it_was_ticked_is_not_hidden_unread(house: House) -> None:
    cast = house.cast
    both = [await cast.post(f"第{at}条", board="neighbours") for at in "甲乙"]
    for post in both:
        await flags.flag(POST, post, by=cast.li, rule="advert")
    seen = {one.id: one.version for one in [await house.review(post) for post in both]}
    await posts.edit(both[0], by=cast.wang, text="改成了别的话")
    done = await batches.hide_many([*seen], RUDE, by=house.zhou, seen=seen)
    assert (done.done, done.refused) == (1, ((await house.review(both[0])).id,))
    assert [await house.state(post) for post in both] == ["published", "hidden"]


async def test_many_hidden_at_once_are_undone_as_a_whole_and_nobody_hears_of_it(
    house: House, clock: StillClock
) -> None:
    cast = house.cast
    others = [await cast.post(f"第{at}条", board="neighbours") for at in "甲乙"]
    for post in others:
        await flags.flag(POST, post, by=cast.li, rule="advert")
    before = await told(cast.wang)
    chosen = [(await house.review(post)).id for post in others]
    done = await batches.hide_many(chosen, RUDE, by=house.zhou)
    assert (done.done, await house.state(others[0])) == (2, "hidden")
    assert await log.log(viewer=cast.li, place_id=cast.here.id) == []
    with pytest.raises(NotFound):
        await batches.undo(done.token, by=cast.gao)
    assert await batches.undo(done.token, by=house.zhou) == 2
    with pytest.raises(Taken):
        await batches.undo(done.token, by=house.zhou)
    clock.forward(minutes=11)
    assert await expiry.tell_due(by=SYSTEM) == 0
    assert (await house.state(others[0]), await told(cast.wang)) == ("published", before)
    again = await batches.hide_many(chosen, RUDE, by=house.zhou)
    clock.forward(minutes=11)
    assert await expiry.tell_due(by=SYSTEM) == 2
    with pytest.raises(WrongState):
        await batches.undo(again.token, by=house.zhou)


@pytest.mark.databases("sqlite")
async def test_the_public_log_names_nobody_and_quotes_nothing(house: House) -> None:
    cast = house.cast
    await measures.hide(POST, house.post, replace(RUDE, reason="住3号楼501的13800138000骂人"), by=house.zhou)
    (line,) = await log.log(viewer=cast.li, place_id=cast.here.id)
    assert "501" not in line.reason
    assert "13800138000" not in line.reason
    assert not {"阿芳", "周版主", "真不像话"} & set(str(line).split())
    with pytest.raises(NotFound):
        await log.log(viewer=cast.stranger, place_id=cast.here.id)


@pytest.mark.databases("sqlite")
async def test_a_measure_that_was_lifted_meanwhile_is_not_ended_twice(house: House, clock: StillClock) -> None:
    hidden = await measures.hide(POST, house.post, replace(RUDE, hours=24), by=house.zhou)
    await posts.delete(house.post, by=house.cast.wang)
    await ending.lift(hidden.id, by=house.zhou)
    with pytest.raises(Taken):
        await ending.lift(hidden.id, by=house.zhou)
    clock.forward(hours=25)
    assert await expiry.end_due(by=SYSTEM) == 0
    assert (await Measure.get(id=hidden.id)).ending is MeasureEnd.LIFTED
    assert await house.state() == "deleted"


@pytest.mark.databases("sqlite")
async def test_a_neighbour_who_is_new_is_told_why_a_link_waits(house: House) -> None:
    cast = house.cast
    made = await posts.publish(
        posts.NewPost("neighbours", "便宜好货看 http://t.example-shop.top/x"), by=cast.li, place_id=cast.here.id
    )
    assert (made.state, made.reason) == ("held", "moderation.held_links")
    assert (await house.review(made.id)).found == "links"
    with pytest.raises(NotFound):
        await threads.thread(made.id, viewer=cast.wang)
    await reviews.dismiss((await house.review(made.id)).id, by=house.zhou, seen_version=1)
    assert (await threads.thread(made.id, viewer=cast.wang)).post.title
