"""Boards of the tests' neighbourhood: a post of the resident who is signed in, changed and answered; and more."""

from __future__ import annotations

import datetime as dt

from forum import board_settings, posts, replies
from forum.activities import attending, calling, signing_up
from forum.activities.calling import NewActivity
from forum.board_settings import Wanted
from forum.help import wishes
from forum.help.wishes import NewWish
from forum.items import offers
from forum.items.offers import NewItem
from forum.posts import NewPost
from forum.property import statements
from forum.property.statements import NewStatement, Sum
from forum.replies import NewReply
from forum.services import complaints, directory
from forum.services.directory import ProviderShape
from forum.surveys import answering, publishing
from forum.surveys.forms import questions_of
from forum.surveys.publishing import NewSurvey
from models import clock
from people import places
from people.viewers import Viewer, viewer_of
from tests import key_matters, meetings, promises, proposals, votes

QUESTIONS = "是否：要不要装\n多选：装在哪里｜东门｜西门\n打分：现在方便吗\n文字：担心什么"


async def _somebody(person_id: int) -> Viewer:
    viewer = await viewer_of(person_id)
    assert viewer is not None
    return viewer


async def fill(resident_id: int, lead_id: int) -> dict[str, str]:
    """One of everything."""
    home, lives, leads = places.home_place_id(), await _somebody(resident_id), await _somebody(lead_id)
    text = "3号楼楼道的灯坏了三天。\n- 一楼\n- 二楼\n详见 https://www.shanghai.gov.cn/lamp @高书记"
    made = await posts.publish(NewPost("issues", text, title="楼道灯坏了"), by=lives, place_id=home)
    await posts.edit(made.id, by=lives, title="楼道的灯坏了", text=text)
    official = await replies.reply(made.id, NewReply("收到，今天下午有人来修。"), by=leads)
    own = await replies.reply(made.id, NewReply("谢谢，我在家等。", quotes=official.id), by=lives)
    await replies.edit(official.id, by=leads, text="收到，明天上午有人来修。")
    await posts.publish(NewPost("neighbours", "谁家的猫走丢了？橘色的，在3号楼下。"), by=leads, place_id=home)
    found = {"post": str(made.id), "reply": str(official.id), "own_reply": str(own.id)}
    stand = {name: str(number) for name, number in (await votes.fill(leads, lives, place_id=home)).items()}
    put = await proposals.fill(lives, lives, place_id=home) | await promises.fill(leads, lives, place_id=home)
    stand |= {name: str(number) for name, number in put.items()}
    stand |= {name: str(number) for name, number in (await meetings.fill(leads, lives, place_id=home)).items()}
    stand |= {name: str(number) for name, number in (await key_matters.fill(leads, lives, place_id=home)).items()}
    return found | stand | await _things(lives, leads, home) | await _called(lives, leads, home)


async def _things(lives: Viewer, leads: Viewer, home: int) -> dict[str, str]:
    """A thing of the resident to sell, and a wish that they took on."""
    thing = await offers.offer(NewItem("sell", "一张书桌", "gate", price_fen=3550), by=lives, place_id=home)
    wish = await wishes.ask(NewWish("wish", "想有人陪着读报"), by=leads, place_id=home)
    await wishes.claim(wish.id, by=lives)
    return {"item_post": str(thing.id), "wish_post": str(wish.id)}


async def _called(lives: Viewer, leads: Viewer, home: int) -> dict[str, str]:
    """An activity about to begin, for which the resident signed up, and a provider of whom they complained."""
    starts = clock.now() + dt.timedelta(minutes=20)
    new = NewActivity("包粽子", "一起来", starts, starts + dt.timedelta(hours=2), "活动室", 5, is_volunteering=True)
    called = await calling.call(new, by=leads, place_id=home)
    await signing_up.sign_up(called.id, by=lives)
    await attending.show_code(called.id, by=leads)
    await board_settings.set_board("property", Wanted(is_on=True), by=leads, place_id=home)
    for one in (await statements.estates(viewer=leads, place_id=home))[:1]:
        sums = (Sum("物业费收入", 12_345_60), Sum("电梯维保", -3_000_00))
        await statements.publish(NewStatement(one.id, "fees", "2025-12", sums), by=leads, place_id=home)
    await board_settings.set_board("proposals", Wanted(is_on=True), by=leads, place_id=home)
    until = clock.today() + dt.timedelta(days=3)
    asked = NewSurvey("充电桩", "", questions_of(QUESTIONS), until, is_anonymous=False)
    survey = await publishing.publish(asked, by=leads, place_id=home)
    await answering.answer(survey.id, by=lives, given={1: ("1",), 2: ("1", "2"), 3: ("4",), 4: ("怕着火",)})
    shape = ProviderShape("provider", "老陈修鞋", venue="活动室门口", hours="08:30-11:30", weekdays="12345")
    listed = await directory.admit(shape, by=leads, place_id=home, reason="看过执照")
    await complaints.complain(listed, by=lives, text="收了钱没修好")
    return {"activity": str(called.id), "provider": str(listed), "survey": str(survey.id)}


async def fill_more(resident_id: int, lead_id: int, post_id: int, *, count: int = 8) -> None:
    """Many more posts and replies."""
    home, lives, leads = places.home_place_id(), await _somebody(resident_id), await _somebody(lead_id)
    for number in range(count):
        await posts.publish(NewPost("issues", f"第{number}件事"), by=lives, place_id=home)
        await replies.reply(post_id, NewReply(f"第{number}次回复"), by=leads)
