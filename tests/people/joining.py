"""A neighbourhood with an estate that can be joined, and residents' chats, for tests of joining."""

from __future__ import annotations

from dataclasses import dataclass, field

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from courier import limits
from models import clock
from models.home import Building, Estate
from models.person import RoleName
from models.transaction import fetch, fetch_one
from people import staff
from people.joining import asking, links
from people.joining.asking import Asked
from people.joining.links import Door
from people.residents import At, at, viewer_at
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.people import town as towns
from tests.people.town import Town, home, load, person


@dataclass(frozen=True, slots=True)
class Estates:
    """Here: 示范一村 with two buildings; there: the same names, so that a missing filter is noticed."""

    town: Town
    here: Door
    there: Door
    worker: Viewer
    buildings: dict[str, int] = field(default_factory=dict)

    def asked(self, **changes: object) -> Asked:
        """王示范 asks for 3号楼 501 as its owner."""
        given: dict[str, object] = {
            "building_id": self.buildings["3号楼"],
            "label": "501",
            "name": "王示范",
            "relation": "owner",
            "shown_name": "王阿姨",
        }
        return Asked(**{**given, **changes})  # type: ignore[arg-type]


async def found() -> Estates:
    """Three homes in two buildings, nobody living there; a worker; nobody has asked too often."""
    fresh_limits()
    town = await towns.found()
    for place_id in (town.here, town.there):
        await load(home(), home(3, label="502"), home(4, building="5号楼", label="101"), place_id=place_id)
    buildings = {row.name: row.id for row in await Building.filter(place_id=town.here)}
    doors = [await _door(place_id) for place_id in (town.here, town.there)]
    return Estates(town, doors[0], doors[1], await worker(town.here), buildings)


def fresh_limits() -> None:
    """Nobody has asked for anything yet."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


async def _door(place_id: int) -> Door:
    estate = await Estate.get(place_id=place_id)
    line = await links.make_link(estate.id, by=SYSTEM)
    return await links.door(line.token, viewer=SYSTEM_GUEST)


SYSTEM_GUEST = towns.staff(RoleName.WORKER, 0)
"""Anybody may follow a link."""


async def worker(place_id: int, name: str = "小陈", role: RoleName = RoleName.WORKER) -> Viewer:
    """Somebody who decides here."""
    made = await staff.add_person(by=SYSTEM, place_id=place_id, name=name)
    await staff.grant(made.id, by=SYSTEM, role=role, place_id=place_id)
    viewer = await viewer_of(made.id)
    assert viewer is not None
    return viewer


async def chat(place_id: int, address: str = "wang", channel: str = "console") -> At:
    """Somebody's chat."""
    return await at(channel=channel, address=address, place_id=place_id)


async def ask(estates: Estates, who: At, **changes: object) -> int:
    """Ask from a chat."""
    door, network = changes.pop("door", estates.here), str(changes.pop("network", ""))
    assert isinstance(door, Door)
    viewer = await viewer_at(who)
    return await asking.ask(door, estates.asked(**changes), by=viewer, contact_id=who.contact_id, network=network)


async def again(who: At) -> At:
    """The same chat as it is known now."""
    return await at(channel=who.channel, address=who.address, place_id=0)


async def viewer(who: At) -> Viewer:
    """Who speaks there now."""
    return await viewer_at(await again(who))


async def said_in(who: At) -> list[str]:
    """What was told in a chat, the oldest first."""
    rows = await fetch(
        "SELECT u.text FROM utterance u JOIN conversation v ON v.id=u.conversation_id WHERE v.contact_id=$1"
        " ORDER BY u.id",
        who.contact_id,
    )
    return [row["text"] for row in rows]


async def living(place_id: int) -> list[tuple[str, str]]:
    """Who lives where in a place, by name and label."""
    rows = await fetch(
        "SELECT p.name, h.label FROM residence d JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.home_id"
        " WHERE d.place_id=$1 AND d.state='living' ORDER BY d.id",
        place_id,
    )
    return [(row["name"], row["label"]) for row in rows]


async def version(request_id: int) -> int:
    """A request's version."""
    row = await fetch_one("SELECT version FROM join_request WHERE id=$1", request_id)
    assert row is not None
    return int(row["version"])


async def let_in(request_id: int, *, by: Viewer, **more: object) -> object:
    """Approve as staff who have just looked."""
    from people.joining import deciding

    return await deciding.approve(request_id, by=by, version=await version(request_id), **more)  # type: ignore[arg-type]


async def listed(name: str, place_id: int, *, label: str = "501", **cells: str) -> int:
    """Somebody from a spreadsheet, who has not joined; gives the person."""
    await load(person(2, name=name, label=label, **cells), place_id=place_id)
    row = await fetch_one("SELECT id FROM person WHERE name=$1 AND place_id=$2 ORDER BY id DESC", name, place_id)
    assert row is not None
    return int(row["id"])


def today() -> str:
    """Today in the tests."""
    return clock.today().isoformat()
