"""The shipped pack through the whole dialogue: danger first, papers by any name, nothing made up, a person near."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from bot import dialogue
from bot.incoming import Incoming
from bot.rendering import plain
from bot.reply import Outcome, Reply
from casework import guide
from models.alarm import Alarm
from models.wording import say
from nlp.evaluate import half
from tests.bot.stage import Stage, set_stage
from tests.casework.test_certificates import ASKED
from tests.conftest import StillClock

ROOT = Path(__file__).parents[2]
PACKS = sorted((ROOT / "community" / "packs").glob("*.yaml"))
MOST_MADE_UP = 0.04
LONGEST_SECONDS = 1.0

pytestmark = pytest.mark.databases("sqlite")


LAST = ("w16", "w17", "w18", "w19")
"""The writers who wrote last, when most was fitted; the last two when everything was."""


def asked(kind: str, *writers: str) -> list[str]:
    """Outside questions of a kind, of the half nothing was tuned on; of some writers, or of all."""
    every = sorted((ROOT / "tests" / "questions").glob("*.jsonl"))
    files = [path for path in every if path.stem in writers] or every
    records = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [one["text"] for one in records if one["kind"] == kind and half(one["id"]) == "report"]


@pytest.fixture
async def shipped(db: TortoiseContext, clock: StillClock) -> AsyncIterator[Stage]:
    """The cast with the whole pack."""
    yield await set_stage(PACKS)
    guide.forget()


async def replies(stage: Stage, texts: list[str]) -> list[Reply]:
    """Each text in a conversation of its own."""
    return [
        await dialogue.respond(Incoming("web", f"resident {number}", stage.place_id, text, key="k"))
        for number, text in enumerate(texts)
    ]


async def test_the_first_line_of_forty_emergencies_is_the_number_and_staff_are_paged_at_once(shipped: Stage) -> None:
    texts = asked("emergency", *LAST)[:40]
    await replies(shipped, ["你好"])
    started = time.monotonic()
    given = await replies(shipped, texts)
    heard = [one for one in given if one.outcome is Outcome.EMERGENCY]
    assert [text for text, one in zip(texts, given, strict=True) if one not in heard] == []
    assert all(plain(one.letter).startswith("请马上打 1") for one in heard if one.letter)
    assert await Alarm.all().count() == len(heard)
    assert (time.monotonic() - started) / len(texts) < LONGEST_SECONDS


async def test_forty_look_alikes_raise_hardly_an_alarm(shipped: Stage) -> None:
    await replies(shipped, asked("emergency_lookalike", *LAST)[:40])
    assert await Alarm.all().count() <= 2


async def test_each_paper_in_three_ways_is_said_not_to_be_issued_and_who_does(shipped: Stage) -> None:
    texts = [text for forms in ASKED.values() for text in forms]
    names = [name for name, forms in ASKED.items() for _ in forms]
    given = await replies(shipped, texts)
    told = [f"▸ {name}：居委会不" in plain(one.letter) for name, one in zip(names, given, strict=True) if one.letter]
    assert [text for text, is_told in zip(texts, told, strict=True) if not is_told] == []


async def test_hardly_anything_is_made_up_out_of_scope_and_a_person_is_always_near(shipped: Stage) -> None:
    given = await replies(shipped, asked("out_of_scope"))
    made_up = [one for one in given if one.outcome is Outcome.ANSWER]
    assert len(made_up) / len(given) <= MOST_MADE_UP
    person = (say("choice.person"), say("choice.none"), say("hand_over.add_words"))
    without = (Outcome.REFUSE, Outcome.REPORT, Outcome.SMALL_TALK, Outcome.EMERGENCY)
    asking = [one for one in given if one.outcome not in without]
    assert all(any(words in plain(one.letter) for words in person) for one in asking if one.letter)


@pytest.mark.parametrize("title", ["不文明养犬、犬吠、狗咬人", "外地人在上海做居住登记"])
async def test_a_question_with_one_answer_of_its_own_goes_on_with_nothing(shipped: Stage, title: str) -> None:
    """Though it begins as follow-ups do (不…, 外地…)."""
    for text in ("失业登记", title):
        given = await dialogue.respond(Incoming("web", "resident", shipped.place_id, text, key=text))
    assert given.letter is not None
    assert title in plain(given.letter)


@pytest.mark.parametrize("asked_for", ["我要办老年卡", "进老卡 怎么办"])
async def test_what_is_likely_meant_is_offered_on_a_miss_whatever_words_it_shares(
    shipped: Stage, asked_for: str
) -> None:
    (said,) = await replies(shipped, [asked_for])
    assert said.letter is not None
    assert said.outcome in (Outcome.UNKNOWN, Outcome.CHOICES, Outcome.ANSWER)
    assert "敬老卡" in said.letter.text + said.letter.choices[0]
