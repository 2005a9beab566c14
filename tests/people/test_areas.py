"""The exclusive area of a home: typed on its card or brought by a sheet, in square metres with two places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.audit import AuditLine
from models.errors import Invalid, NotFound
from models.person import RoleName
from people import areas, homes
from people.loading.sheets import SheetRow
from people.viewers import SYSTEM
from tests.people.town import Town, complaints, found, home, load, staff

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("typed", "area"),
    [("89.5", 8950), ("89.50 平方米", 8950), ("１２０", 12000), ("64.25㎡", 6425), ("0", None), ("89.505", None)],
)
def test_what_is_typed(typed: str, area: int | None) -> None:
    assert areas.area_of(typed) == area
    assert area is None or areas.area_of(areas.square_metres(area)) == area


@pytest.fixture
async def town() -> Town:
    return await found()


def _row(number: int = 2, area: str = "", **where: str) -> SheetRow:
    made = home(number, **where)
    return replace(made, cells={**made.cells, "area": area})


async def test_a_sheet_brings_it_and_leaves_what_it_does_not_say(town: Town) -> None:
    here = town.here
    assert (await load(_row(area="89.5"), _row(3, label="502"), place_id=here)).homes_new == 2
    home_id = await homes.home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=here)
    assert (await homes.home(home_id, viewer=SYSTEM)).square_metres == "89.50"
    assert (await load(_row(), place_id=here)).changes_nothing
    assert (await load(_row(area="90"), place_id=here)).homes_changed == 1
    assert (await homes.home(home_id, viewer=SYSTEM)).square_metres == "90.00"
    wrong = await complaints(_row(area="很大"), _row(3, "70", label="601"), _row(4, "71", label="601"), place_id=here)
    assert [row for _, row, _ in wrong] == [2, 4]


async def test_staff_type_it_and_it_is_written_down_who_did(town: Town) -> None:
    await load(home(), place_id=town.here)
    home_id = await homes.home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=town.here)
    chen = staff(RoleName.WORKER, town.here)
    await areas.set_area(home_id, by=chen, area="76.80")
    assert (await homes.home(home_id, viewer=SYSTEM)).area == 7680
    with pytest.raises(Invalid, match=r"home\.area"):
        await areas.set_area(home_id, by=chen, area="大")
    with pytest.raises(NotFound):
        await areas.set_area(home_id, by=staff(RoleName.WORKER, town.there), area="1")
    await areas.set_area(home_id, by=chen, area="")
    assert (await homes.home(home_id, viewer=SYSTEM)).square_metres == ""
    lines = await AuditLine.filter(verb="home.set_area").order_by("number")
    assert [(line.subject_id, line.detail) for line in lines] == [(home_id, "76.80"), (home_id, "")]
