"""What was written about moderation goes with the conversations, and with the account."""

from __future__ import annotations

from casework import retention
from casework.privacy import copies, leaving
from forum.moderation import appeals, clearing, flags, measures
from models.moderation import Flag, Measure, Review
from models.post import Thing
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.moderation.conftest import RUDE, House
from tests.words_left import where

MINE = "昨天谁把车停在门口"


async def test_words_go_by_age_and_that_something_was_done_stays(house: House, clock: StillClock) -> None:
    await flags.flag(Thing.POST, house.post, by=house.cast.li, rule="abuse", note=MINE)
    measure = await measures.hide(Thing.POST, house.post, RUDE, by=house.zhou)
    appeal = await appeals.appeal(measure.id, by=house.cast.wang, text=MINE)
    await appeals.decide(appeal.id, by=house.cast.gao, overturns=False, answer="维持")
    assert {"flag.note", "measure.text", "appeal.text"} <= await where(MINE)
    clock.forward(days=731)
    for kind in clearing.KINDS:
        await retention.clear(kind, by=SYSTEM)
    assert not {"flag.note", "measure.text", "measure.title", "appeal.text"} & await where(MINE)
    assert (await Flag.all().count(), await Review.all().count(), await Measure.all().count()) == (0, 0, 1)


async def test_an_author_takes_a_copy_along_and_leaves_no_words_behind(house: House) -> None:
    cast = house.cast
    measure = await measures.hide(Thing.POST, house.post, RUDE, by=house.zhou)
    await appeals.appeal(measure.id, by=cast.wang, text="三只猫作证")
    copy = (await copies.copy_of(by=cast.wang, in_full=True)).decode()
    assert "三只猫作证" in copy
    assert "隐藏" in copy
    await leaving.delete_account(by=cast.wang)
    assert not {"measure.text", "measure.title", "appeal.text"} & (await where(MINE) | await where("三只猫作证"))
