"""Somebody who lives in the tests' neighbourhood and is known in a chat, for tests of ways in."""

from __future__ import annotations

from dataclasses import dataclass

from models import clock
from models.contact import Contact
from models.household import Relation
from models.person import Person, Role, RoleName
from people import homes, residences, residents
from people.loading import files
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.people.town import home

CHAT = "relay"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A person, and the address of the chat in which they are known."""

    person_id: int
    contact_id: int
    address: str

    async def viewer(self) -> Viewer:
        """With the roles they hold now, speaking from their chat."""
        found = await viewer_of(self.person_id, contact_id=self.contact_id)
        assert found is not None
        return found


async def neighbour(place_id: int, name: str = "王秀英", *, address: str = "wang", lives: bool = True) -> Neighbour:
    """王阿姨, verified, in 501; with ``lives=False`` registered, but nowhere at home."""
    person = await Person.create(created_at=clock.now(), place_id=place_id, name=name, shown_name=name)
    if lives:
        await Role.create(created_at=clock.now(), person_id=person.id, place_id=place_id, name=RoleName.RESIDENT)
        await residences.move_in(person.id, await a_home(place_id), by=SYSTEM, relation=Relation.OWNER)
    where = await residents.at(channel=CHAT, address=address, place_id=place_id)
    await Contact.filter(id=where.contact_id).update(person_id=person.id)
    return Neighbour(person.id, where.contact_id, address)


async def a_home(place_id: int) -> int:
    """3号楼501, made where there is none yet."""
    if not await homes.buildings(viewer=SYSTEM, place_id=place_id):
        file = await files.check_rows([home()], by=SYSTEM, place_id=place_id, name="房屋.xlsx")
        await files.load(file.id, by=SYSTEM)
    [building, *_] = await homes.buildings(viewer=SYSTEM, place_id=place_id)
    [first, *_] = await homes.homes(building.id, viewer=SYSTEM)
    return first.id
