"""What was held for a follower: behind the answer to what they ask, in its own order, and given up after its days."""

from __future__ import annotations

import asyncio

import pytest

from bot import worker
from casework import dead_letters, held
from courier import afterwards, inbox, outbox
from courier.letters import Letter
from models import clock as models_clock
from models.contact import Contact
from models.message import Outbox, OutboxState
from models.notice import StaffNotice
from models.transaction import fetch, transaction
from people.viewers import SYSTEM
from tests.bot.stage import Stage
from tests.bot.wechat.conftest import Line
from tests.conftest import StillClock
from tests.fakes.wechat_pushes import push, safe_post

OPENID = "wang-openid"


async def hold(line: Line, *texts: str, kind: str = "desk.reply") -> None:
    """Messages that find the window closed."""
    for text in texts:
        async with transaction():
            await outbox.put(Letter(text), channel="wechat", address=OPENID, kind=kind)
    await line.deliver()
    assert line.fake.arrived == []


async def states(text_of: str = "number") -> list[str]:
    return [row["state"] for row in await fetch(f"SELECT state FROM outbox ORDER BY {text_of}")]


async def say(line: Line, text: str, *, number: int) -> str:
    """A follower writes; gives the reply, once what it carried is marked, which is a moment after it is read."""
    said = await line.say(text, number=number)
    for _ in range(200):
        if OutboxState.SENDING not in await states():
            break
        await asyncio.sleep(0.02)
    return said


def arrived(line: Line) -> list[str]:
    return [text[:3] for _, text in line.fake.arrived]


@pytest.mark.parametrize("count", [5, 7])
async def test_what_is_asked_is_answered_before_what_was_held_which_keeps_its_order(line: Line, count: int) -> None:
    await hold(line, *(f"答复{number}" for number in range(count)))
    line.fake.quota[OPENID] = 5
    assert "居住证" in await say(line, "居住证怎么办", number=1)
    await line.deliver()
    assert arrived(line) == [f"答复{number}" for number in range(5)]
    assert await Outbox.filter(state=OutboxState.HELD).count() == count - 5


async def test_any_word_at_all_brings_what_was_held_first(line: Line) -> None:
    await hold(line, "答复一", "答复二")
    assert await say(line, "谢谢", number=1) == "答复一"


async def test_an_answer_that_is_late_goes_before_what_was_held_too(line: Line) -> None:
    await hold(line, "答复一", "答复二")
    line.account.budget, line.fake.quota[OPENID] = 0.0, 5
    assert await line.post(safe_post(push("居住证怎么办"))) == (200, "success")
    assert await outbox.claim() == [], "what was held waits for the answer"
    for message in await inbox.claim(limit=1):
        await worker.work(message)
    await line.deliver()
    assert "居住证" in line.fake.arrived[0][1]
    assert arrived(line)[1:] == ["答复一", "答复二"]


async def test_where_no_answer_comes_what_was_held_goes_by_itself(line: Line, clock: StillClock) -> None:
    await hold(line, "答复一")
    line.account.budget, line.fake.quota[OPENID] = 0.0, 5
    await line.post(safe_post(push("居住证怎么办")))
    clock.forward(seconds=31)
    [message] = await outbox.claim()
    assert message.letter.text == "答复一"


async def test_a_long_letter_passes_whole_and_fails_whole(line: Line) -> None:
    await hold(line, "一" * 600 + "二" * 600 + "三", "最后")
    line.fake.quota[OPENID] = 5
    await say(line, "居住证怎么办", number=1)
    rows = await fetch("SELECT number, last_number FROM outbox WHERE last_number IS NOT NULL ORDER BY number")
    assert {row["last_number"] for row in rows} == {rows[-1]["number"]}
    [first] = await outbox.claim()
    assert first.letter.text[0] == "一"
    await outbox.failed(first, error="status 400")
    assert await states() == ["done", "failed", "failed", "failed", "new"]


