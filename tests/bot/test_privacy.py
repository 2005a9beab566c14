"""What is kept is told in the chat, and an account goes there after one more question."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from models import clock
from models.contact import Contact
from models.person import Person, Role, RoleName
from models.service import Look, LookField
from tests.bot.stage import Stage
from tests.conftest import StillClock


async def types(stage: Stage, text: str) -> Reply:
    """王阿姨 writes from her telephone."""
    return await dialogue.respond(Incoming("relay", "wang-phone", stage.place_id, text, key="unused"))


@pytest.fixture
async def wang(stage: Stage) -> Person:
    """She has joined."""
    await types(stage, "你好")
    person = await Person.create(created_at=clock.now(), place_id=stage.place_id, name="王桂芳", shown_name="阿芳")
    await Role.create(created_at=clock.now(), person=person, place_id=stage.place_id, name=RoleName.RESIDENT)
    await Contact.filter(address="wang-phone").update(person_id=person.id)
    return person


def words(said: Reply) -> str:
    """What was said."""
    assert said.letter is not None
    return said.letter.text


@pytest.mark.parametrize("asked", ["我的信息", "你们存了我什么信息", "帮我查一下我的资料"])
async def test_what_is_kept_is_told(stage: Stage, wang: Person, asked: str) -> None:
    said = await types(stage, asked)
    assert said.outcome is Outcome.MY_DATA
    assert "王桂芳" in words(said)
    assert "没有存" in words(said)


async def test_who_looked_is_told_line_by_line(stage: Stage, wang: Person) -> None:
    assert "没有人看过" in words(await types(stage, "谁看过我的电话？"))
    chen = (await stage.viewer("陈")).person_id
    for at, field in enumerate([*LookField] * 4):
        await Look.create(
            created_at=clock.now(),
            place_id=stage.place_id,
            person=wang,
            by_id=None if at == 0 else chen,
            field=field,
            purpose="contact",
        )
    said = await types(stage, "我的信息")
    assert "谁看过您的信息：12 次" in words(said)
    told = words(await types(stage, "1")).splitlines()
    assert (len(told), told[0]) == (12, "看过您的信息的，共 12 次，最近的在前：")
    assert "看了含有您的名单" in told[1]
    assert told[1].endswith("用途：联系本人")
    assert "还有更早的 2 次" in told[-1]


@pytest.mark.parametrize(
    "asked", ["个人信息变更怎么办", "营业执照怎么注销", "我的医保账户怎么查", "银行账户注销要带什么", "谁看过那场演出"]
)
async def test_questions_with_the_same_words_are_questions(stage: Stage, wang: Person, asked: str) -> None:
    assert (await types(stage, asked)).outcome not in (Outcome.MY_DATA, Outcome.LEFT)


async def test_an_account_goes_after_one_more_question(stage: Stage, wang: Person) -> None:
    assert (await types(stage, "我要注销账号")).outcome is Outcome.CHOICES
    assert (await types(stage, "1")).outcome is Outcome.LEFT
    assert (await Person.get(id=wang.id)).name == "已注销"
    assert (await types(stage, "我的信息")).outcome is Outcome.MY_DATA
    assert (await Contact.get(address="wang-phone")).person_id is None


async def test_it_stays_when_she_thinks_again(stage: Stage, wang: Person, clock: StillClock) -> None:
    await types(stage, "注销我的账号")
    assert "账号还在" in words(await types(stage, "2"))
    await types(stage, "注销我的账号")
    clock.forward(hours=1)
    assert (await types(stage, "1")).outcome is not Outcome.LEFT
    assert (await Person.get(id=wang.id)).is_active
