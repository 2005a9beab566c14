"""Replies to what the bot asks back: in any words, with ages, turned round by 不; and what an amount waits for."""

from __future__ import annotations

import pytest

from bot.answers import AMOUNT
from bot.reply import Outcome, Reply
from bot.variants import answered_option, settle
from models.entry_content import EntryContent
from nlp.ages import find_age, holds
from tests.bot.conftest import Type
from tests.bot.stage import PACKS
from tests.conftest import StillClock
from tests.shipped import pack_at

ENTRIES = {one.id: one for path in PACKS for one in pack_at(path).entries}
ALLOWANCE = ENTRIES["elderly-comprehensive-allowance"]
HOUSEHOLD, AGE = ALLOWANCE.variants


def text_of(reply: Reply) -> str:
    assert reply.letter is not None
    return reply.letter.text


async def said(wang: Type, *lines: str) -> Reply:
    """The reply to the last of several messages."""
    replies = [await wang(line) for line in lines]
    return replies[-1]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("我妈72岁了", 72),
        ("外婆八十八了", 88),
        ("一百零二岁", 102),
        ("七十多岁", 70),
        ("3号楼", None),
        ("老人津贴", None),
    ],
)
def test_an_age_is_read(text: str, years: int | None) -> None:
    assert find_age(text, is_reply=False) == years


@pytest.mark.parametrize(
    ("option", "years", "fits"),
    [
        ("70到79岁", 79, True),
        ("70到79岁", 80, False),
        ("不到65岁", 64, True),
        ("满100岁", 103, True),
        ("上海户口", 70, None),
    ],
)
def test_an_option_covers_an_age(option: str, years: int, fits: bool | None) -> None:
    assert holds(option, years) is fits


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("上海的", "上海户口"),
        ("是的", "上海户口"),
        ("不是上海户籍", "户口不在上海"),
        ("我没有上海户口", "户口不在上海"),
        ("不是的", "户口不在上海"),
    ],
)
def test_a_household_is_said_in_any_words(text: str, answer: str) -> None:
    option = answered_option(HOUSEHOLD, text)
    assert option is not None
    assert option.answer == answer


@pytest.mark.parametrize(
    ("text", "answer"), [("72", "70到79岁"), ("我爸80了", "80到89岁"), ("103岁", "满100岁"), ("六十四", "不到65岁")]
)
def test_an_age_is_said_in_any_words(text: str, answer: str) -> None:
    option = answered_option(AGE, text)
    assert option is not None
    assert option.answer == answer


def test_an_amount_is_not_settled_by_an_age_while_the_household_is_open() -> None:
    assert settle(ALLOWANCE, texts=("我80岁，老人津贴多少",), known=()).open == 1


@pytest.mark.parametrize("first", ["老人津贴一个月能领多少", "我是80岁，能领老人津贴多少", "我妈78岁老人津贴有多少"])
async def test_no_amount_is_named_before_the_household_is_known(wang: Type, first: str) -> None:
    reply = await wang(first)
    assert reply.outcome is Outcome.ASK_BACK
    assert "元" not in text_of(reply)


async def test_a_follow_up_about_the_amount_asks_first_too(wang: Type) -> None:
    reply = await said(wang, "老年综合津贴怎么领", "那一个月能领多少")
    assert reply.outcome is Outcome.ASK_BACK
    assert "元" not in text_of(reply)


async def test_where_there_is_no_sum_none_is_promised(wang: Type) -> None:
    reply = await wang("身份证丢了补一张，补贴多少")
    assert (reply.entry, reply.outcome) == ("id-card-lost", Outcome.ANSWER)
    assert "这一项不涉及金额" in text_of(reply)


async def test_somebody_who_asks_again_how_much_gets_every_case(wang: Type) -> None:
    assert "150元" in text_of(await said(wang, "老人津贴一个月能领多少", "到底多少钱一个月"))


async def test_another_question_meanwhile_does_not_forget_the_amount(wang: Type) -> None:
    assert "150元" in text_of(await said(wang, "老人津贴一个月能领多少", "要带什么材料", "1", "72"))


async def test_half_an_hour_later_the_condition_can_still_be_answered(wang: Type, clock: StillClock) -> None:
    await wang("老人津贴一个月能领多少")
    clock.forward(minutes=31)
    assert "150元" in text_of(await said(wang, "1", "72"))


async def test_half_an_hour_later_not_sure_still_shows_every_case(wang: Type, clock: StillClock) -> None:
    await wang("老人津贴一个月能领多少")
    clock.forward(minutes=31)
    assert (await wang("不清楚")).outcome is Outcome.ANSWER


async def test_the_same_reply_again_does_not_go_round_in_circles(wang: Type) -> None:
    reply = await said(wang, "第一次办居住证怎么办", "满了", "老人津贴怎么领", "不是上海户口")
    assert "领不到" in text_of(reply)


async def test_an_age_in_reply_is_no_emergency(wang: Type) -> None:
    reply = await said(wang, "老人津贴一个月能领多少", "1", "我爸80了")
    assert reply.outcome is Outcome.ANSWER
    assert "180元" in text_of(reply)


async def test_danger_that_a_rule_knows_is_heard_while_a_condition_is_asked(wang: Type) -> None:
    assert (await said(wang, "老人津贴一个月能领多少", "家里着火了")).outcome is Outcome.EMERGENCY


async def test_another_item_clears_the_topic(wang: Type) -> None:
    reply = await said(wang, "身份证丢了怎么办", "换一个", "要多少钱啊")
    assert "身份证丢了补一张" not in text_of(reply)


async def test_a_bare_name_of_another_item_is_no_follow_up(wang: Type) -> None:
    assert "身份证丢了补一张" not in text_of(await said(wang, "身份证丢了怎么办", "居住证呢"))


async def test_a_sure_question_is_answered_while_a_report_waits_for_its_place(wang: Type) -> None:
    assert (await said(wang, "楼道灯坏了", "第一次办居住证怎么办")).outcome is Outcome.ANSWER
    assert (await wang("3号楼2楼")).outcome is Outcome.REPORT


async def test_a_report_called_off_in_the_same_breath_is_not_kept(wang: Type) -> None:
    reply = await said(wang, "楼道灯坏了", "算了，第一次办居住证怎么办")
    assert reply.outcome in (Outcome.ANSWER, Outcome.CHOICES)


async def test_a_bare_verdict_with_nothing_told_is_no_question(wang: Type) -> None:
    assert (await wang("没解决")).outcome is Outcome.RATED


async def test_what_waits_is_a_field_of_entries() -> None:
    assert AMOUNT in EntryContent.model_fields
