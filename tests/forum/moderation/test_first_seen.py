"""Those who hear of a post when it is first seen hear of it once: not again after an edit was held, and also where it
was held first, then hidden, and is seen when that ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forum import board_settings, posts, responses
from forum.board_settings import Wanted
from forum.moderation import appeals, ending, expiry, measures, reviews
from models.moderation import Measure, Review
from models.notice import StaffNotice
from models.post import Thing
from models.push import Push
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.moderation.conftest import RUDE, House

POST = Thing.POST
HELD = "招刷单员，日结，加微信 @老李"


async def pushed(house: House) -> int:
    """How often 老李, who is named, is told of something now."""
    return await Push.filter(person_id=house.cast.li.person_id).count()


async def dismissed(house: House, post: int) -> None:
    """Somebody lets it be."""
    line = await house.review(post)
    await reviews.dismiss(line.id, by=house.zhou, seen_version=line.version)


async def test_an_edit_that_was_held_tells_nobody_a_second_time(house: House) -> None:
    post = await house.cast.post("明天包粽子 @老李", board="neighbours")
    assert await pushed(house) == 1
    await Push.all().delete()
    await posts.edit(post, by=house.cast.wang, text=HELD)
    assert (await house.state(post), (await house.review(post)).was_seen) == ("held", True)
    await dismissed(house, post)
    assert (await house.state(post), await pushed(house)) == ("published", 0)


async def test_what_was_held_at_first_is_told_of_once_however_often_it_is_held_again(house: House) -> None:
    post = await house.cast.post(HELD, board="neighbours")
    assert ((await house.review(post)).was_seen, await pushed(house)) == (False, 0)
    await posts.edit(post, by=house.cast.wang, text=f"{HELD} 快来")
    assert not (await house.review(post)).was_seen
    await dismissed(house, post)
    assert ((await house.review(post)).was_seen, await pushed(house)) == (True, 1)
    await Push.all().delete()
    await posts.edit(post, by=house.cast.wang, text=f"{HELD} 再来")
    await dismissed(house, post)
    assert await pushed(house) == 0


async def test_who_is_asked_hears_of_what_was_held_once_it_is_seen(house: House) -> None:
    cast = house.cast
    await board_settings.set_board("doctor", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    told = StaffNotice.filter(kind="post.asked", person_id=cast.doctor.person_id)
    post = await cast.post(HELD, board="doctor")
    assert await told.count() == 0
    await dismissed(house, post)
    assert await told.count() == 1


async def test_the_time_for_an_answer_begins_when_a_post_is_first_seen(house: House, clock: StillClock) -> None:
    cast = house.cast
    post = await cast.post(HELD, board="issues")
    clock.forward(days=7)
    await dismissed(house, post)
    [owed] = await responses.waiting(viewer=cast.gao, place_id=cast.here.id)
    assert (owed.id, owed.is_late) == (post, False)
    await posts.edit(post, by=cast.wang, text=f"{HELD} 快来")
    clock.forward(days=7)
    await dismissed(house, post)
    [late] = await responses.waiting(viewer=cast.gao, place_id=cast.here.id)
    assert (late.due_at, late.is_late) == (owed.due_at, True), "what was seen before gains no time"


async def _lift(house: House, made: Measure, clock: StillClock) -> None:
    await ending.lift(made.id, by=house.zhou)


async def _expire(house: House, made: Measure, clock: StillClock) -> None:
    clock.forward(hours=25)
    assert await expiry.end_due(by=SYSTEM) == 1


async def _appeal(house: House, made: Measure, clock: StillClock) -> None:
    asked = await appeals.appeal(made.id, by=house.cast.wang, text="是给自己店里招人")
    await appeals.decide(asked.id, by=house.cast.sun, overturns=True, answer="没有问题")


@pytest.mark.parametrize("ends", [_lift, _expire, _appeal])
async def test_what_was_held_then_hidden_is_told_of_when_it_is_seen(house: House, clock: StillClock, ends) -> None:  # noqa: ANN001
    post = await house.cast.post(HELD, board="neighbours")
    made = await measures.hide(POST, post, replace(RUDE, hours=24), by=house.zhou)
    assert await pushed(house) == 0
    await ends(house, made, clock)
    assert (await house.state(post), await pushed(house)) == ("published", 1)
    assert (await Review.get(thing_id=post)).was_seen


async def test_what_was_seen_then_hidden_is_told_of_no_second_time(house: House) -> None:
    post = await house.cast.post("明天包粽子 @老李", board="neighbours")
    await Push.all().delete()
    made = await measures.hide(POST, post, RUDE, by=house.zhou)
    await ending.lift(made.id, by=house.zhou)
    assert (await house.state(post), await pushed(house)) == ("published", 0)
