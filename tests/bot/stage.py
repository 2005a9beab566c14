"""Sets the stage of conversations: a neighbourhood with its cast, another one beside it, and a small fixed pack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from casework import guide, packs
from models import clock
from models.home import Estate
from models.joining import EstateLink
from models.person import Person, Role, RoleName
from models.place import Level, Place
from people.joining import links
from people.loading import files
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.people.town import home
from tests.shipped import pack_at

PACKS = tuple(sorted((Path(__file__).parent.parent / "conversations" / "packs").glob("*.yaml")))
DIGITS = {"willow": "12345678", "poplar": "87654321"}
STAFF = {
    "陈": ("小陈", RoleName.WORKER),
    "高": ("高书记", RoleName.SECRETARY),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The neighbourhood spoken to, another one, and the staff by name."""

    place_id: int
    other_place_id: int
    staff: dict[str, int]

    async def viewer(self, name: str) -> Viewer:
        """Somebody of the staff."""
        found = await viewer_of(self.staff[name])
        assert found is not None
        return found


async def set_stage(files: Iterable[Path] = PACKS) -> Stage:
    """Make the places and the cast, and import the pack files."""
    street = await _place("lane", "示例街道", Level.SUBDISTRICT)
    here = await _place("willow", "柳荫居委", Level.NEIGHBOURHOOD, parent_id=street.id)
    there = await _place("poplar", "白杨居委", Level.NEIGHBOURHOOD, parent_id=street.id)
    staff = {name: await _staff(here.id, shown, role) for name, (shown, role) in STAFF.items()}
    for place in (here, there):
        await _homes(place)
    staff["外人"] = await _staff(there.id, "外人", RoleName.SECRETARY)
    await packs.import_packs([pack_at(path) for path in files], by=SYSTEM, publish=True)
    guide.forget()
    return Stage(here.id, there.id, staff)


async def _homes(place: Place) -> None:
    """An estate with nine buildings of two homes, and a code that is the same in every performance."""
    rows = [
        home(at * 2 + floor, label=f"{floor}01", building=f"{at}号楼", grid="")
        for at in range(1, 10)
        for floor in (1, 5)
    ]
    file = await files.check_rows(rows, by=SYSTEM, place_id=place.id, name="登记.xlsx")
    await files.load(file.id, by=SYSTEM)
    estate = await Estate.get(place_id=place.id)
    await links.make_link(estate.id, by=SYSTEM)
    await EstateLink.filter(estate_id=estate.id).update(token=f"{place.slug:J<22}", digits=DIGITS[place.slug])


async def _place(slug: str, name: str, level: Level, *, parent_id: int | None = None) -> Place:
    return await Place.create(
        created_at=clock.now(),
        slug=slug,
        name=name,
        level=level,
        parent_id=parent_id,
        phone="021-00000000",
        address="示例路 1 号",
        hours="周一到周五 8:30–11:30、13:00–17:00",
    )


async def _staff(place_id: int, shown_name: str, role: RoleName) -> int:
    person = await Person.create(created_at=clock.now(), place_id=place_id, name=shown_name, shown_name=shown_name)
    await Role.create(created_at=clock.now(), person_id=person.id, place_id=place_id, name=role)
    return person.id
