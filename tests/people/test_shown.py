"""How somebody is shown: to neighbours by building and chosen name, to staff by the real one; and the badge."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.household import Relation
from models.person import Person, RoleName
from people import badges, shown, staff
from people.homes import home_at
from people.residences import move_in
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.people import town
from tests.people.town import Town, home, load


async def _neighbour(place: Town, name: str) -> Viewer:
    """Somebody who lives at 3号楼 501."""
    made = await staff.add_person(by=SYSTEM, place_id=place.here, name=name, shown_name="阿芳")
    home_id = await home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=place.here)
    await move_in(made.id, home_id, by=SYSTEM, relation=Relation.OWNER)
    await staff.grant(made.id, by=SYSTEM, role=RoleName.RESIDENT, place_id=place.here)
    found = await viewer_of(made.id)
    assert found is not None
    return found


@pytest.fixture
async def place(db: TortoiseContext) -> Town:
    made = await town.found()
    await load(home(), place_id=made.here)
    return made


def _staff(role: RoleName, place: Town) -> Viewer:
    return town.staff(role, place.here)


async def _seen(who: Viewer, *, by: Viewer, place: Town) -> shown.Shown:
    assert who.person_id is not None
    return (await shown.shown([who.person_id], viewer=by, place_id=place.here))[who.person_id]


async def test_neighbours_see_building_and_chosen_name_and_staff_the_real_one(place: Town) -> None:
    fang = await _neighbour(place, "王秀芳")
    other = await _neighbour(place, "李建国")
    assert (await _seen(fang, by=other, place=place)).words == "3号楼 阿芳"
    assert "王秀芳" not in repr(await _seen(fang, by=other, place=place))
    assert "501" not in repr(await _seen(fang, by=other, place=place))
    assert (await _seen(fang, by=_staff(RoleName.WORKER, place), place=place)).words == "3号楼 阿芳（王秀芳）"
    with pytest.raises(NotFound):
        await _seen(fang, by=town.staff(RoleName.SECRETARY, place.there), place=place)


async def test_every_look_at_a_real_name_is_on_record(place: Town) -> None:
    fang = await _neighbour(place, "王秀芳")
    assert await shown.look_up(fang.person_id or 0, by=_staff(RoleName.WORKER, place)) == "王秀芳"
    assert await AuditLine.filter(verb="person.look_up", subject_id=fang.person_id).count() == 1
    with pytest.raises(NotFound):
        await shown.look_up(fang.person_id or 0, by=fang)


async def test_a_name_is_chosen_by_its_owner_and_pretends_to_nothing(place: Town) -> None:
    fang = await _neighbour(place, "王秀芳")
    assert await shown.choose_name("  三楼\u200b的猫 ", by=fang) == "三楼的猫"
    assert (await _seen(fang, by=fang, place=place)).name == "三楼的猫"
    with pytest.raises(Invalid):
        await shown.choose_name("居\u200b委", by=fang)


async def test_a_badge_is_shown_only_by_who_is_marked_and_gone_at_once(place: Town) -> None:
    fang, lead = await _neighbour(place, "王秀芳"), _staff(RoleName.SECRETARY, place)
    with pytest.raises(WrongState):
        await badges.show(by=fang)
    await badges.mark(fang.person_id or 0, by=lead)
    assert not (await _seen(fang, by=fang, place=place)).is_party, "marked is not shown"
    await badges.show(by=fang)
    assert (await _seen(fang, by=fang, place=place)).is_party
    await badges.withdraw(by=fang)
    assert not (await _seen(fang, by=fang, place=place)).is_party
    await badges.show(by=fang)
    await badges.unmark(fang.person_id or 0, by=lead)
    assert not (await _seen(fang, by=fang, place=place)).is_party
    assert await Person.filter(id=fang.person_id, party_shown_at=None).exists()


async def test_a_captain_is_a_resident_and_has_no_account(place: Town) -> None:
    fang, lead = await _neighbour(place, "王秀芳"), _staff(RoleName.SECRETARY, place)
    await staff.grant(fang.person_id or 0, by=lead, role=RoleName.BUILDING_CAPTAIN, place_id=place.here)
    assert (await _seen(fang, by=fang, place=place)).roles == (RoleName.BUILDING_CAPTAIN,)
    nobody = await staff.add_person(by=SYSTEM, place_id=place.here, name="小周")
    with pytest.raises(WrongState):
        await staff.grant(nobody.id, by=lead, role=RoleName.VOLUNTEER, place_id=place.here)
    with pytest.raises(NotAllowed):
        await staff.grant(fang.person_id or 0, by=lead, role=RoleName.ADMIN, place_id=place.here)
    with pytest.raises(Invalid):
        await staff.grant(fang.person_id or 0, by=SYSTEM, role=RoleName.DISTRICT_OBSERVER, place_id=place.here)
