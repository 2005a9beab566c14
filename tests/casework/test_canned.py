"""Texts staff use often: one list per place."""

from __future__ import annotations

import pytest

from casework import canned, questions
from models import clock
from models.errors import Invalid, NotAllowed, NotFound
from models.wording import say_date
from tests.casework.conftest import Cast, heard


async def test_a_text_is_written_changed_and_erased(cast: Cast) -> None:
    written = await canned.write(by=cast.chen, place_id=cast.here.id, title="物业电话", text="请打物业电话。")
    await canned.change(written.id, by=cast.lin, title="物业", text="请先打物业电话。")
    assert await canned.canned_answers(viewer=cast.gao, place_id=cast.here.id) == [
        canned.Canned(written.id, "物业", "请先打物业电话。")
    ]
    await canned.erase(written.id, by=cast.gao)
    assert await canned.canned_answers(viewer=cast.gao, place_id=cast.here.id) == []


async def test_each_place_has_its_own_list(cast: Cast) -> None:
    theirs = await canned.write(by=cast.outsider, place_id=cast.elsewhere.id, title="别处", text="别处的话")
    await canned.write(by=cast.chen, place_id=cast.here.id, title="这里", text="这里的话")
    assert [one.title for one in await canned.canned_answers(viewer=cast.chen, place_id=cast.here.id)] == ["这里"]
    with pytest.raises(NotFound):
        await canned.canned_answers(viewer=cast.chen, place_id=cast.elsewhere.id)
    for attempt in (canned.erase(theirs.id, by=cast.chen), canned.change(theirs.id, by=cast.chen, title="a", text="b")):
        with pytest.raises(NotFound):
            await attempt


async def test_residents_and_outsiders_write_none(cast: Cast) -> None:
    for viewer in (cast.wang, cast.outsider, cast.zhou, cast.observer):
        with pytest.raises(NotAllowed):
            await canned.write(by=viewer, place_id=cast.here.id, title="a", text="b")


@pytest.mark.parametrize(("title", "text"), [("", "话"), ("题", " \x00"), ("题" * 41, "话"), ("题", "话" * 2001)])
async def test_empty_and_too_long_texts_are_refused(cast: Cast, title: str, text: str) -> None:
    with pytest.raises(Invalid):
        await canned.write(by=cast.chen, place_id=cast.here.id, title=title, text=text)


@pytest.mark.databases("sqlite")
async def test_blanks_are_filled_from_what_it_is_about_and_one_that_is_left_is_not_sent(cast: Cast) -> None:
    text = "{编号}：{单位}会在｛ 日期 ｝前上门，{几点}到。{工作人员}"
    await canned.write(by=cast.chen, place_id=cast.here.id, title="约时间", text=text)
    asked = await cast.ask()
    values = canned.values_of(number=asked.number, staff="小陈", due=asked.done_due)
    [one] = await canned.canned_answers(viewer=cast.chen, place_id=cast.here.id, values=values)
    day = say_date(clock.local(asked.done_due).date())
    assert one.text == f"{asked.number}：{{单位}}会在{day}前上门，{{几点}}到。小陈"
    with pytest.raises(Invalid, match="blanks_left") as refused:
        await questions.reply(asked.id, by=cast.chen, text=one.text, seen_version=asked.version)
    assert refused.value.facts["blanks"] == "{单位}、{几点}"
    words = one.text.replace("{单位}", "物业").replace("{几点}", "下午两点")
    await questions.reply(asked.id, by=cast.chen, text=words, seen_version=asked.version)
    assert words in (await heard(cast.wang_conversation))[-1]
