"""What residents called 没解决 after the bot's answer: listed by entry and by question, in their own place only."""

from __future__ import annotations

import pytest

from casework import conversations, guide, unsolved
from courier import notices
from courier.letters import Letter
from models.contact import Contact
from models.conversation import Feedback, Verdict
from models.transaction import transaction
from tests.casework.conftest import Cast, resident
from tests.conftest import StillClock


@pytest.fixture(autouse=True)
def no_snapshot() -> None:
    """Each test reads its own database."""
    guide.forget()


async def judged(
    conversation_id: int,
    asked: str,
    *,
    entry: str = "waste-sorting",
    verdict: Verdict = Verdict.UNSOLVED,
    kept: bool = True,
) -> None:
    """A question is asked, answered by an entry, and the answer judged."""
    contact = await Contact.get(conversation__id=conversation_id)
    talk = await conversations.load(channel=contact.channel, address=contact.address)
    assert talk is not None
    await conversations.hear(talk, masked=asked, original=asked)
    async with transaction():
        await notices.say(
            Letter("答"),
            conversation_id=conversation_id,
            channel=talk.channel,
            address=talk.address,
            kind="bot.answer",
            facts={"entry": entry},
        )
    await conversations.judge(talk, verdict=verdict, question=asked if kept else "")


async def test_near_duplicates_about_one_entry_are_one_group_with_count_and_last_time(
    cast: Cast, clock: StillClock
) -> None:
    await judged(cast.wang_conversation, "旧沙发放在哪里")
    clock.forward(hours=1)
    await judged(cast.li_conversation, "请问旧沙发放在哪里呀")
    await judged(cast.li_conversation, "垃圾几点收")
    await judged(cast.li_conversation, "旧沙发放在哪里", entry="bulky-waste")
    found = await unsolved.groups(viewer=cast.chen)
    assert [(one.entry_key, one.text, one.count) for one in found] == [
        ("waste-sorting", "请问旧沙发放在哪里呀", 2),
        ("bulky-waste", "旧沙发放在哪里", 1),
        ("waste-sorting", "垃圾几点收", 1),
    ]
    assert (found[0].others, found[0].last_at) == (("旧沙发放在哪里",), clock.moment)


async def test_what_was_useful_in_the_end_is_not_listed(cast: Cast) -> None:
    await judged(cast.wang_conversation, "旧沙发放在哪里")
    contact = await Contact.get(conversation__id=cast.wang_conversation)
    talk = await conversations.load(channel=contact.channel, address=contact.address)
    assert talk is not None
    await conversations.judge(talk, verdict=Verdict.USEFUL, question="旧沙发放在哪里")
    assert await unsolved.groups(viewer=cast.chen) == []
    assert await Feedback.all().count() == 1


async def test_seven_days_or_all(cast: Cast, clock: StillClock) -> None:
    await judged(cast.wang_conversation, "旧沙发放在哪里")
    clock.forward(days=7, seconds=1)
    await judged(cast.wang_conversation, "垃圾几点收")
    recent = await unsolved.groups(viewer=cast.chen, recent_only=True)
    assert [one.text for one in recent] == ["垃圾几点收"]
    assert len(await unsolved.groups(viewer=cast.chen)) == 2


async def test_each_place_sees_its_own_only_and_residents_and_the_street_see_none(cast: Cast) -> None:
    _, there = await resident("n9", cast.elsewhere)
    await judged(there, "别处的话")
    await judged(cast.wang_conversation, "这里的话")
    for viewer in (cast.chen, cast.gao):
        assert [one.text for one in await unsolved.groups(viewer=viewer)] == ["这里的话"]
    assert [one.text for one in await unsolved.groups(viewer=cast.outsider)] == ["别处的话"]
    for viewer in (cast.wang, cast.observer, cast.zhou, cast.admin):
        assert await unsolved.groups(viewer=viewer) == []


async def test_without_a_kept_question_the_masked_line_before_the_answer_is_shown(cast: Cast) -> None:
    await judged(cast.wang_conversation, "我的号码***，旧沙发放在哪里", kept=False)
    assert (await unsolved.groups(viewer=cast.chen))[0].text == "我的号码***，旧沙发放在哪里"


@pytest.mark.parametrize("asked", ["", "😀" * 400, "字" * 3000])
async def test_nothing_emoji_and_a_very_long_question_are_listed_too(cast: Cast, asked: str) -> None:
    await judged(cast.wang_conversation, asked)
    assert len((await unsolved.groups(viewer=cast.chen))[0].text) <= 500
