"""登录、绑定、解除、不是我, typed in a chat: what a neighbour gets, and what nobody else does."""

from __future__ import annotations

import asyncio

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import conversations
from models.contact import BindCode, Contact
from models.conversation import Utterance
from models.errors import Invalid
from models.message import Outbox
from people import contacts, entering, errands, login, login_codes, residents
from people.entering import Browser
from tests.bot.stage import Stage
from tests.conftest import StillClock
from tests.people.neighbours import Neighbour, neighbour

HERE = Browser("安卓手机上的微信", "192.0.2.1")


async def types(stage: Stage, text: str, *, who: str = "wang", channel: str = "relay") -> Reply:
    """Somebody writes from a chat."""
    return await dialogue.respond(Incoming(channel, who, stage.place_id, text, key="unused"))


@pytest.fixture
async def wang(stage: Stage) -> Neighbour:
    """王阿姨, who lives here and is known in a chat."""
    return await neighbour(stage.place_id)


async def owner_of(address: str) -> int | None:
    return (await Contact.get(address=address)).person_id


async def code(who: Neighbour) -> str:
    return (await contacts.make_code(by=await who.viewer())).digits


@pytest.mark.parametrize("word", ["登录", "登陆", "登錄", "我要登录网页", "登录码", "怎么登录"])
async def test_the_word_brings_a_code_and_a_link(stage: Stage, wang: Neighbour, word: str) -> None:
    said = await types(stage, word)
    assert said.letter is not None
    assert said.outcome is Outcome.ONE_TIME
    assert await entering.enter_by_link(said.letter.links[0].path.rpartition("/")[2], browser=HERE)


async def test_the_number_of_a_page_brings_a_code_for_that_browser_and_no_link(stage: Stage, wang: Neighbour) -> None:
    token = errands.new_token()
    number = await errands.number_for(token)
    said = (await types(stage, f"登录 {number}")).letter
    assert said is not None
    assert (said.links, "只在那个浏览器里有效" in said.text) == ((), True)
    digits = "".join(one for one in said.text.splitlines()[0] if one.isdecimal())
    with pytest.raises(Invalid, match="code_wrong"):
        await entering.enter_by_code(digits, browser=Browser("", "192.0.2.1"))
    entered = await entering.enter_by_code(digits, browser=Browser("", "192.0.2.1", token))
    assert entered.viewer.person_id == wang.person_id
    again = (await types(stage, f"登录{number}")).letter
    assert again is not None
    assert "没有网页在等" in again.text


async def test_by_digits_alone_from_the_menu(stage: Stage, wang: Neighbour) -> None:
    menu = await types(stage, "菜单")
    assert menu.letter is not None
    number = menu.letter.choices.index("我的账号") + 1
    assert (await types(stage, str(number))).outcome is Outcome.ACCOUNT
    assert (await types(stage, "1")).outcome is Outcome.ONE_TIME


async def test_the_menu_of_a_guest_is_as_it_was(stage: Stage) -> None:
    menu = await types(stage, "菜单", who="somebody")
    assert menu.letter is not None
    assert "我的账号" not in menu.letter.choices


@pytest.mark.parametrize("word", ["登录", "绑定", "解除绑定", "我的账号"])
async def test_a_chat_that_is_nobodys_gets_none(stage: Stage, word: str) -> None:
    said = await types(stage, word, who="13800000000")
    assert said.letter is not None
    assert (said.outcome, "还不认识您" in said.letter.text) == (Outcome.ACCOUNT, True)


async def test_staff_are_told_to_use_their_password(stage: Stage) -> None:
    await types(stage, (await contacts.make_code(by=await stage.viewer("陈"))).digits, who="chen-phone")
    said = await types(stage, "登录", who="chen-phone")
    assert said.letter is not None
    assert (said.outcome, "密码" in said.letter.text) == (Outcome.REFUSE, True)


async def test_the_desk_never_reads_the_code_and_its_owner_only_for_a_while(
    stage: Stage, wang: Neighbour, clock: StillClock
) -> None:
    said = await types(stage, "登录")
    assert said.letter is not None
    talk = await conversations.load(channel="relay", address="wang")
    assert talk is not None
    for_desk = await conversations.lines(talk.conversation_id, viewer=await stage.viewer("陈"))
    own = await conversations.lines(talk.conversation_id, viewer=await residents.viewer_at(talk.at))
    assert (for_desk[-1].text, for_desk[-1].links) == ("给了一个登录码（内容只有本人看得到）。", ())
    assert own[-1].text == said.letter.text
    assert said.letter.links[0].path not in str(await Utterance.all().values())
    clock.forward(minutes=16)
    later = await conversations.lines(talk.conversation_id, viewer=await residents.viewer_at(talk.at))
    assert later[-1].text == for_desk[-1].text


