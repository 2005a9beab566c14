"""问法候选: what was chosen for a question becomes a way of asking, as a draft that somebody else publishes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from casework import guide, misses, packs, phrasing_drafts, phrasings, publishing
from casework.packs import Pack
from models.conversation import Phrasing
from models.entry import EntryVersion, VersionState
from models.errors import Refusal
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import Cast
from tests.casework.test_judging import BULKY, SLUG, WASTE, shipped

ASKED = "湿的干的倒在一起会怎样"


@pytest.fixture
async def pack(cast: Cast) -> Cast:
    """Six shipped entries are published."""
    guide.forget()
    await packs.import_packs([Pack("类别", SLUG, tuple(shipped().values()))], by=SYSTEM, publish=True)
    return cast


async def chosen(cast: Cast, text: str = ASKED, *, key: str = WASTE, by: Viewer | None = None) -> Phrasing:
    """A resident's choice."""
    viewer = by or cast.wang
    assert viewer.place_id is not None
    await phrasings.note(text, by=viewer, place_id=viewer.place_id, entry_key=key)
    return (await Phrasing.all().order_by("-last_at", "-id"))[0]


async def listed(viewer: Viewer) -> list[tuple[str, str, int]]:
    return [(one.entry_key, one.text, one.times) for one in await phrasings.waiting(viewer=viewer)]


