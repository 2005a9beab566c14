"""A neighbourhood with people, tags and staff, for tests of records."""

from __future__ import annotations

from stdnum.cn import ric

from models.person import RoleName
from people import homes, staff
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.people import town as towns
from tests.people.town import Town, home, load, person


def numbered(born: str, order: int = 1) -> str:
    """An identity number of somebody born on a day (YYYYMMDD), which is nobody's."""
    body = f"310199{born}{order:03}"
    return body + ric.calc_check_digit(body + "0")


async def settled() -> Town:
    """Two buildings with five people, and one person of the same number elsewhere."""
    made = await towns.found()
    people = [
        person(2, name="王示范", tags="独居、低保", id_number=numbered("19400101"), phone="13800000000"),
        person(3, name="李示例", tags="独居", id_number=numbered("19900101")),
        person(4, name="赵样例", tags="低保", id_number=numbered("19460302"), label="502"),
        person(5, name="周虚构", tags="独居", label="502"),
        person(6, name="钱演试", tags="独居", id_number=numbered("19300101", 2), building="4号楼"),
    ]
    await load(home(), home(3, label="502"), home(4, building="4号楼"), *people, place_id=made.here)
    await load(home(), person(tags="独居", id_number=numbered("19400101")), place_id=made.there)
    return made


async def member(town: Town, role: RoleName = RoleName.WORKER, *, name: str = "陈示范", place_id: int = 0) -> Viewer:
    """One of the staff, in the database."""
    added = await staff.add_person(by=SYSTEM, place_id=place_id or town.here, name=name)
    await staff.grant(added.id, by=SYSTEM, role=role, place_id=place_id or town.here)
    found = await viewer_of(added.id)
    assert found is not None
    return found


async def id_of(town: Town, name: str) -> int:
    """Somebody who lives here, by name."""
    [found] = await homes.search(name, viewer=SYSTEM, place_id=town.here)
    return found.person_id
