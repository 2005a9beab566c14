"""What is found, by whom, and that it is gone at once when it is hidden, changed or taken away."""

from __future__ import annotations

import pytest

from forum import board_settings, posts
from forum.board_settings import Wanted
from forum.posts import NewPost
from forum.search import indexing, searching
from forum.search.searching import Asked, Order, Results, behind
from models import clock as models_clock
from models.errors import Invalid, NotFound
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.transaction import execute, fetch_one
from people.viewers import SYSTEM, Viewer
from tests.forum.conftest import Neighbours


async def found(cast: Neighbours, text: str, *, by: Viewer | None = None, **more: str) -> list[int]:
    """The posts that 李叔 finds."""
    return ids(await searching.search(Asked(text, **more), viewer=by or cast.li, place_id=cast.here.id))  # type: ignore[arg-type]


def ids(results: Results) -> list[int]:
    return [line.post.id for line in results.lines]


async def test_a_synonym_finds_a_post_of_ones_own_neighbourhood_only(cast: Neighbours) -> None:
    mine = await cast.post("3号楼的电动自行车棚今晚断电", title="车棚断电")
    await posts.publish(NewPost("issues", "电瓶车棚也没电"), by=cast.stranger, place_id=cast.elsewhere.id)
    for text in ("电瓶车", "電瓶車", "助动车 停电", "小电驴的车棚没电了怎么办"):
        assert await found(cast, text) == [mine], text
    assert await found(cast, "电瓶车", by=cast.wang) == [mine]
    with pytest.raises(NotFound):
        await found(cast, "电瓶车", by=cast.stranger)


async def test_what_is_hidden_changed_or_deleted_is_found_no_more(cast: Neighbours) -> None:
    lamp, dog = await cast.post("楼道的灯坏了三天"), await cast.post("捡到一只小狗")
    await posts.edit(lamp, by=cast.wang, text="车库的闸门坏了三天")
    assert (await found(cast, "楼道灯"), await found(cast, "闸门")) == ([], [lamp])
    await execute("UPDATE post SET state='hidden' WHERE id=$1", dog)
    assert (
        await found(cast, "小狗")
        == await found(cast, "小狗", by=cast.wang)
        == await found(cast, "小狗", by=cast.gao)
        == []
    )
    await execute("UPDATE post SET state='published' WHERE id=$1", dog)
    assert await found(cast, "小狗") == [dog]
    await posts.delete(dog, by=cast.wang)
    assert await found(cast, "小狗") == []
    assert await fetch_one("SELECT id FROM post_word WHERE post_id=$1", dog) is None


async def test_a_private_question_is_found_by_its_two_sides_alone(cast: Neighbours) -> None:
    await board_settings.set_board("doctor", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    asked = await cast.post("最近总是失眠", board="doctor", is_private=True)
    for viewer in (cast.wang, cast.doctor):
        assert await found(cast, "失眠", by=viewer) == [asked]
    for viewer in (cast.li, cast.chen, cast.gao, cast.sun, cast.police, cast.property):
        assert await found(cast, "失眠", by=viewer) == []
    await board_settings.set_board("doctor", Wanted(is_on=False), by=cast.gao, place_id=cast.here.id)
    assert await found(cast, "失眠", by=cast.wang) == []


ODD = (
    *(
        "",
        " ",
        '"',
        "'",
        "NEAR(灯 坏)",
        "灯*",
        "-灯",
        "灯 AND",
        "(",
        "灯'); DROP TABLE post;--",
        "🎉",
        "words:灯",
        "^灯",
    ),
    *("@1", "~灯", "\x00灯", "灯" * 10_000, "a OR b", "\\", ":*", "灯 & !坏", "𠮷𠮷", "café", "１２３４５", "\ud800"),
)


async def test_odd_words_find_or_do_not_and_break_nothing(cast: Neighbours) -> None:
    post = await cast.post("楼道的灯坏了，打12345也没用")
    for text in ODD:
        for order in Order:
            assert await found(cast, text, order=order) in ([], [post]), text
    assert await found(cast, "１２３４５") == [post]


async def test_pages_follow_each_other_in_both_orders_without_gap_or_repeat(cast: Neighbours) -> None:
    made = [
        await cast.post(f"第{at}次说停车{'收费' if at % 2 else ''}", title="停车" if at % 3 else "") for at in range(7)
    ]
    for order in Order:
        seen: list[int] = []
        after = None
        while True:
            page = await searching.search(
                Asked("停车收费", order), viewer=cast.li, place_id=cast.here.id, after=after, most=2
            )
            seen += ids(page)
            if page.next is None:
                break
            after = behind(str(page.next))
        assert len(seen) == len(set(seen)), order
        assert set(seen) >= {one for at, one in enumerate(made) if at % 2}
        assert order is Order.RELEVANT or seen == sorted(seen, reverse=True)
    with pytest.raises(Invalid):
        behind("1-x")


async def test_filters_know_what_is_shown_of_an_author_and_no_more(cast: Neighbours) -> None:
    mine, official = await cast.post("灯坏了"), await cast.post("灯已经报修", by=cast.chen)
    offer = await cast.post("送一盏灯", by=cast.li, board="idle_items")
    assert await found(cast, "灯", board="idle_items") == [offer]
    assert await found(cast, "灯", who="阿芳") == [mine]
    assert await found(cast, "灯", who="真名阿芳") == []
    assert await found(cast, "灯", who="真名阿芳", by=cast.chen) == [mine]
    with pytest.raises(NotFound):
        await found(cast, "灯", board="nonsense")
    await _live(cast, "3号楼", cast.wang, cast.chen)
    assert await found(cast, "灯", building="3号楼") == [mine]
    assert official in await found(cast, "灯")


async def _live(cast: Neighbours, building_name: str, *people: Viewer) -> None:
    """They live in a building, in a home each."""
    now = models_clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name="一村")
    building = await Building.create(created_at=now, place=cast.here, estate=estate, name=building_name, sort="003")
    for who in people:
        label = str(who.person_id)
        home = await Home.create(created_at=now, place=cast.here, building=building, label=label, sort=label)
        await Residence.create(
            created_at=now,
            place=cast.here,
            person_id=who.person_id,
            home=home,
            relation=Relation.OWNER,
            state=ResidenceState.LIVING,
            open_home_id=home.id,
        )


async def test_entries_of_the_guide_stand_above_and_marks_are_in_pieces(cast: Neighbours) -> None:
    await cast.post("<b>灯</b>坏了" + "，很久没人管" * 40 + "，電梯也坏了", title="灯坏了")
    (line,) = (await searching.search(Asked("电梯"), viewer=cast.li, place_id=cast.here.id)).lines
    assert [one.text for one in line.excerpt if one.is_hit] == ["電梯"]
    (line,) = (await searching.search(Asked("灯"), viewer=cast.li, place_id=cast.here.id)).lines
    assert [one.text for one in line.title] == ["灯", "坏了"]
    assert "".join(one.text for one in line.excerpt).startswith("<b>灯</b>")


async def test_what_was_written_past_the_verbs_is_cut_by_the_clock(cast: Neighbours) -> None:
    post = await cast.post("水管漏了")
    await execute("UPDATE post SET title=$1, text=$2 WHERE id=$3", "门铃", "门铃不响", post)
    assert await found(cast, "水管") == await found(cast, "门铃") == []
    assert await indexing.catch_up(by=SYSTEM) == 1
    assert await found(cast, "门铃") == [post]
    assert await indexing.catch_up(by=SYSTEM) == 0
