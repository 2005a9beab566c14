"""Districts, subdistricts and neighbourhoods from a spreadsheet: every problem by row, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from models.audit import AuditLine
from models.errors import Invalid, NotAllowed
from models.person import RoleName
from models.place import Place
from models.wording import knows
from people.loading import place_sheets, places
from people.loading.places import Looked
from people.permissions import PERMISSIONS
from people.scope import neighbourhoods_for
from people.viewers import SYSTEM, Held, Viewer, ViewerKind
from tests.conftest import StillClock
from tests.people.test_permissions import expected

HEADER = "级别,简称,名称,上级,地址,办公时间,电话"
GOOD = (
    "区,qu,演示区,,,,\n街道,jd,演示街道,qu,,,\n"
    "居委,jw1,第一居委,jd,演示路1号,全天,021-00000000\n居委,jw2,第二居委,jd,,,"
)


def sheet(folder: Path, rows: str) -> Path:
    """A CSV file as Excel saves it."""
    path = folder / "places.csv"
    path.write_text(f"{HEADER}\n{rows}\n", encoding="gb18030")
    return path


async def load(folder: Path, rows: str) -> Looked:
    return await places.load(sheet(folder, rows), by=SYSTEM)


async def test_all_are_there_after_it_and_a_second_time_changes_nothing(
    db: TortoiseContext, clock: StillClock, tmp_path: Path
) -> None:
    assert len((await load(tmp_path, GOOD)).new) == 4
    first = await Place.get(slug="jw1").select_related("parent__parent")
    assert (first.name, first.address, first.phone) == ("第一居委", "演示路1号", "021-00000000")
    assert first.parent is not None
    assert first.parent.parent is not None
    assert first.parent.parent.slug == "qu"
    again = await load(tmp_path, GOOD.replace("全天", "").replace("第二居委", "新名居委"))
    assert (again.new, [row.slug for row in again.changed], again.unchanged) == ((), ["jw2"], 3)
    assert [(await Place.get(slug=slug)).hours for slug in ("jw1", "jw2")] == ["全天", ""]
    assert await AuditLine.filter(verb="place.load").values_list("detail", flat=True) == [
        "4 new, 0 changed",
        "0 new, 1 changed",
    ]


async def test_every_problem_is_said_by_its_row_and_then_nothing_comes_in(
    db: TortoiseContext, clock: StillClock, tmp_path: Path
) -> None:
    await load(tmp_path, GOOD)
    rows = (
        "省,sheng,演示省,,,,\n居委,坏名字,,jd,,,12\n居委,jw3,第三居委,,,,\n居委,jw4,第四居委,qu,,,\n居委,jw5,第五居委,nothing,,,\n"
        "居委,jw5,第五居委,jd,,,\n街道,jw1,第一居委,qu,,,\n区,qu2,二区,qu,,,\n街道,jd2,二街道,qu2,,,\n居委,jw2,第二居委,jd2,,,x"
    )
    before = await Place.all().count()
    looked = await places.look_through(sheet(tmp_path, rows), viewer=SYSTEM)
    found = [(one.row, one.field, one.key) for one in looked.problems]
    assert found == [
        (2, "level", "level"),
        *[(3, "name", "missing"), (3, "slug", "slug"), (3, "phone", "phone")],
        (4, "above", "above_missing"),
        (5, "above", "above_level"),
        (6, "above", "above_unknown"),
        (7, "slug", "twice"),
        (8, "level", "other_level"),
        (9, "above", "above_unwanted"),
        (11, "phone", "phone"),
    ]
    assert all(one.words and one.column and knows(f"places.problem.{one.key}") for one in looked.problems)
    with pytest.raises(Invalid):
        await load(tmp_path, rows)
    assert await Place.all().count() == before


async def test_a_known_place_is_not_moved_under_another(db: TortoiseContext, clock: StillClock, tmp_path: Path) -> None:
    await load(tmp_path, GOOD)
    rows = "街道,jd2,二街道,qu,,,\n居委,jw1,第一居委,jd2,,,"
    looked = await places.look_through(sheet(tmp_path, rows), viewer=SYSTEM)
    assert [(one.row, one.key) for one in looked.problems] == [(3, "moves")]


async def test_the_template_loads_as_it_is_and_nobody_but_the_system_loads(
    db: TortoiseContext, clock: StillClock, tmp_path: Path
) -> None:
    path = tmp_path / "places.xlsx"
    path.write_bytes(place_sheets.template())
    assert len((await places.load(path, by=SYSTEM)).new) == 3
    district = await Place.get(slug="demo-district")
    admin = Viewer(ViewerKind.PERSON, 7, district.id, roles=frozenset({Held(RoleName.ADMIN, district.id)}))
    with pytest.raises(NotAllowed):
        await places.load(path, by=admin)
    with pytest.raises(NotAllowed):
        await places.look_through(path, viewer=admin)
    below = {verb for verb in PERMISSIONS if await neighbourhoods_for(admin, verb)}
    assert below == {verb for verb, cells in expected().items() if cells["admin"] == "below"}, "sums, and nothing else"
