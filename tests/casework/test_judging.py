"""Publishing is refused where published questions would be answered worse, unless an admin says why it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from casework import guide, indexes, judging, packs, publishing, snapshots
from casework.judging import Judgement, Proposed
from casework.packs import Pack
from models.audit import AuditLine
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Refusal
from people.audit import first_broken_line
from people.viewers import SYSTEM
from tests.casework.conftest import Cast
from tests.shipped import PACKS, pack_at

WASTE, BULKY, SLUG = "waste-sorting", "bulky-waste", "city-life-safety"


@lru_cache(maxsize=1)
def shipped() -> dict[str, EntryContent]:
    """A few shipped entries by id, as if checked before the day of the tests."""
    dates = {"checked_on": "2026-02-01", "review_by": "2026-12-31"}
    entries = pack_at(PACKS / f"{SLUG}.yaml").entries[:6]
    return {one.id: EntryContent.model_validate({**one.model_dump(), **dates}) for one in entries}


def changed(key: str = WASTE, **changes: Any) -> EntryContent:
    return shipped()[key].model_copy(update=changes)


def stolen(key: str = WASTE, victim: str = BULKY) -> EntryContent:
    """An entry that says of itself what another is asked for."""
    own, other = shipped()[key], shipped()[victim]
    return own.model_copy(update={"phrasings": [*own.phrasings, *other.sample_questions]})


@pytest.fixture(autouse=True)
def no_snapshot() -> Iterator[None]:
    """Each test reads its own database."""
    guide.forget()
    yield
    guide.forget()


@pytest.fixture
async def pack(cast: Cast) -> Cast:
    """Six shipped entries are published."""
    await packs.import_packs([Pack("类别", SLUG, tuple(shipped().values()))], by=SYSTEM, publish=True)
    return cast


async def draft(cast: Cast, content: EntryContent, *, is_local: bool = False) -> EntryVersion:
    place_id = cast.here.id if is_local else None
    return await publishing.draft(content, by=cast.chen, category_slug=SLUG, place_id=place_id)


async def refused(verb: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await verb
    return caught.value


async def judged(content: EntryContent, place_id: int | None = None) -> Judgement:
    return await judging.judge([Proposed(content, place_id)])


async def test_what_takes_anothers_questions_is_not_published_and_the_questions_are_named(pack: Cast) -> None:
    version = await draft(pack, stolen())
    refusal = await refused(publishing.publish(version.id, by=pack.admin))
    assert (refusal.key, refusal.status) == ("guide.answers_worse", 422)
    worse = (await judged(stolen())).worse
    assert refusal.facts["count"] == len(worse) > 0
    assert {(one.key, one.now.key) for one in worse} == {(BULKY, WASTE)}
    assert {one.text for one in worse} <= set(shipped()[BULKY].sample_questions)
    assert (await EntryVersion.get(id=version.id)).state is VersionState.DRAFT
    assert await guide.revision() == 1


async def test_an_entry_that_forgets_how_it_is_asked_for_is_not_published(pack: Cast) -> None:
    content = changed(
        title="别的事", aliases=["另一件", "又一件", "再一件", "末一件"], phrasings=shipped()[BULKY].phrasings
    )
    own = {one.text for one in (await judged(content)).worse if one.key == WASTE}
    assert own
    assert own <= {*shipped()[WASTE].phrasings, *shipped()[WASTE].sample_questions}


async def test_a_better_entry_is_published_without_a_word(pack: Cast) -> None:
    better = changed(phrasings=[*shipped()[WASTE].phrasings, "湿的干的倒在一起会怎样"], fee="免费")
    version = await draft(pack, better)
    await publishing.publish(version.id, by=pack.admin)
    kept = await EntryVersion.get(id=version.id)
    assert (kept.state, kept.worse_count, kept.worse_reason) == (VersionState.PUBLISHED, 0, "")
    assert await AuditLine.filter(verb="guide.publish_worse").count() == 0


async def test_an_admin_publishes_it_with_a_reason_that_is_kept(pack: Cast) -> None:
    version = await draft(pack, stolen())
    assert (await refused(publishing.publish(version.id, by=pack.admin, despite=" \n"))).key == "guide.answers_worse"
    await publishing.publish(version.id, by=pack.admin, despite="大件\x00垃圾并过来了\n" + "长" * 300)
    kept = await EntryVersion.get(id=version.id)
    assert (kept.state, kept.worse_count > 0) == (VersionState.PUBLISHED, True)
    assert (kept.worse_reason[:9], len(kept.worse_reason)) == ("大件 垃圾并过来了", 200)
    line = await AuditLine.get(verb="guide.publish_worse")
    assert (line.subject_id, line.actor_id, line.detail) == (
        version.id,
        pack.admin.person_id,
        f"{kept.worse_count} questions",
    )
    assert await first_broken_line() is None


async def test_who_leads_a_place_without_being_an_admin_gives_no_such_reason(pack: Cast) -> None:
    local = shipped()[WASTE].model_copy(update={"id": "local-here-1", "phrasings": shipped()[BULKY].sample_questions})
    version = await draft(pack, local, is_local=True)
    for viewer in (pack.gao, pack.outsider, pack.chen, pack.observer, pack.wang):
        refusal = await refused(publishing.publish(version.id, by=viewer, despite="就要发布"))
        assert refusal.key in {"not_allowed", "guide.publish_own_draft"}
    assert (await EntryVersion.get(id=version.id)).state is VersionState.DRAFT


async def test_what_one_neighbourhood_adds_is_judged_by_what_it_shows_only(pack: Cast) -> None:
    thief = shipped()[WASTE].model_copy(
        update={"id": "local-there-1", "phrasings": ["车棚充电多少钱"], "sample_questions": ["车棚充电一次几钿"]}
    )
    there = await publishing.draft(thief, by=pack.outsider, category_slug=SLUG, place_id=pack.elsewhere.id)
    await publishing.publish(there.id, by=SYSTEM)
    same = thief.model_copy(update={"id": "local-here-1", "phrasings": ["车棚充电一次几钿"]})
    assert (await judged(same, pack.here.id)).worse == ()
    shared = same.model_copy(update={"id": WASTE})
    worse = (await judged(shared)).worse
    there_only = [one for one in worse if one.place_id == pack.elsewhere.id]
    assert [one.text for one in there_only] == ["车棚充电一次几钿"]
    assert not set(there_only) & set(judging.shown_to(pack.gao, worse))
    assert set(there_only) <= set(judging.shown_to(pack.outsider, worse))


async def test_a_fee_alone_builds_no_index_and_an_index_built_is_the_one_then_searched(pack: Cast) -> None:
    await guide.refresh_if_changed()
    assert (await judged(changed(note="只给同事看"))).worse == ()
    built = indexes.build(
        [snapshots.document(one) for one in shipped().values()], segmenter=guide.segmenter(), words=guide.words()
    )
    assert built is not (await guide.current()).index
    better = changed(phrasings=[*shipped()[WASTE].phrasings, "湿的干的倒在一起会怎样"])
    version = await draft(pack, better)
    await publishing.publish(version.id, by=pack.admin)
    kept = indexes.build(
        [snapshots.document(one) for one in {**shipped(), WASTE: better}.values()],
        segmenter=guide.segmenter(),
        words=guide.words(),
    )
    await guide.refresh_if_changed()
    assert (await guide.current()).index is kept


async def test_of_two_drafts_that_harm_only_together_the_second_is_refused(pack: Cast) -> None:
    asked = "塑料绳和旧篮子捆一道叫什么类"
    first = changed(BULKY, phrasings=[*shipped()[BULKY].phrasings, asked], sample_questions=[asked])
    second = changed(WASTE, phrasings=[*shipped()[WASTE].phrasings, asked, asked + "呢", asked + "呀"])
    ids = [(await draft(pack, one)).id for one in (first, second)]
    outcomes = await asyncio.gather(*(publishing.publish(one, by=pack.admin) for one in ids), return_exceptions=True)
    assert sum(isinstance(one, EntryVersion) for one in outcomes) >= 1
    assert not any(isinstance(one, BaseException) and not isinstance(one, Refusal) for one in outcomes)
    published = await EntryVersion.filter(id__in=ids, state=VersionState.PUBLISHED).count()
    assert await guide.revision() == 1 + published


async def test_an_import_is_judged_as_a_whole_and_refused_with_nothing_written(pack: Cast) -> None:
    given = [Pack("类别", SLUG, (stolen(), changed(BULKY, fee="免费")))]
    assert (await refused(packs.import_packs(given, by=SYSTEM, publish=True))).key == "guide.answers_worse"
    assert await EntryVersion.all().count() == len(shipped())
    await packs.import_packs(given, by=SYSTEM, publish=True, despite="并在一起")
    kept = {row.content.id: (row.worse_count > 0, row.worse_reason) for row in await EntryVersion.filter(number=2)}
    assert kept == {WASTE: (True, "并在一起"), BULKY: (True, "并在一起")}
    assert await AuditLine.filter(verb="guide.publish_worse").count() == 1


async def test_an_import_of_drafts_waits_for_who_publishes_them(pack: Cast) -> None:
    given = [Pack("类别", SLUG, (stolen(),))]
    assert len(await packs.import_packs(given, by=SYSTEM, publish=False)) == 1
