"""Sums of people by tag and age: whole for the own staff, and never a small group for who stands above."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from models.errors import NotAllowed
from models.person import RoleName
from people.records import counts, small_groups
from tests.conftest import StillClock
from tests.people import town as towns
from tests.people.records_cast import numbered, settled
from tests.people.town import Town, home, load, person


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Monday 2 March 2026: five people here, one elsewhere."""
    return await settled()


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [(0, 100, None), (4, 100, None), (5, 100, 5), (96, 100, None), (95, 100, 95), (100, 100, 100), (4, 4, None)],
)
def test_a_small_group_is_not_said_nor_is_its_rest(count: int, of: int, said: int | None) -> None:
    assert small_groups.published(count, of=of) == said


def test_groups_within_each_other_do_not_give_a_small_one_away() -> None:
    assert small_groups.nested([6, 9, 20, 40], of=100) == [6, None, 20, 40]
    assert small_groups.nested([2, 8, 12], of=100) == [None, 8, None]
    assert small_groups.nested([6, 6, 6], of=100) == [6, None, None]


def test_parts_of_a_known_whole_do_not_give_a_small_one_away() -> None:
    assert small_groups.parted({"a": 3, "b": 9, "c": 30}) == {"a": None, "b": None, "c": 30}
    assert small_groups.parted({"a": 3, "b": 4, "c": 30}) == {"a": None, "b": None, "c": 30}
    assert small_groups.parted({"a": 10, "b": 9}) == {"a": 10, "b": 9}


async def test_the_street_counts_people_by_tag_and_never_a_small_group(town: Town) -> None:
    people = [
        person(at, name=f"某{at}", tags="独居 内部词", id_number=numbered("19500101", at)) for at in range(10, 18)
    ]
    await load(home(), *people, place_id=town.here)
    observer = towns.staff(RoleName.SUBDISTRICT_OBSERVER, town.street)
    counted = await counts.counts(viewer=observer)
    assert set(counted) == {town.here, town.there}
    here = {one.name: one.people for one in (*counted[town.here].tags, *counted[town.here].by_age)}
    assert (counted[town.here].people, here["独居"], here["低保"], here["80+"]) == (13, None, None, None)
    assert here["70+"] is None or here["60+"] is None
    assert "内部词" not in here, "words of a neighbourhood's own stay there"
    assert counted[town.there].people is None
    chen = towns.staff(RoleName.WORKER, town.here)
    own = (await counts.counts(viewer=chen))[town.here]
    assert {one.name: one.people for one in own.tags}["独居"] == 12
    assert {one.name: one.people for one in own.tags}["内部词"] == 8
    assert set(await counts.counts(viewer=chen)) == {town.here}
    with pytest.raises(NotAllowed):
        await counts.counts(viewer=towns.staff(RoleName.RESIDENT, town.here))
