"""Letting somebody in: as whom, by whom, and what becomes of those who should not have been."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from models.errors import Invalid
from models.transaction import fetch, fetch_one
from people.joining import deciding, queue, vouching
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, chat, let_in, listed
from tests.people.town import ID


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    """Nobody lives there yet."""
    return await joining.found()


async def joined(estates: Estates, address: str = "wang", **changes: object):  # noqa: ANN201
    """Somebody who was let in; gives their chat."""
    who = await chat(estates.town.here, address)
    await let_in(await joining.ask(estates, who, **changes), by=estates.worker, person_id=deciding.NEW)
    return who


async def test_somebody_known_cannot_come_in_as_another_and_gets_nothing_of_theirs(estates: Estates) -> None:
    victim = await listed("王示范", estates.town.here, phone="13800000000", id_number=ID)
    li = await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li)
    [line] = await queue.waiting(viewer=estates.worker, place_id=estates.town.here)
    assert (line.name, line.asker, line.is_other_name) == ("王示范", "李坏人", True), "the queue says whose chat it is"
    for whom in (victim, deciding.NEW):
        with pytest.raises(Invalid, match="asker_other_name"):
            await let_in(request, by=estates.worker, person_id=whom)
    assert await fetch_one("SELECT person_id FROM personal") == {"person_id": victim}


async def test_what_a_list_has_goes_to_nobody_of_another_name(estates: Estates) -> None:
    other = await listed("王小宝", estates.town.here, phone="13800000000", id_number=ID)
    wang = await joined(estates, label="502")
    request = await joining.ask(estates, wang, phone="13800000000")
    with pytest.raises(Invalid, match="match_other_name"):
        await let_in(request, by=estates.worker, person_id=other)
    assert {"person_id": other} in await fetch("SELECT person_id FROM personal")


async def test_what_a_list_has_becomes_that_of_who_is_known_by_the_same_name(estates: Estates) -> None:
    same = await listed("王示範", estates.town.here, phone="13800000000", id_number=ID)
    wang = await joined(estates, label="502")
    await let_in(await joining.ask(estates, wang), by=estates.worker, person_id=same)
    row = await fetch_one("SELECT person_id FROM personal WHERE id_number_hash IS NOT NULL")
    assert row == {"person_id": (await joining.viewer(wang)).person_id}


async def test_a_helper_asks_under_their_own_name(estates: Estates) -> None:
    li = await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li, helper_name="王小示")
    with pytest.raises(Invalid, match="asker_other_name"):
        await let_in(request, by=estates.worker)


async def test_vouching_for_somebody_under_another_name_is_for_staff_to_decide(estates: Estates) -> None:
    wang, li = await joined(estates), await joined(estates, "li", name="李坏人", label="502")
    request = await joining.ask(estates, li, name="王小示", relation="family")
    assert not await vouching.vouch(request, by=await joining.viewer(wang))
    assert ("李坏人", "501") not in await joining.living(estates.town.here)
