"""An option of a condition that tells of danger now is danger: by digit or in words, in every state."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot import danger_options
from bot.reply import Outcome, Reply
from casework import mutes
from models.alarm import Alarm
from models.conversation import Conversation
from nlp.emergency import EmergencyKind
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.shipped import shipped_entries

COMMUNITY = Path(__file__).parents[2] / "community"
ASKED = "电瓶车在楼道里充电可以吗"


def text_of(said: Reply) -> str:
    """What was said."""
    return said.letter.text if said.letter else ""


async def asked_whether_it_burns(wang: Type) -> None:
    """The bot has asked 现在有没有冒烟、起火."""
    said = await wang(ASKED)
    assert "现在有没有冒烟" in text_of(said)
    assert said.letter is not None
    assert said.letter.choices[0] == "有"


@pytest.mark.parametrize("said", ["1", "第一个", "有", "有的"])
async def test_the_number_stands_first_and_the_page_says_what_was_asked(wang: Type, said: str) -> None:
    await asked_whether_it_burns(wang)
    reply = await wang(said)
    assert reply.outcome is Outcome.EMERGENCY
    assert text_of(reply).startswith("请马上打 119")
    assert "正在呼叫" in text_of(reply)
    assert (await Alarm.get()).text.startswith("现在有没有冒烟、起火？有")


async def test_the_other_option_is_answered_as_ever(wang: Type) -> None:
    await asked_whether_it_burns(wang)
    assert "没有：" in text_of(await wang("2"))
    assert not await Alarm.exists()


async def test_it_is_heard_while_messages_are_paused(wang: Type, stage: Stage) -> None:
    await asked_whether_it_burns(wang)
    talk = await Conversation.get(contact__address="wang")
    await mutes.mute(talk.id, by=await stage.viewer("陈"), reason="刷屏", hours=1)
    assert (await wang("1")).outcome is Outcome.EMERGENCY


def test_every_option_named_is_one_of_the_pack_and_once_in_its_entry() -> None:
    entries = shipped_entries()
    for key, options in danger_options.danger_options().items():
        known = Counter(option.answer for variant in entries[key].variants for option in variant.options)
        assert {answer: known[answer] for answer in options} == dict.fromkeys(options, 1), key


def test_a_kind_there_is_none_of_is_refused(tmp_path: Path) -> None:
    (tmp_path / "danger_options.toml").write_text('[a]\n"有" = "no_such"\n', encoding="utf-8")
    try:
        with pytest.raises(ValueError, match=r"danger_options\.toml: .*no_such"):
            danger_options.use_folder(tmp_path)
    finally:
        danger_options.use_folder(COMMUNITY)


def test_gas_that_can_be_smelt_is_gas() -> None:
    danger = danger_options.danger_of("gas-safety", "闻得到")
    assert danger is not None
    assert (danger.kind, danger.call) == (EmergencyKind.GAS, "119")
