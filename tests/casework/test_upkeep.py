"""Entries past their review day stand on their owner's list, and those that change in a month on that month's."""

from __future__ import annotations

from typing import Any

import pytest

from casework import packs, publishing, upkeep
from casework.packs import Pack
from casework.upkeep import OwnerList
from models.entry_content import EntryContent
from models.errors import NotAllowed
from models.person import RoleName
from models.place import Level
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import Cast, place, staff
from tests.conftest import StillClock
from tests.shipped import shipped_packs


def entry(key: str, **changes: Any) -> EntryContent:
    """A shipped entry under another id."""
    first = shipped_packs()[0].entries[0].model_dump()
    return EntryContent.model_validate({**first, "category": "类别", "id": key, **changes})


async def imported(*entries: EntryContent) -> None:
    """Entries that are shown from today on."""
    await packs.import_packs([Pack("类别", "any", entries)], by=SYSTEM, publish=True)


def keys(lists: list[OwnerList]) -> dict[str, list[str]]:
    """The entries of each desk's list."""
    return {one.owner_desk: [due.key for due in one.entries] for one in lists}


async def three(cast: Cast) -> None:
    """One late by a day, one by a month (of another desk), one to be reviewed today."""
    await imported(
        entry("late", review_by="2026-03-01", owner_desk="民政"),
        entry("later", review_by="2026-02-01", owner_desk="民政"),
        entry("other", review_by="2026-01-01", owner_desk="医保"),
        entry("today", review_by="2026-03-02", owner_desk="医保"),
        entry("soon", review_by="2026-04-01", owner_desk="医保"),
        entry("far", review_by="2026-04-02", owner_desk="医保"),
    )


async def test_what_is_past_its_review_day_stands_on_its_owners_list(cast: Cast) -> None:
    await three(cast)
    found = await upkeep.past_review(viewer=cast.chen)
    assert keys(found) == {"医保": ["other"], "民政": ["later", "late"]}
    assert [due.days_late for due in found[1].entries] == [29, 1]


async def test_what_is_due_within_thirty_days_stands_on_another(cast: Cast, clock: StillClock) -> None:
    await three(cast)
    assert keys(await upkeep.due_soon(viewer=cast.chen)) == {"医保": ["today", "soon"]}
    clock.forward(days=1)
    assert "today" in keys(await upkeep.past_review(viewer=cast.chen))["医保"]
    assert keys(await upkeep.due_soon(viewer=cast.chen)) == {"医保": ["soon", "far"]}


async def test_the_lists_of_january_and_july_name_what_changes_then(cast: Cast) -> None:
    await imported(entry("winter", changes_in=[1]), entry("both", changes_in=[1, 7]), entry("never", changes_in=[]))
    january, july = [await upkeep.changing_in(month, viewer=cast.chen) for month in (1, 7)]
    assert [list(keys(one).values()) for one in (january, july)] == [[["both", "winter"]], [["both"]]]


async def test_the_shipped_pack_has_both_lists(cast: Cast) -> None:
    await packs.import_packs(shipped_packs(), by=SYSTEM, publish=True)
    january, july = [await upkeep.changing_in(month, viewer=cast.chen) for month in (1, 7)]
    assert "elderly-comprehensive-allowance" in [key for desk in keys(january).values() for key in desk]
    assert "dibao" in [key for desk in keys(july).values() for key in desk]


async def test_the_street_desk_sees_the_lists_and_observers_and_residents_do_not(cast: Cast) -> None:
    await three(cast)
    seen: list[Viewer] = [cast.zhou, cast.outsider, cast.gao, SYSTEM]
    assert all([await upkeep.past_review(viewer=viewer) for viewer in seen])
    for viewer in (cast.observer, cast.wang, cast.li):
        assert await upkeep.past_review(viewer=viewer) == []


async def test_the_street_sees_sums_of_each_neighbourhood_and_residents_none(cast: Cast) -> None:
    await three(cast)
    await own_entry(cast)
    sums = await upkeep.sums(viewer=cast.observer)
    assert [(one.name, one.late, one.soon) for one in sums] == [("elsewhere", 3, 2), ("here", 3, 3)]
    assert [one.name for one in await upkeep.sums(viewer=cast.outsider)] == ["elsewhere"]
    with pytest.raises(NotAllowed):
        await upkeep.sums(viewer=cast.wang)


async def test_an_observer_of_another_street_sees_no_sums(cast: Cast) -> None:
    far = await staff("远", await place("far", level=Level.SUBDISTRICT), role=RoleName.SUBDISTRICT_OBSERVER)
    assert await upkeep.sums(viewer=far) == []


async def own_entry(cast: Cast) -> EntryContent:
    """An entry of this neighbourhood only, to be reviewed today."""
    own = entry("local-here-1", review_by="2026-03-02")
    version = await publishing.draft(own, by=cast.chen, category_slug="any", place_id=cast.here.id)
    await publishing.publish(version.id, by=cast.gao)
    return own


async def test_what_a_neighbourhood_owns_stands_on_its_own_lists_and_the_streets(cast: Cast) -> None:
    own = await own_entry(cast)
    for viewer in (cast.chen, cast.zhou):
        (found,) = await upkeep.due_soon(viewer=viewer)
        assert (found.owner_desk, [due.place for due in found.entries]) == (own.owner_desk, ["here"])
    assert await upkeep.due_soon(viewer=cast.outsider) == []