async def test_two_questions_at_once_are_both_answered_before_what_was_held(line: Line) -> None:
    await hold(line, "答复一", "答复二")
    line.fake.quota[OPENID] = 5
    said = await asyncio.gather(say(line, "居住证怎么办", number=1), say(line, "车棚充电一次多少钱", number=2))
    await line.deliver()
    assert not any(text.startswith("答复") for text in said)
    assert arrived(line)[-2:] == ["答复一", "答复二"]
    assert await states() == ["done"] * 4


async def test_an_account_that_may_not_push_says_both_in_one_reply(line: Line) -> None:
    await say(line, "你好", number=1)
    line.fake.errors.append(48001)
    await hold(line, "社区小陈回复您：每次一元", "社区小陈回复您：随时")
    said = await say(line, "居住证怎么办", number=2)
    assert said.index("居住证") < said.index("之前没能送给您的") < said.index("每次一元") < said.index("随时")
    assert await states() == ["done"] * 4


async def test_answers_come_in_the_order_of_asking_also_where_one_was_held(line: Line) -> None:
    await say(line, "你好", number=1)
    line.account.budget = 0.0
    await line.post(safe_post(push("居住证怎么办", number=2)))
    for message in await inbox.claim(limit=1):
        await worker.work(message)
    line.fake.errors.append(48001)
    await line.deliver()
    await hold(line, "社区小陈回复您：每次一元")
    line.account.budget = 60
    said = await say(line, "转人工", number=3)
    assert said.index("居住证") < said.index("值班") < said.index("之前没能送给您的") < said.index("每次一元")
    assert await states() == ["done"] * 4


async def test_what_one_reply_has_no_room_for_comes_with_the_next(line: Line) -> None:
    await say(line, "你好", number=1)
    line.fake.errors.append(48001)
    await hold(line, "长" * 590, "短的")
    said = await say(line, "居住证怎么办", number=2)
    assert ("居住证" in said, "长长" in said, "短的" in said) == (True, False, False)
    assert len(said.encode()) <= 2_000
    said = await say(line, "谢谢", number=3)
    assert said.startswith("长长")
    assert "短的" in said


async def notices_of(stage: Stage, name: str) -> list[str]:
    """What one of the staff was told of what was given up."""
    viewer = await stage.viewer(name)
    return [one.text for one in await StaffNotice.filter(person_id=viewer.person_id, kind=held.KIND)]


async def test_what_is_held_too_long_is_a_dead_letter_that_staff_hear_of_once(
    line: Line, stage: Stage, clock: StillClock
) -> None:
    await say(line, "你好", number=1)
    clock.forward(days=3)
    await hold(line, "您反映的事办好了", kind="case.answer")
    await hold(line, "明天的预约", kind="booking.remind")
    clock.forward(days=13, hours=23)
    assert await held.end_long(models_clock.now()) == 0
    clock.forward(hours=2)
    found = await asyncio.gather(*(held.end_long(models_clock.now()) for _ in range(3)))
    assert sum(found) == 2
    [told] = await notices_of(stage, "陈")
    assert ("2 条消息" in told, "enid 的居民" in told, "办好了" in told) == (True, True, False)
    assert await notices_of(stage, "外人") == []
    assert [one.error for one in await dead_letters.dead_letters(viewer=SYSTEM)] == [afterwards.HELD_TOO_LONG] * 2
    assert await say(line, "居住证怎么办", number=2), "nothing given up comes by itself after that"
    await line.deliver()
    assert line.fake.arrived == []


async def test_what_nobody_has_to_be_told_ends_without_a_word_to_staff(
    line: Line, stage: Stage, clock: StillClock
) -> None:
    await say(line, "你好", number=1)
    clock.forward(days=3)
    await hold(line, "今天的两件事", kind="push.digest")
    clock.forward(days=15)
    assert await held.end_long(models_clock.now()) == 1
    assert await notices_of(stage, "陈") == []
    assert await Contact.filter(channel="wechat").count() == 1


async def test_who_writes_in_time_gets_it_and_its_days_begin_anew(line: Line, clock: StillClock) -> None:
    await say(line, "你好", number=1)
    clock.forward(days=3)
    await hold(line, "您反映的事办好了", kind="case.answer")
    clock.forward(days=13)
    assert await say(line, "谢谢", number=2) == "您反映的事办好了"
    assert await held.end_long(models_clock.now()) == 0
