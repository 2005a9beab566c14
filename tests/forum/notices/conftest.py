"""The cast of the boards in four buildings, one of them with a tag, and somebody with no chat."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from forum.notices import sending, writing
from forum.notices.targets import EVERYBODY, Target
from forum.notices.writing import NewNotice
from models import clock
from models.home import Building, Estate, Home
from models.household import PersonTag, Relation, Residence, ResidenceState, TagWord
from models.notice import NoticeReceipt
from models.person import Person
from people.viewers import SYSTEM, Viewer
from tests.forum.conftest import Neighbours, cast

__all__ = ["cast"]


@dataclass
class Street:
    """王阿姨 lives in building 0 and has the tag, 李叔 in 1, somebody without a chat in 2; building 3 is empty."""

    cast: Neighbours
    buildings: list[int]
    elsewhere: int
    lonely: int

    async def write(
        self,
        text: str = "周六上午停水",
        *,
        by: Viewer | None = None,
        target: Target = EVERYBODY,
        title: str = "停水通知",
        **more: object,
    ) -> int:
        """小陈 writes a notice."""
        new = NewNotice(text, title=title, target=target, **more)  # type: ignore[arg-type]
        return (await writing.publish(new, by=by or self.cast.chen, place_id=self.cast.here.id)).id

    async def for_whom(self, notice_id: int) -> set[int]:
        """People with a receipt."""
        return {one.person_id for one in await NoticeReceipt.filter(notice_id=notice_id)}


async def run() -> None:
    """The job, until it has nothing to do."""
    while await sending.send_due(by=SYSTEM):
        pass


async def a_home(place_id: int, number: int) -> Home:
    """A home in a building of its own."""
    now = clock.now()
    estate, _ = await Estate.get_or_create(place_id=place_id, name="示范小区", defaults={"created_at": now})
    building = await Building.create(
        created_at=now, place_id=place_id, estate=estate, name=f"{number}号楼", sort=f"{number:04}"
    )
    return await Home.create(created_at=now, place_id=place_id, building=building, label="501", sort="0501")


async def lives(person_id: int | None, home: Home) -> None:
    """Somebody lives in a home."""
    await Residence.create(
        created_at=clock.now(),
        place_id=home.place_id,
        person_id=person_id,
        home=home,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )


@pytest.fixture
async def street(cast: Neighbours) -> Street:
    """Four buildings here and one elsewhere."""
    homes = [await a_home(cast.here.id, number) for number in range(1, 5)]
    there = await a_home(cast.elsewhere.id, 1)
    lonely = await Person.create(created_at=clock.now(), place=cast.here, name="独居老人", shown_name="老人")
    for person_id, home in zip((cast.wang.person_id, cast.li.person_id, lonely.id), homes, strict=False):
        await lives(person_id, home)
    await lives(cast.stranger.person_id, there)
    now = clock.now()
    await TagWord.create(created_at=now, place=cast.here, name="低保")
    await PersonTag.create(created_at=now, place=cast.here, person_id=cast.wang.person_id, name="低保")
    return Street(cast, [home.building_id for home in homes], there.building_id, lonely.id)
