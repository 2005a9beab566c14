"""Topics of the week over cases, questions and posts: what counts, equal to an independent count; nobody's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework import missed_topics, questions
from casework.cases import catalogue, from_questions, hot_topics, kinds, reporting
from casework.cases.reporting import Facts
from forum import cases, posts
from forum.posts import NewPost
from forum.search import indexing
from models import clock as models_clock
from models.case import CaseSource
from models.contact import Contact
from models.conversation import Conversation
from models.post_word import PostWord
from models.question import Question, QuestionKind
from models.transaction import execute, fetch
from people.viewers import SYSTEM, Viewer, guest
from tests.casework.cases.recount import recounted_topics
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours

SAID = {"电梯坏了": "lift_out_of_order", "楼道灯": "stair_light"}
"""What the town says, and the kind of work that it means."""


@pytest.fixture
async def town(cast: Neighbours) -> Neighbours:
    """The neighbours, with the shipped catalogue of matters."""
    catalogue.forget()
    await catalogue.load(kinds.read(Path(__file__).parents[2] / "community" / "cases"), by=SYSTEM)
    return cast


async def asked(town: Neighbours, text: str, *, address: str) -> Question:
    """Somebody known by a chat alone asks the desk."""
    now = models_clock.now()
    contact = await Contact.create(created_at=now, channel="telegram", address=address, place=town.here)
    chat = await Conversation.create(created_at=now, contact=contact, place=town.here)
    by, kind = guest(town.here.id, contact_id=contact.id), QuestionKind.QUESTION
    return await questions.open_question(by=by, conversation_id=chat.id, text=text, sealed_from=text, kind=kind)


async def test_thirty_posts_about_a_lift_are_first_on_the_list(town: Neighbours, clock: StillClock) -> None:
    for at in range(4):
        await reporting.report(Facts("stair_light", f"{at}号楼的楼道灯坏了"), by=town.chen, source=CaseSource.PATROL)
    clock.forward(days=8)
    for at in range(6):
        await reporting.report(Facts("stair_light", f"{at}号楼的楼道灯坏了"), by=town.chen, source=CaseSource.PATROL)
    for at in range(30):
        await town.post(f"{at}号楼电梯坏了，第{at}天了", by=(town.wang, town.li)[at % 2])
    for viewer in (town.zhao, town.chen):
        first, second = await hot_topics.topics(viewer=viewer)
        assert (first.name, first.posts, first.growth) == ("电梯停运", 30, 30)
        assert (second.name, second.cases, second.before) == ("楼道灯不亮", 6, 4)
    assert await hot_topics.topics(viewer=town.outsider) == [], "of the next neighbourhood's nothing is counted"


async def _lived(town: Neighbours, clock: StillClock) -> None:
    """Two weeks of all that counts, and of all that does not."""
    await town.post("上周1号楼电梯坏了")
    await asked(town, "上周的楼道灯谁来修", address="a1")
    clock.forward(days=8)
    changed = await town.post("今天天气真好", board="neighbours")
    await posts.edit(changed, by=town.wang, text="2号楼电梯坏了")
    gone = await town.post("3号楼电梯坏了，有人修吗")
    await posts.delete(gone, by=town.wang)
    hidden = await town.post("4号楼电梯坏了，别告诉别人")
    await execute("UPDATE post SET is_private=$1 WHERE id=$2", True, hidden)
    await town.post("5号楼电梯坏了，正在修，请走楼梯", by=town.chen)
    made = await town.post("6号楼电梯坏了，请派人")
    await cases.to_case(made, by=town.chen, kind_key="lift_out_of_order")
    await asked(town, "请问7号楼电梯坏了找谁", address="a2")
    became = await asked(town, "8号楼电梯坏了找谁", address="a3")
    await from_questions.to_case(became.id, by=town.chen, kind_key="lift_out_of_order")
    await asked(town, "社保卡丢了去哪里补", address="a4")
    await posts.publish(NewPost("issues", "别处的电梯坏了"), by=town.stranger, place_id=town.elsewhere.id)


async def _raw(town: Neighbours) -> dict[str, list[dict[str, object]]]:
    """Every row of the neighbourhood."""
    tables = {table: await fetch(f"SELECT * FROM {table}") for table in ("cases", "question", "post")}
    mine = {table: [row for row in rows if row["place_id"] == town.here.id] for table, rows in tables.items()}
    return {**mine, "case_reporter": await fetch("SELECT * FROM case_reporter")}


async def _told(viewer: Viewer) -> dict[str, tuple[int, ...]]:
    names = {kind.name: key for key, kind in (await catalogue.kinds_of(None)).items()}
    found = await hot_topics.topics(viewer=viewer)
    return {
        names[one.name]: (one.cases, one.questions, one.posts, one.before, one.joined, one.repeated) for one in found
    }


async def test_what_residents_bring_equals_an_independent_count_over_raw_rows(
    town: Neighbours, clock: StillClock
) -> None:
    await _lived(town, clock)
    counted = recounted_topics(await _raw(town), clock.moment, SAID)
    assert await _told(town.chen) == counted
    assert counted == {"lift_out_of_order": (2, 1, 1, 1, 0, 0)}


async def test_what_was_written_past_the_verbs_counts_once_the_clock_has_cut_it(town: Neighbours) -> None:
    post = await town.post("今天天气真好")
    await execute("UPDATE post SET text='9号楼电梯坏了' WHERE id=$1", post)
    assert await _told(town.chen) == {}
    await indexing.catch_up(by=SYSTEM)
    assert await _told(town.chen) == {"lift_out_of_order": (0, 0, 1, 0, 0, 0)}
    await PostWord.filter(post_id=post).update(kind_key=None)
    assert await _told(town.chen) == {}, "what nobody has looked at yet is about nothing"


async def test_a_private_kind_is_named_only_where_five_brought_it(town: Neighbours) -> None:
    for at in range(4):
        await asked(town, f"{at}号楼半夜放音乐", address=f"p{at}")
    assert await hot_topics.topics(viewer=town.zhao) == []
    await asked(town, "5号楼半夜放音乐", address="p5")
    [one] = await hot_topics.topics(viewer=town.zhao)
    assert (one.name, one.questions) == ("邻居噪声扰民", 5)


async def test_what_the_bot_missed_equals_an_independent_count_over_raw_rows(
    town: Neighbours, clock: StillClock
) -> None:
    words = ("车棚充电一次多少钱", "居委会能打印吗")
    for week, often in ((0, (1, 3)), (1, (4, 2))):
        for text, times in zip(words, often, strict=True):
            for at in range(times):
                await asked(town, text, address=f"{text}{week}{at}")
        clock.forward(days=7 * (1 - week), hours=1)
    rows = await fetch("SELECT text, created_at FROM miss")
    times = [(row["text"], str(row["created_at"])[:10] > "2026-03-05") for row in rows]
    found = await missed_topics.missed(viewer=town.chen)
    assert {one.text: (one.now, one.before) for one in found.topics} == {
        text: (times.count((text, True)), times.count((text, False))) for text in words
    }
    assert [one.text for one in found.topics] == [*words], "what grew most is first"
    assert (found.now, found.before) == (6, 4)
