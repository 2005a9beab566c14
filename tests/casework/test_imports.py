"""All drafts of one import are published together by a second person, or none of them is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from casework import editing, imports, packs, publishing
from casework.imports import OpenImport
from casework.pack_files import Pack
from models.audit import AuditLine
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken
from models.person import RoleName
from models.rules import Rules, in_force
from people import staff
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.casework.conftest import Cast
from tests.casework.test_pack_files import SHIPPED
from tests.conftest import StillClock

ENTRIES = SHIPPED[0].entries[:3]


@pytest.fixture(autouse=True)
def november(clock: StillClock) -> None:
    """After the shipped packs were checked."""
    clock.at(dt.datetime(2026, 11, 24, 1, 10, tzinfo=dt.UTC))


def a_pack(*entries: EntryContent, **changes: Any) -> Pack:
    """Some shipped entries, changed."""
    changed = [EntryContent.model_validate({**one.model_dump(), **changes}) for one in entries or ENTRIES]
    return Pack(SHIPPED[0].category, SHIPPED[0].slug, tuple(changed))


async def imported(*entries: EntryContent, by: Viewer = SYSTEM, **changes: Any) -> int:
    """Imported as drafts; gives the first."""
    await packs.import_packs([a_pack(*entries, **changes)], by=by, publish=False)
    return (await EntryVersion.filter(state=VersionState.DRAFT).order_by("-imported_at", "id"))[0].id


async def look(version_id: int, viewer: Viewer) -> OpenImport:
    return await imports.opened(version_id, viewer=viewer)


async def refused(version_id: int, *, by: Viewer, seen: str) -> str:
    """Why it was not published; nothing of it was."""
    before = await EntryVersion.filter(state=VersionState.PUBLISHED).count()
    with pytest.raises(Refusal) as caught:
        await imports.publish_import(version_id, by=by, seen=seen)
    assert await EntryVersion.filter(state=VersionState.PUBLISHED).count() == before
    return caught.value.key


async def second_admin(cast: Cast) -> Viewer:
    """Another who may."""
    person = await staff.add_person(by=SYSTEM, place_id=cast.here.id, name="第二个")
    await staff.grant(person.id, by=SYSTEM, role=RoleName.ADMIN, place_id=cast.here.id)
    found = await viewer_of(person.id)
    assert found is not None
    return found


async def test_an_import_is_published_as_a_whole_by_another_than_who_imported_it(cast: Cast) -> None:
    first = await imported(by=cast.admin)
    seen = (await look(first, cast.admin)).seen
    assert await refused(first, by=cast.admin, seen=seen) == "guide.publish_own_import"
    other = await second_admin(cast)
    assert await imports.publish_import(first, by=other, seen=seen) == 3
    assert [pack.entries for pack in await packs.export_packs(viewer=SYSTEM)] == [ENTRIES]
    verbs = [line.verb for line in await AuditLine.all().order_by("number")]
    assert verbs[-4:] == ["guide.publish"] * 3 + ["guide.publish_import"]


async def test_a_small_committee_may_let_one_person_do_both(cast: Cast) -> None:
    first = await imported(by=cast.admin)
    with in_force(Rules(two_people_to_publish=False)):
        opened = await look(first, cast.admin)
        assert not opened.is_own
        assert await imports.publish_import(first, by=cast.admin, seen=opened.seen) == 3


async def test_what_came_from_the_command_line_needs_one_admin(cast: Cast) -> None:
    first = await imported()
    seen = (await look(first, cast.chen)).seen
    for viewer in (cast.chen, cast.gao):
        assert await refused(first, by=viewer, seen=seen) == "not_allowed"
    assert await imports.publish_import(first, by=cast.admin, seen=seen) == 3


async def test_counts_and_differences_are_shown(cast: Cast) -> None:
    await packs.import_packs([a_pack(*ENTRIES[:2])], by=SYSTEM, publish=True)
    first = await imported(fee="现在免费了")
    [one] = imports.waiting(await editing.waiting(viewer=cast.chen))
    assert (one.id, one.count, one.importer) == (first, 3, "")
    drafts = (await look(first, cast.chen)).drafts
    assert [one.is_new for one in drafts] == [False, False, True]
    assert [change.field for change in drafts[0].changes] == ["fee"]


async def test_two_imports_stay_apart(cast: Cast, clock: StillClock) -> None:
    await imported(ENTRIES[0])
    clock.forward(minutes=1)
    second = await imported(*ENTRIES[1:])
    assert [one.count for one in imports.waiting(await editing.waiting(viewer=cast.chen))] == [1, 2]
    assert await imports.publish_import(second, by=cast.admin, seen=(await look(second, cast.admin)).seen) == 2
    assert [one.count for one in imports.waiting(await editing.waiting(viewer=cast.chen))] == [1]


async def test_a_draft_changed_since_it_was_looked_at_stops_the_whole_import(cast: Cast) -> None:
    first = await imported()
    opened = await look(first, cast.admin)
    changed = EntryContent.model_validate({**ENTRIES[1].model_dump(), "owner_desk": "另一个条线"})
    await editing.redraft(opened.drafts[1].line.id, changed, by=cast.chen, seen_version=1)
    assert await refused(first, by=cast.admin, seen=opened.seen) == "guide.import_changed"
    assert await imports.publish_import(first, by=cast.admin, seen=(await look(first, cast.admin)).seen) == 3


async def test_who_changed_a_draft_of_an_import_cannot_publish_it(cast: Cast) -> None:
    first = await imported()
    changed = EntryContent.model_validate({**ENTRIES[0].model_dump(), "owner_desk": "另一个条线"})
    await editing.redraft(first, changed, by=cast.admin, seen_version=1)
    assert await refused(first, by=cast.admin, seen=(await look(first, cast.admin)).seen) == "guide.publish_own_import"


async def test_who_imported_cannot_publish_it_after_somebody_else_changed_every_draft(cast: Cast) -> None:
    first = await imported(ENTRIES[0], by=cast.admin)
    changed = EntryContent.model_validate({**ENTRIES[0].model_dump(), "owner_desk": "另一个条线"})
    await editing.redraft(first, changed, by=cast.chen, seen_version=1)
    seen = (await look(first, cast.admin)).seen
    assert await refused(first, by=cast.admin, seen=seen) == "guide.publish_own_import"
    with pytest.raises(NotAllowed):
        await publishing.publish(first, by=cast.admin)
    assert await imports.publish_import(first, by=await second_admin(cast), seen=seen) == 1


async def test_an_entry_published_otherwise_since_stops_the_whole_import(cast: Cast, clock: StillClock) -> None:
    first = await imported()
    clock.forward(minutes=1)
    opened = await look(first, cast.admin)
    await packs.import_packs([a_pack(ENTRIES[2], owner_desk="另一个条线")], by=SYSTEM, publish=True)
    assert await refused(first, by=cast.admin, seen=opened.seen) == "guide.import_changed"
    again = await look(first, cast.admin)
    assert [one.is_overtaken for one in again.drafts] == [False, False, True]
    assert await refused(first, by=cast.admin, seen=again.seen) == "guide.import_overtaken"
    await publishing.refuse(again.drafts[2].line.id, by=cast.admin, reason="已经另外发布")
    seen = (await look(first, cast.admin)).seen
    assert await imports.publish_import(first, by=cast.admin, seen=seen, despite="小包里只有一条") == 2


async def test_drafts_that_together_answer_published_questions_worse_need_a_reason(cast: Cast) -> None:
    await packs.import_packs([a_pack()], by=SYSTEM, publish=True)
    taken = [*ENTRIES[0].phrasings, *ENTRIES[1].sample_questions]
    first = await imported(ENTRIES[0].model_copy(update={"phrasings": taken}))
    opened = await look(first, cast.admin)
    assert {one.key for one in opened.worse} == {ENTRIES[1].id}
    assert await refused(first, by=cast.admin, seen=opened.seen) == "guide.answers_worse"
    assert await imports.publish_import(first, by=cast.admin, seen=opened.seen, despite="两件事并成一件") == 1
    kept = await EntryVersion.get(id=first)
    assert (kept.worse_count, kept.worse_reason) == (len(opened.worse), "两件事并成一件")
    assert await AuditLine.filter(verb="guide.publish_worse", subject_id=first).count() == 1


async def test_one_entry_that_cannot_be_published_stops_the_whole_import(cast: Cast) -> None:
    first = await imported(ENTRIES[0], aliases=["一个"])
    await EntryVersion.filter(id=first).update(imported_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    seen = (await look(first, cast.admin)).seen
    with pytest.raises(Invalid) as caught:
        await imports.publish_import(first, by=cast.admin, seen=seen)
    assert (caught.value.key, caught.value.facts["title"]) == ("guide.one_of_many", ENTRIES[0].title)


async def test_an_import_is_published_once_and_what_came_alone_is_no_import(cast: Cast) -> None:
    first = await imported()
    seen = (await look(first, cast.admin)).seen
    await imports.publish_import(first, by=cast.admin, seen=seen)
    assert (await look(first, cast.admin)).drafts == ()
    with pytest.raises(Taken):
        await imports.publish_import(first, by=cast.admin, seen=seen)
    alone = await publishing.draft(ENTRIES[0], by=cast.chen, category_slug="any")
    with pytest.raises(NotFound):
        await look(alone.id, cast.chen)


async def test_residents_see_no_imports(cast: Cast) -> None:
    first = await imported()
    for viewer in (cast.wang, cast.observer):
        with pytest.raises((NotAllowed, NotFound)):
            await look(first, viewer)
