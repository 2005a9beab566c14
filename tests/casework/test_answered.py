"""Whoever asked what a published entry now answers is told: once, and only where it is shown."""

from __future__ import annotations

import pytest

from casework import answered, misses, packs, publishing
from casework.packs import Pack
from models.conversation import Miss
from models.entry import EntryVersion
from models.errors import NotFound
from people.viewers import SYSTEM
from tests.casework.conftest import Cast, resident
from tests.casework.test_publishing import (
    DAY,
    LOCAL,
    SHARED,
    SLUG,
    TODAY,
    content,
    no_snapshot,
    published,
    refused,
    told_of_the_entry,
)
from tests.conftest import StillClock

__all__ = ("no_snapshot",)

ASKED = "东门晚上几点关门"


async def miss(cast: Cast, text: str = ASKED) -> Miss:
    """王阿姨 asks in vain."""
    miss_id = await misses.record_miss(by=cast.wang, conversation_id=cast.wang_conversation, text=text)
    return await Miss.get(id=miss_id)


async def miss_elsewhere(cast: Cast, text: str = ASKED) -> int:
    """Somebody of the other neighbourhood asks the same in vain; gives their conversation."""
    viewer, conversation_id = await resident("far", cast.elsewhere)
    await misses.record_miss(by=viewer, conversation_id=conversation_id, text=text)
    return conversation_id


async def test_who_asked_as_a_new_entry_of_the_neighbourhood_is_asked_is_told_once(cast: Cast) -> None:
    await miss(cast)
    await miss(cast, "请问东门晚上几点关门呀")
    far = await miss_elsewhere(cast)
    await published(cast, phrasings=["东门晚上几点关门呢"])
    assert [await told_of_the_entry(one) for one in (cast.wang_conversation, far)] == [1, 0]
    assert await misses.groups(viewer=cast.chen) == []
    assert ASKED in [group.text for group in await misses.groups(viewer=cast.outsider)]


async def test_a_shared_entry_tells_in_every_neighbourhood(cast: Cast) -> None:
    await miss(cast)
    far = await miss_elsewhere(cast)
    added = content(SHARED, phrasings=[*content(SHARED).phrasings, ASKED])
    version = await publishing.draft(added, by=cast.chen, category_slug=SLUG)
    await publishing.publish(version.id, by=cast.admin)
    assert [await told_of_the_entry(one) for one in (cast.wang_conversation, far)] == [1, 1]


async def test_only_the_ways_of_asking_that_a_change_adds_count(cast: Cast, clock: StillClock) -> None:
    await published(cast, phrasings=[ASKED])
    clock.forward(days=1)
    await miss(cast)
    await published(cast, phrasings=[ASKED], fee="免费")
    assert await told_of_the_entry(cast.wang_conversation) == 0
    await published(cast, phrasings=[ASKED, "东门晚上几点关门啊请问"])
    assert await told_of_the_entry(cast.wang_conversation) == 1


async def test_what_a_draft_was_written_for_is_told_of_however_it_is_worded(cast: Cast) -> None:
    kept = await miss(cast, "门卫凶得很")
    version = await publishing.draft(
        content(), by=cast.chen, category_slug=SLUG, place_id=cast.here.id, miss_ids=[kept.id]
    )
    assert [group.draft_id for group in await misses.groups(viewer=cast.chen)] == [version.id]
    await publishing.publish(version.id, by=cast.gao)
    assert await told_of_the_entry(cast.wang_conversation) == 1


async def test_a_draft_does_not_take_misses_of_another_neighbourhood(cast: Cast) -> None:
    await miss_elsewhere(cast)
    theirs = (await Miss.filter(place_id=cast.elsewhere.id).order_by("-id"))[0]
    writing = publishing.draft(content(), by=cast.chen, category_slug=SLUG, place_id=cast.here.id, miss_ids=[theirs.id])
    assert await refused(writing) == "miss.not_found"
    assert await EntryVersion.all().count() == 0
    with pytest.raises(NotFound):
        await misses.group_of(theirs.id, viewer=cast.chen)


async def test_an_import_tells_too_and_what_comes_after_it_is_not_answered_by_a_letter(cast: Cast) -> None:
    await miss(cast)
    added = content(SHARED, phrasings=[*content(SHARED).phrasings, ASKED])
    await packs.import_packs([Pack("垃圾", SLUG, (added,))], by=SYSTEM, publish=True)
    assert await answered.tell_of_begun(by=SYSTEM) == 1
    await miss(cast)
    assert await answered.tell_of_begun(by=SYSTEM) == 0


async def test_of_what_was_withdrawn_before_it_was_told_nobody_hears(cast: Cast, clock: StillClock) -> None:
    await miss(cast)
    await published(cast, phrasings=[ASKED], shown_from=TODAY + DAY)
    await publishing.withdraw(LOCAL, by=cast.gao)
    clock.forward(days=1)
    assert await answered.tell_of_begun(by=SYSTEM) == 0
