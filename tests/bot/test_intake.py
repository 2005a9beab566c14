"""A report in chat becomes a case: only where that is sure, once, never lost, with its photos and its danger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import conversations, mutes
from casework.cases import catalogue, kinds
from casework.cases.telling import tell_reporters
from models.alarm import Alarm
from models.case import Case, CasePhoto, CaseReporter, CaseSource, CaseState
from models.person import Role
from models.question import Question, QuestionKind
from models.rule_shapes import CaseRules
from models.rules import in_force, rules
from models.transaction import transaction
from people import shelf
from people.viewers import SYSTEM
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.bot.telegram.conftest import Line, line
from tests.chat_cases import COMMUNITY
from tests.conftest import StillClock
from tests.fakes.telegram_updates import message, photo
from tests.people import photos

__all__ = ["line"]


@pytest.fixture(autouse=True)
async def catalogue_in_force(stage: Stage, tmp_path: Path) -> AsyncIterator[None]:
    """The shipped kinds of work, as after every start."""
    shelf.use_folder(tmp_path / "files")
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    yield
    catalogue.forget()


@pytest.fixture
def li(stage: Stage) -> Type:
    """李叔 types something on the web."""

    async def types(text: str) -> Reply:
        return await dialogue.respond(Incoming("web", "li", stage.place_id, text, key="unused"))

    return types


def text_of(said: Reply) -> str:
    """What was said."""
    return said.letter.text if said.letter else ""


async def test_a_sure_report_is_a_case_and_no_question(wang: Type) -> None:
    said = await wang("3号楼电梯坏了没人修")
    case = await Case.get()
    assert (said.outcome, case.source, case.where_text) == (Outcome.REPORT, CaseSource.CHAT, "3号楼")
    assert not await Question.exists()


async def test_where_a_rule_says_so_a_report_goes_to_the_desk_as_before(wang: Type) -> None:
    off = rules().model_copy(update={"cases": CaseRules(from_chat=False)})
    with in_force(off):
        assert "编号 Q-0001" in text_of(await wang("3号楼电梯坏了没人修"))
    assert not await Case.exists()


async def test_the_same_in_another_building_is_not_offered(wang: Type, li: Type) -> None:
    await wang("3号楼电梯坏了没人修")
    assert "编号 C-0002" in text_of(await li("5号楼电梯坏了没人修"))


async def test_what_neighbours_are_offered_says_neither_words_nor_flat(wang: Type, li: Type) -> None:
    await wang("3号楼202门口楼道灯坏了没人修，我是王某")
    said = await li("3号楼楼道灯坏了没人修")
    assert said.letter is not None
    assert "3号楼**" in said.letter.choices[0]
    assert "王某" not in said.letter.choices[0]


async def test_who_joins_follows_it_and_their_words_are_kept(wang: Type, li: Type) -> None:
    await wang("3号楼电梯坏了没人修")
    await li("3号楼的电梯坏了，没人修")
    await li("1")
    assert await Case.all().count() == 1
    assert await CaseReporter.all().count() == 2


async def test_one_that_ended_meanwhile_is_not_joined_but_reported_anew(wang: Type, li: Type, stage: Stage) -> None:
    await wang("3号楼电梯坏了没人修")
    await li("3号楼的电梯坏了，没人修")
    first = await Case.get()
    await Case.filter(id=first.id).update(state="closed")
    assert "编号 C-0002" in text_of(await li("1"))


async def test_me_too_of_several_is_asked_again(wang: Type, li: Type) -> None:
    for said in ("3号楼电梯坏了没人修", "你好", "0", "3号楼的电梯坏了，没人修", "0"):
        await wang(said)
    await li("3号楼电梯坏了，没人修")
    said = await li("我也是")
    assert said.letter is not None
    assert len(said.letter.choices) == 3
    assert await CaseReporter.all().count() == 2


async def test_a_fourth_open_one_of_a_chat_is_looked_at_by_a_person_first(wang: Type) -> None:
    for number in (1, 2, 3, 4):
        await wang(f"{number}号楼电梯坏了没人修")
    assert await Case.all().count() == 3
    assert (await Question.get()).kind is QuestionKind.REPORT


async def test_without_any_staff_it_says_whom_to_call(wang: Type) -> None:
    await Role.all().delete()
    said = await wang("3号楼电梯坏了没人修")
    assert "021-00000000" in text_of(said)
    assert not await Case.exists()


async def test_danger_of_its_kind_pages_once_before_the_place_is_known(wang: Type) -> None:
    said = await wang("外墙皮大块掉下来了没人修")
    assert "正在呼叫" in text_of(said)
    await wang("3号楼门口")
    assert await Alarm.all().count() == 1
    assert (await Case.get()).is_emergency


async def test_who_calls_it_off_leaves_nothing_that_waits(wang: Type, li: Type) -> None:
    await wang("3号楼电梯坏了没人修")
    await li("3号楼的电梯坏了，没人修")
    await li("算了")
    assert "没有可以选" in text_of(await li("1"))
    assert await Case.all().count() == 1


async def test_two_presses_of_nought_make_one_case(wang: Type, li: Type) -> None:
    await wang("3号楼电梯坏了没人修")
    await li("3号楼的电梯坏了，没人修")
    await li("0")
    await li("0")
    assert await Case.all().count() == 2


async def test_photos_that_came_along_and_late_ones_are_the_cases(line: Line, clock: StillClock) -> None:
    for name in "abc":
        line.fake.files[name] = photos.photo()
    await line.post(message(1, "", photo=photo("a")))
    await line.work()
    await line.post(message(2, "", photo=photo("b"), media_group_id="77", caption="3号楼电梯坏了没人修"))
    clock.forward(seconds=2)
    await line.work()
    assert await CasePhoto.all().count() == 2
    await line.post(message(3, "", photo=photo("c"), media_group_id="77"))
    clock.forward(seconds=2)
    await line.work()
    assert await CasePhoto.all().count() == 3


async def test_photos_confirmed_before_one_joins_and_late_ones_are_the_cases_but_not_those_of_a_later_album(
    line: Line, wang: Type, clock: StillClock
) -> None:
    async def arrives(number: int, name: str, **more: Any) -> None:
        line.fake.files[name] = photos.photo()
        await line.post(message(number, "", photo=photo(name), **more))
        clock.forward(seconds=2)
        await line.work()

    await wang("3号楼电梯坏了没人修")
    await arrives(1, "a")
    await arrives(2, "b", media_group_id="77", caption="3号楼的电梯坏了，没人修")
    await line.post(message(3, "1"))
    await line.work()
    assert await CasePhoto.all().count() == 2
    await arrives(4, "c", media_group_id="77")
    assert await CasePhoto.all().count() == 3
    await arrives(5, "d", media_group_id="78", caption="敬老卡在哪里办")
    await arrives(6, "e", media_group_id="78")
    assert (await Case.all().count(), await CasePhoto.all().count()) == (1, 3)


@pytest.mark.parametrize("hindrance", ["paused", "a person speaks"])
async def test_whether_a_case_is_solved_is_heard_from_whoever_is_asked(
    wang: Type, stage: Stage, hindrance: str
) -> None:
    await wang("3号楼电梯坏了没人修")
    await wang("转人工")
    if hindrance == "paused":
        await Question.all().update(state="closed")
        talk = await conversations.load(channel="web", address="wang")
        assert talk is not None
        await mutes.mute(talk.conversation_id, by=await stage.viewer("陈"), hours=2, reason="刷屏")
    await Case.all().update(state=CaseState.CLOSED)
    async with transaction():
        await tell_reporters(await Case.get(), "case.replied", asks=True, staff="小陈", text="修好了")
    assert [(await wang(said)).outcome for said in "11"] == [Outcome.RATED, Outcome.RATED]
    assert (await CaseReporter.get()).solved
    assert (await CaseReporter.get()).satisfied


async def test_since_when_and_how_is_asked_once_after_the_case_is_there_and_put_to_it(wang: Type) -> None:
    assert "什么时候开始的" in text_of(await wang("3号楼电梯坏了没人修"))
    assert (await wang("谢谢")).outcome is Outcome.SMALL_TALK
    said = await wang("昨天晚上开始的，有人搬家具把门撞歪了，我电话13800138000")
    case = await Case.get()
    assert "补到编号 C-0001" in text_of(said)
    assert (case.when_text, "撞歪" in case.how_text, "13800138000" in case.how_text) == ("昨天晚上开始", True, False)
    assert "补到" not in text_of(await wang("前天也这样"))
    assert (await Case.get()).when_text == "昨天晚上开始"


@pytest.mark.parametrize(
    ("next_words", "expected"),
    [
        ("0", "有进展就告诉您"),
        ("不清楚", "有进展就告诉您"),
        ("居住证怎么办", "哪一项"),
        ("5号楼路灯也坏了没人修", "编号"),
        ("进度", "等受理"),
    ],
)
async def test_nothing_waits_for_it_and_another_matter_is_another(wang: Type, next_words: str, expected: str) -> None:
    await wang("3号楼电梯坏了没人修")
    assert expected in text_of(await wang(next_words))
    assert (await Case.get(number="C-0001")).how_text == ""


async def test_it_is_not_asked_where_danger_is_told_of_or_the_time_was_said(wang: Type) -> None:
    for said in ("3号楼墙皮掉下来了，差点砸到人，没人修", "昨天开始5号楼电梯坏了没人修"):
        answer = text_of(await wang(said))
        assert "编号 C-" in answer
        assert "什么时候开始的" not in answer


async def test_an_album_with_words_right_after_the_report_is_the_cases(line: Line, clock: StillClock) -> None:
    for name in "abc":
        line.fake.files[name] = photos.photo()
    first = message(2, "", photo=photo("a"), media_group_id="9", caption="昨天晚上开始的，门关不拢")
    second, late = (message(number, "", photo=photo(name), media_group_id="9") for number, name in ((3, "b"), (4, "c")))
    for updates in ([message(1, "3号楼电梯坏了没人修")], [first, second], [late]):
        for update in updates:
            await line.post(update)
        clock.forward(seconds=2)
        await line.work()
    assert ((await Case.get()).when_text, await CasePhoto.all().count()) == ("昨天晚上开始", 3)


async def test_an_album_without_words_right_after_the_report_is_the_cases(line: Line, clock: StillClock) -> None:
    line.fake.files["a"] = photos.photo()
    for update in (message(1, "3号楼电梯坏了没人修"), message(2, "", photo=photo("a"), media_group_id="9")):
        await line.post(update)
        clock.forward(seconds=2)
        await line.work()
    assert await CasePhoto.all().count() == 1


async def test_a_photo_right_after_the_report_is_the_cases_and_words_may_follow(line: Line, clock: StillClock) -> None:
    line.fake.files["lift"] = photos.photo()
    came = message(2, "", photo=photo("lift"))
    for update in (message(1, "3号楼电梯坏了没人修"), came, message(3, "今天早上开始的")):
        await line.post(update)
        clock.forward(seconds=2)
        await line.work()
    assert await CasePhoto.all().count() == 1
    assert (await Case.get()).when_text == "今天早上开始"
