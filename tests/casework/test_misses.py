"""Questions without an answer: kept, grouped, and everyone who asked told once when there is one."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import guide, missed_topics, misses, packs, publishing, questions
from casework.packs import Pack
from models.conversation import Miss
from models.entry_content import EntryContent
from models.errors import NotFound
from models.message import Outbox
from models.person import Role, RoleName
from models.question import QuestionKind
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.casework.conftest import Cast, heard, resident
from tests.casework.test_publishing import SLUG, content
from tests.conftest import StillClock


def entry() -> EntryContent:
    """An answer."""
    return content("bicycle-charging", title="电动自行车充电", summary="每次 1 元，充满自停。")


@pytest.fixture
async def answer(cast: Cast) -> None:
    """It is published for everybody."""
    await packs.import_packs([Pack("类别", SLUG, (entry(),))], by=SYSTEM, publish=True)


async def miss(cast: Cast, text: str = "车棚充电一次多少钱") -> Miss:
    """王阿姨 asks in vain."""
    miss_id = await misses.record_miss(by=cast.wang, conversation_id=cast.wang_conversation, text=text)
    return await Miss.get(id=miss_id)


async def neighbour(cast: Cast, address: str, text: str) -> int:
    """Somebody else here asks in vain; gives their conversation."""
    viewer, conversation_id = await resident(address, cast.here)
    await misses.record_miss(by=viewer, conversation_id=conversation_id, text=text)
    return conversation_id


async def resolve_all(cast: Cast) -> int:
    """An entry answers everything that is open here."""
    waiting = [one.id for one in await misses.still_open(cast.here.id)]
    return await misses.resolve(waiting, by=cast.gao, content=entry())


async def test_near_duplicates_are_one_group_with_counts(cast: Cast, clock: StillClock) -> None:
    await miss(cast)
    await miss(cast, "请问车棚充电一次多少钱？")
    await neighbour(cast, "n1", "车棚充电一次要多少钱")
    await neighbour(cast, "n2", "居委会能打印吗")
    found = await misses.groups(viewer=cast.chen)
    assert [(group.text, group.count, group.waiting) for group in found] == [
        ("车棚充电一次多少钱", 3, 2),
        ("居委会能打印吗", 1, 1),
    ]


async def test_misses_of_another_neighbourhood_stay_there(cast: Cast) -> None:
    assert await misses.groups(viewer=cast.chen) == []
    assert len(await misses.groups(viewer=cast.outsider)) == 1
    for viewer in (cast.zhou, cast.observer, cast.wang):
        assert await misses.groups(viewer=viewer) == []
    with pytest.raises(NotFound):
        await misses.groups(viewer=cast.chen, place_id=cast.elsewhere.id)


async def test_a_question_to_the_desk_takes_its_miss_along(cast: Cast) -> None:
    kept = await miss(cast, "请问车棚充电一次多少钱")
    question = await cast.ask()
    assert (await Miss.get(id=kept.id)).question_id == question.id
    assert (await misses.groups(viewer=cast.chen))[0].count == 1


async def test_a_question_straight_to_a_person_is_a_miss_too_but_a_report_is_not(cast: Cast) -> None:
    await cast.ask()
    await cast.ask("三号楼灯坏了", kind=QuestionKind.REPORT)
    assert [group.text for group in await misses.groups(viewer=cast.chen)] == ["车棚充电一次多少钱"]


@pytest.mark.parametrize("wish", ["转人工", "有人吗", "不要机器人，给我转个活人", "让你们领导来"])
async def test_who_only_asks_for_a_person_has_missed_nothing(cast: Cast, wish: str) -> None:
    await cast.ask(wish)
    assert await misses.groups(viewer=cast.chen) == []


@pytest.mark.parametrize("asked", ["找人修水管要多少钱", "找个人说说宽带的事", "投诉物业乱收费"])
async def test_who_says_what_about_has_asked_something(cast: Cast, asked: str) -> None:
    await cast.ask(asked)
    assert [group.text for group in await misses.groups(viewer=cast.chen)] == [asked]


@pytest.mark.usefixtures("answer")
async def test_everyone_who_asked_is_told_once_and_nobody_elsewhere(cast: Cast) -> None:
    await miss(cast)
    await miss(cast)
    other = await neighbour(cast, "n1", "车棚充电一次要多少钱")
    await cast.ask()
    ids = [one.id for one in await misses.still_open(cast.here.id)]
    tries = [misses.resolve(ids, by=cast.gao, content=entry()) for _ in range(5)]
    assert sum(await asyncio.gather(*tries)) == 2
    said = await heard(cast.wang_conversation)
    assert said == ["您之前问的“车棚充电一次多少钱”，现在有答案了。\n电动自行车充电：每次 1 元，充满自停。"]
    assert len(await heard(other)) == 1
    assert await Outbox.filter(kind="miss.answered", address="stranger").count() == 0


@pytest.mark.usefixtures("answer")
async def test_a_fan_out_takes_its_lanes_in_the_order_of_their_names(cast: Cast) -> None:
    for address in ("z", "a", "m"):
        await neighbour(cast, address, "车棚充电一次多少钱")
    ids = [one.id for one in await Miss.filter(place_id=cast.here.id)]
    assert await misses.resolve(ids, by=cast.gao, content=entry()) == 3
    assert [row.address for row in await Outbox.filter(kind="miss.answered").order_by("id")] == ["a", "m", "z"]


@pytest.mark.usefixtures("answer")
async def test_what_is_dismissed_is_told_to_nobody(cast: Cast) -> None:
    kept = await miss(cast)
    assert [await misses.dismiss([kept.id], by=cast.chen), await misses.dismiss([kept.id], by=cast.chen)] == [1, 0]
    assert await misses.resolve([kept.id], by=cast.gao, content=entry()) == 0
    assert await misses.groups(viewer=cast.chen) == []


async def test_nobody_settles_the_misses_of_another_neighbourhood(cast: Cast) -> None:
    mine, theirs = await miss(cast), await Miss.get(place_id=cast.elsewhere.id)
    for settle in (misses.dismiss([mine.id, theirs.id], by=cast.gao), misses.dismiss([mine.id], by=cast.outsider)):
        with pytest.raises(NotFound):
            await settle
    with pytest.raises(NotFound):
        await misses.resolve([theirs.id], by=cast.gao, content=entry())
    assert await Miss.filter(dismissed_at=None, entry_key=None).count() == 2


async def who_leads_both(cast: Cast) -> Viewer:
    """高书记, who leads the other neighbourhood as well."""
    now = cast.noise.created_at
    await Role.create(created_at=now, person_id=cast.gao.person_id, place_id=cast.elsewhere.id, name=RoleName.SECRETARY)
    found = await viewer_of(cast.gao.person_id or 0)
    assert found is not None
    return found


async def test_who_leads_two_neighbourhoods_answers_neither_with_an_entry_of_the_other(cast: Cast) -> None:
    gao = await who_leads_both(cast)
    mine, theirs = await miss(cast), await Miss.get(place_id=cast.elsewhere.id)
    version = await publishing.draft(content(), by=cast.chen, category_slug=SLUG, place_id=cast.here.id)
    await publishing.publish(version.id, by=gao)
    await guide.refresh_if_changed()
    with pytest.raises(NotFound) as caught:
        await misses.resolve([mine.id, theirs.id], by=gao, content=content())
    assert (caught.value.key, await Miss.filter(told_at=None).count()) == ("guide.not_found", 2)
    assert await misses.resolve([mine.id], by=gao, content=content()) == 1


async def test_a_draft_of_one_neighbourhood_is_not_written_from_what_another_asked(cast: Cast) -> None:
    gao, theirs = await who_leads_both(cast), await Miss.get(place_id=cast.elsewhere.id)
    with pytest.raises(NotFound):
        await misses.group_of(theirs.id, viewer=gao, place_id=cast.here.id)
    with pytest.raises(NotFound):
        await publishing.draft(content(), by=gao, category_slug=SLUG, place_id=cast.here.id, miss_ids=[theirs.id])
    assert await Miss.filter(draft_id=None).count() == 1


async def test_nobody_records_a_miss_in_somebody_elses_conversation(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await misses.record_miss(by=cast.li, conversation_id=cast.wang_conversation, text="问")


@pytest.mark.usefixtures("answer")
async def test_the_answer_reaches_also_who_was_answered_by_a_person(cast: Cast, clock: StillClock) -> None:
    opened = await cast.ask()
    question = await questions.reply(opened.id, by=cast.chen, text="每次 1 元", seen_version=1)
    await questions.close(question.id, by=cast.chen)
    clock.forward(days=2)
    assert await resolve_all(cast) == 1
    assert (await Miss.get(question_id=question.id)).told_at == opened.created_at + dt.timedelta(days=2)


async def test_only_old_and_settled_misses_are_forgotten(cast: Cast, clock: StillClock) -> None:
    settled, waiting = await miss(cast), await miss(cast)
    await misses.dismiss([settled.id], by=cast.chen)
    day_after = waiting.created_at + dt.timedelta(days=1)
    assert await misses.forget(older_than=settled.created_at, limit=9) == 0
    assert await misses.forget(older_than=day_after, limit=9) == 1
    assert await Miss.filter(id=waiting.id).exists()


async def test_what_went_unanswered_most_this_week_is_a_topic_for_staff_and_a_sum_for_the_street(
    cast: Cast, clock: StillClock
) -> None:
    await miss(cast, "居委会能打印吗")
    clock.forward(days=8)
    await miss(cast)
    await neighbour(cast, "n1", "请问车棚充电一次多少钱？")
    await neighbour(cast, "n2", "居委会能打印吗")
    found = await missed_topics.missed(viewer=cast.chen)
    assert [(one.text, one.now, one.before) for one in found.topics] == [
        ("车棚充电一次多少钱", 2, 0),
        ("居委会能打印吗", 1, 1),
    ]
    assert (found.now, found.before) == (3, 1)
    above = await missed_topics.missed(viewer=cast.observer)
    assert (above.now, above.before > 0, above.topics) == (3, True, ()), "the street reads sums, and no question"