async def test_a_code_from_one_chat_typed_in_another_joins_them(stage: Stage, wang: Neighbour) -> None:
    said = await types(stage, "绑定")
    assert said.letter is not None
    digits = said.letter.text.split("：")[1][:9]
    done = await types(stage, digits.replace(" ", ""), who="wang-wechat")
    assert done.outcome is Outcome.BOUND
    assert await owner_of("wang-wechat") == wang.person_id
    assert await Outbox.filter(kind="contact.bind", address="wang").count() == 1


async def test_of_a_hundred_chats_that_type_it_at_once_one_wins(stage: Stage, wang: Neighbour) -> None:
    digits = await code(wang)
    chats = [
        await residents.at(channel="relay", address=f"chat-{number}", place_id=stage.place_id) for number in range(100)
    ]
    tried = [contacts.bind(digits, by=await residents.viewer_at(one), contact_id=one.contact_id) for one in chats]
    came = [one for one in await asyncio.gather(*tried, return_exceptions=True) if isinstance(one, str)]
    assert len(came) == 1
    assert await Contact.filter(person_id=wang.person_id).count() == 2


async def test_a_neighbours_chat_is_not_taken_over_and_the_code_stays_good(stage: Stage, wang: Neighbour) -> None:
    li = await neighbour(stage.place_id, "李国强", address="li")
    digits = await code(wang)
    refused = await types(stage, digits, who="li")
    assert refused.letter is not None
    assert (refused.outcome, "另一位" in refused.letter.text) == (Outcome.REFUSE, True)
    assert await owner_of("li") == li.person_id
    assert (await types(stage, digits, who="wang-wechat")).outcome is Outcome.BOUND


async def test_not_even_by_staff_and_nobody_takes_the_staffs(stage: Stage, wang: Neighbour) -> None:
    staff_code = (await contacts.make_code(by=await stage.viewer("陈"))).digits
    assert (await types(stage, staff_code, who="wang")).outcome is Outcome.REFUSE
    await types(stage, staff_code, who="chen-phone")
    assert (await types(stage, await code(wang), who="chen-phone")).outcome is Outcome.REFUSE
    assert await owner_of("chen-phone") == stage.staff["陈"]


async def test_typed_in_the_chat_it_came_from_a_code_stays_good(stage: Stage, wang: Neighbour) -> None:
    digits = await code(wang)
    assert (await types(stage, digits)).outcome is Outcome.REFUSE
    assert (await types(stage, digits, who="wang-wechat")).outcome is Outcome.BOUND


async def test_a_new_chat_that_is_not_theirs_is_let_go_by_a_digit(stage: Stage, wang: Neighbour) -> None:
    await types(stage, await code(wang), who="thief")
    said = await types(stage, "2")
    assert said.letter is not None
    assert (said.outcome, "断开了 1 个聊天" in said.letter.text) == (Outcome.ACCOUNT, True)
    assert await owner_of("thief") is None
    assert await BindCode.filter(used_at=None).count() == 0


async def test_the_new_chat_cannot_throw_out_the_old_one(stage: Stage, wang: Neighbour) -> None:
    await types(stage, await code(wang), who="thief")
    await types(stage, "不是我", who="thief")
    assert (await owner_of("wang"), await owner_of("thief")) == (wang.person_id, wang.person_id)


async def test_not_me_ends_the_sign_in_and_its_codes(stage: Stage, wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_link(way.link, browser=HERE)
    spare = await login_codes.make_code(by=await wang.viewer())
    said = await types(stage, "不是我登录的")
    assert said.letter is not None
    assert "退出了 1 处登录" in said.letter.text
    assert await login.find_session(entered.token) is None
    second = await types(stage, "登录")
    assert second.letter is not None
    assert spare.digits not in second.letter.text


async def test_it_was_me_changes_nothing(stage: Stage, wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_link(way.link, browser=HERE)
    assert (await types(stage, "1")).outcome is Outcome.ACCOUNT
    assert await login.find_session(entered.token) is not None


async def test_who_holds_the_chat_lets_it_go_and_is_nobody_then(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "解除绑定")
    assert await owner_of("wang") == wang.person_id
    await types(stage, "1")
    assert await owner_of("wang") is None
    assert (await types(stage, "登录")).outcome is Outcome.ACCOUNT


async def test_not_let_go_after_all(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "解除绑定")
    await types(stage, "2")
    assert await owner_of("wang") == wang.person_id