async def refused(verb: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await verb
    return caught.value


async def test_the_same_choice_is_counted_and_listed_where_it_was_made_only(pack: Cast) -> None:
    for text in (ASKED, f" {ASKED}\n", ASKED):
        await chosen(pack, text)
    await chosen(pack, key=BULKY, by=pack.li)
    assert await listed(pack.chen) == [(WASTE, ASKED, 3), (BULKY, ASKED, 1)]
    for viewer in (pack.outsider, pack.wang, pack.observer, pack.zhou, pack.admin):
        assert await listed(viewer) == []


@pytest.mark.parametrize("text", ["", " \n", "😀😀", "？？", "我的手机***打不通", "字" * 61, "\ufdfa" * 60, "\x00"])
async def test_what_can_be_nobody_elses_way_of_asking_is_not_kept(pack: Cast, text: str) -> None:
    await phrasings.note(text, by=pack.wang, place_id=pack.here.id, entry_key=WASTE)
    assert await Phrasing.all().count() == 0


async def test_twenty_choices_at_once_are_twenty(pack: Cast) -> None:
    await asyncio.gather(*(chosen(pack) for _ in range(20)))
    assert await listed(pack.chen) == [(WASTE, ASKED, 20)]


async def test_an_entry_that_staff_name_for_what_was_missed_is_a_choice_too(pack: Cast) -> None:
    for by, conversation_id in ((pack.wang, pack.wang_conversation), (pack.li, pack.li_conversation)):
        await misses.record_miss(by=by, conversation_id=conversation_id, text=ASKED)
    ids = [one.id for one in await misses.still_open(pack.here.id)]
    for _ in range(2):
        await misses.resolve(ids, by=pack.chen, content=shipped()[WASTE])
    assert await listed(pack.chen) == [(WASTE, ASKED, 2)]


async def test_one_press_makes_a_draft_that_another_publishes_and_then_it_is_found(pack: Cast) -> None:
    one = await chosen(pack)
    version = await phrasing_drafts.add(one.id, by=pack.chen)
    assert version.content == shipped()[WASTE].model_copy(update={"phrasings": [*shipped()[WASTE].phrasings, ASKED]})
    assert (version.state, version.drafted_by_id) == (VersionState.DRAFT, pack.chen.person_id)
    assert await listed(pack.chen) == []
    await publishing.publish(version.id, by=pack.admin)
    await guide.refresh_if_changed()
    found = await guide.find(ASKED, viewer=pack.wang, place_id=pack.here.id)
    assert found.hits[0].key == WASTE
    await chosen(pack)
    assert await listed(pack.chen) == []


async def test_a_second_one_goes_into_the_draft_that_waits(pack: Cast) -> None:
    first = await phrasing_drafts.add((await chosen(pack)).id, by=pack.chen)
    second = await phrasing_drafts.add((await chosen(pack, "果壳算湿垃圾还是干垃圾")).id, by=pack.chen)
    assert (second.id, second.drafted_by_id) == (first.id, pack.chen.person_id)
    assert second.content.phrasings[-2:] == [ASKED, "果壳算湿垃圾还是干垃圾"]
    assert await EntryVersion.filter(state=VersionState.DRAFT).count() == 1


async def test_nothing_goes_into_a_draft_of_somebody_else(pack: Cast) -> None:
    first = await phrasing_drafts.add((await chosen(pack)).id, by=pack.chen)
    one = await chosen(pack, "果壳算湿垃圾还是干垃圾")
    assert (await refused(phrasing_drafts.add(one.id, by=pack.lin))).key == "phrasing.draft_waits"
    assert await EntryVersion.filter(state=VersionState.DRAFT).values_list("id", "version") == [(first.id, 1)]
    await publishing.publish(first.id, by=pack.admin)
    await guide.refresh_if_changed()
    assert (await phrasing_drafts.add(one.id, by=pack.lin)).drafted_by_id == pack.lin.person_id


async def test_of_a_draft_that_was_turned_down_it_is_proposed_again(pack: Cast) -> None:
    version = await phrasing_drafts.add((await chosen(pack)).id, by=pack.chen)
    await publishing.refuse(version.id, by=pack.admin, reason="再想想")
    assert await listed(pack.chen) == [(WASTE, ASKED, 1)]


async def test_ten_who_press_at_once_leave_one_draft_with_the_words_once(pack: Cast) -> None:
    one = await chosen(pack)
    pressed = [phrasing_drafts.add(one.id, by=by) for by in [pack.chen, pack.lin] * 5]
    outcomes = await asyncio.gather(*pressed, return_exceptions=True)
    assert sum(isinstance(one, EntryVersion) for one in outcomes) == 1
    assert all(isinstance(one, EntryVersion | Refusal) for one in outcomes)
    drafts = await EntryVersion.filter(state=VersionState.DRAFT)
    assert [row.content.phrasings.count(ASKED) for row in drafts] == [1]


async def test_what_packs_check_would_find_is_refused_with_its_reason(pack: Cast) -> None:
    own, other = shipped()[WASTE].phrasings[0], shipped()[BULKY].phrasings[0]
    for text, word in ((f"{own}呀", "只差一句套话|太像"), (f"{other}啊", "几乎一样|更像"), ("垃圾", "太短")):
        refusal = await refused(phrasing_drafts.add((await chosen(pack, text)).id, by=pack.chen))
        assert refusal.key == "phrasing.unfit"
        assert any(part in str(refusal.facts["what"]) for part in word.split("|"))
    assert await EntryVersion.filter(state=VersionState.DRAFT).count() == 0
    assert len(await listed(pack.chen)) == 3


async def test_what_is_set_aside_stays_hidden_however_often_it_is_chosen(pack: Cast) -> None:
    one = await chosen(pack)
    await phrasings.dismiss(one.id, by=pack.chen)
    await chosen(pack)
    assert await listed(pack.chen) == []
    assert (await refused(phrasings.dismiss(one.id, by=pack.chen))).key == "phrasing.settled"
    assert (await refused(phrasing_drafts.add(one.id, by=pack.chen))).key == "phrasing.settled"
    assert await EntryVersion.filter(state=VersionState.DRAFT).count() == 0


async def test_nobody_else_settles_it(pack: Cast) -> None:
    one = await chosen(pack)
    for viewer in (pack.outsider, pack.wang, pack.observer, pack.zhou, pack.admin, SYSTEM):
        assert (await refused(phrasing_drafts.add(one.id, by=viewer))).key in {"phrasing.not_found", "not_allowed"}
        assert (await refused(phrasings.dismiss(one.id, by=viewer))).key in {"phrasing.not_found", "not_allowed"}
    assert (await refused(phrasing_drafts.add(10**15, by=pack.chen))).key == "phrasing.not_found"


async def test_a_choice_of_what_is_shown_no_more_is_not_listed(pack: Cast) -> None:
    await chosen(pack)
    await publishing.withdraw(WASTE, by=SYSTEM)
    await guide.refresh_if_changed()
    assert await listed(pack.chen) == []
