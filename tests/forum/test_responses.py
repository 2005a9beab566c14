"""发帖必响应: the clock runs in working hours, who is late stands on the list and is told of once, cases answer too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from casework.cases import catalogue, following, kinds, results
from forum import board_settings, cases, owed, posted, posts, replies, responses, threads
from forum.board_settings import Wanted
from models.alarm import Alarm
from models.case import Case
from models.clock import SHANGHAI
from models.errors import NotAllowed, Taken, WrongState
from models.notice import StaffNotice
from models.post import Post
from models.push import Push
from models.transaction import execute, transaction
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours

COMMUNITY = Path(__file__).parents[2] / "community"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


async def test_what_waits_too_long_is_on_the_secretarys_list_and_in_the_rate(
    cast: Neighbours, clock: StillClock
) -> None:
    clock.at(dt.datetime(2026, 3, 6, 16, 0, tzinfo=SHANGHAI))
    late, answered = await cast.post(), await cast.post("路灯也坏了", by=cast.li)
    await cast.post("居委会自己说的", by=cast.chen)
    await cast.post("聊聊天", board="neighbours")
    assert [one.id for one in await responses.waiting(viewer=cast.gao, place_id=cast.here.id)] == [late, answered]
    assert (await Post.get(id=late)).due_at == dt.datetime(2026, 3, 9, 17, 0, tzinfo=SHANGHAI)
    await cast.reply(answered, "已经报修", by=cast.chen)
    clock.at(dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI))
    line = (await responses.waiting(viewer=cast.gao, place_id=cast.here.id))[0]
    assert (line.id, line.is_late) == (late, True)
    for viewer, place_id in ((cast.gao, cast.here.id), (cast.zhao, cast.here.id)):
        rate = (await responses.rates(viewer=viewer, since=LONG_AGO, place_id=place_id))[0]
        assert (rate.asked, rate.answered, rate.in_time, rate.late, rate.percent) == (2, 1, 1, 1, 50)
    [unit] = await owed.unit_rates(viewer=cast.gao, since=LONG_AGO)
    assert (unit.unit.value, unit.owed, unit.in_time, unit.unanswered, unit.percent) == ("committee", 2, 1, 1, 50)
    with pytest.raises(NotAllowed):
        await responses.rates(viewer=cast.li, since=LONG_AGO)


async def test_the_secretary_is_told_once_of_what_is_late(cast: Neighbours, clock: StillClock) -> None:
    await board_settings.set_board("doctor", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    await cast.post()
    await cast.post("私下问一下", board="doctor", is_private=True)
    clock.forward(days=7)
    assert [await responses.remind(by=SYSTEM) for _ in range(2)] == [3, 0]
    told = await StaffNotice.filter(person_id=cast.gao.person_id, kind="response.late").values_list("text", flat=True)
    assert len(told) == 2
    assert not any("私下" in text for text in told)
    owing = StaffNotice.filter(person_id=cast.doctor.person_id, kind="response.late")
    [late] = await owing.values_list("text", flat=True)
    assert "不公开" in late, "who owes it hears so, too"
    assert "私下" not in late
    assert await StaffNotice.filter(person_id=cast.police.person_id, kind="response.late").count() == 0
    assert await StaffNotice.filter(person_id=cast.chen.person_id, kind="response.late").count() == 0


async def test_a_post_becomes_one_case_whose_result_stands_in_the_thread(cast: Neighbours) -> None:
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    post = await cast.post()
    case = await cases.to_case(post, by=cast.chen, kind_key="other_matter")
    with pytest.raises(Taken):
        await cases.to_case(post, by=cast.gao, kind_key="other_matter")
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.case is not None
    assert thread.case.number == case.number
    assert thread.case.words == ""
    assert case.number in thread.replies[0].text
    assert thread.post.answered_at is not None
    own = await following.own_case(case.id, viewer=cast.wang)
    assert own.line.number == case.number
    step = "INSERT INTO case_step (created_at, case_id, place_id, verb, state, note, facts, is_public)"
    values = (case.created_at, case.id, case.place_id, "case.reply", "answered", "灯已换好，请大家看看", "{}", True)
    await execute(f"{step} VALUES ($1,$2,$3,$4,$5,$6,$7,$8)", *values)
    await Case.filter(id=case.id).update(state="answered")
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.case is not None
    assert thread.case.words == "灯已换好，请大家看看"
    await Case.filter(id=case.id).update(is_private=True)
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.case is not None
    assert thread.case.words == ""


async def test_a_post_of_days_ago_pages_nobody_and_one_written_or_changed_today_does(
    cast: Neighbours, clock: StillClock
) -> None:
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    old, changed = await cast.post("3号楼着火了，火很大"), await cast.post("4号楼有点烟味")
    clock.forward(hours=25)
    await posts.edit(changed, by=cast.wang, text="4号楼着火了，火很大")
    fresh = await cast.post("5号楼着火了，火很大")
    made = [await cases.to_case(one, by=cast.chen, kind_key="other_matter") for one in (old, changed, fresh)]
    assert [one.is_emergency for one in made] == [True, True, True]
    paged = await Alarm.all().order_by("id").values_list("case_id", flat=True)
    assert paged == [made[1].id, made[2].id]


async def test_who_follows_a_thread_hears_of_the_result_with_the_letter_of_the_day(cast: Neighbours) -> None:
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    post = await cast.post()
    for follower in (cast.li, cast.gao):
        await posted.follow(post, by=follower)
    case = await cases.to_case(post, by=cast.chen, kind_key="other_matter")
    await Push.all().delete()
    async with transaction():
        await results.tell_followers(case, but=cast.chen.person_id)
        await results.tell_followers(case, but=cast.chen.person_id)
    told = await Push.all().order_by("person_id").values_list("person_id", "subject")
    assert told == [(cast.li.person_id, f"post:{post}"), (cast.gao.person_id, f"post:{post}")], "王阿姨 reported it"
    await Push.all().delete()
    case.is_private = True
    await results.tell_followers(case, but=cast.chen.person_id)
    assert await Push.all().count() == 0


async def test_talk_becomes_no_case(cast: Neighbours) -> None:
    post = await cast.post(board="neighbours")
    with pytest.raises(WrongState):
        await cases.to_case(post, by=cast.chen, kind_key="other_matter")
    with pytest.raises(NotAllowed):
        await cases.to_case(await cast.post(), by=cast.property, kind_key="other_matter")
    assert replies.PARENT == "reply"
