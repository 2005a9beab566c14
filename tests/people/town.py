"""Two invented neighbourhoods under one street, and spreadsheets of their homes, for tests of homes and people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models import clock
from models.home_file import RowKind
from models.person import RoleName
from models.place import Level, Place
from models.sealed import use_secrets
from people.loading import files
from people.loading.files import FileLine
from people.loading.links import Summary
from people.loading.sheets import COLUMNS, SheetRow
from people.viewers import SYSTEM, Held, Viewer, ViewerKind

ID = "31019919500101001X"
OTHER_ID = "310199195203040022"


@dataclass(frozen=True, slots=True)
class Town:
    """Ids of a street, two neighbourhoods below it, and the district above."""

    district: int
    street: int
    here: int
    there: int


async def found() -> Town:
    """Nobody lives there yet."""
    use_secrets("a secret for tests only")
    district = await _place("district", Level.DISTRICT, None)
    street = await _place("street", Level.SUBDISTRICT, district)
    return Town(
        district,
        street,
        await _place("here", Level.NEIGHBOURHOOD, street),
        await _place("there", Level.NEIGHBOURHOOD, street),
    )


async def _place(slug: str, level: Level, above: int | None) -> int:
    made = await Place.create(created_at=clock.now(), slug=slug, name=slug, level=level, parent_id=above)
    return made.id


def staff(role: RoleName, place_id: int) -> Viewer:
    """Somebody with one role, who need not be in the database."""
    return Viewer(ViewerKind.PERSON, None, place_id, roles=frozenset({Held(role, place_id)}))


def home(number: int = 2, *, label: str = "501", building: str = "3号楼", grid: str = "第一网格") -> SheetRow:
    """A row of the sheet of homes."""
    return _row(RowKind.HOME, number, estate="示范一村", grid=grid, building=building, home=label)


def person(number: int = 2, *, name: str = "王示范", label: str = "501", **cells: str) -> SheetRow:
    """A row of the sheet of people."""
    given = {"estate": "示范一村", "building": "3号楼", "home": label, "name": name, "relation": "业主", **cells}
    return _row(RowKind.PERSON, number, **given)


def _row(kind: RowKind, number: int, **cells: str) -> SheetRow:
    return SheetRow(kind, kind.value, number, {column: cells.get(column, "") for column in COLUMNS[kind]})


async def check(rows: Iterable[SheetRow], *, place_id: int, by: Viewer = SYSTEM) -> FileLine:
    """Look through rows."""
    return await files.check_rows(rows, by=by, place_id=place_id, name="登记.xlsx")


async def load(*rows: SheetRow, place_id: int) -> Summary:
    """Look through rows and take them over."""
    file = await check(rows, place_id=place_id)
    return await files.load(file.id, by=SYSTEM)


async def complaints(*rows: SheetRow, place_id: int) -> list[tuple[str, int, str]]:
    """The problems of rows: sheet, row, column."""
    file = await check(rows, place_id=place_id)
    found = await files.problems(file.id, viewer=SYSTEM)
    assert len(found) == file.problems
    return [(one.sheet, one.row, one.column) for one in found]
