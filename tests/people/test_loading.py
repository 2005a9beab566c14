"""Homes and people from a spreadsheet: every problem by row, all or nothing, and a second time changes nothing."""

from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from app import demo_town
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.home_file import HomeFileState, RowKind
from models.household import Personal, Relation
from models.person import Person, RoleName
from models.transaction import fetch, fetch_one
from people import homes
from people.loading import files, links, sheets
from people.loading.links import Summary
from people.loading.sheets import SheetRow
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.people.town import ID, OTHER_ID, Town, check, complaints, found, home, load, person, staff
from tests.portal.statements import statements

TABLES = ("estate", "grid", "building", "home", "household", "person", "personal", "residence", "person_tag")


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Two neighbourhoods without anybody."""
    return await found()


async def rows_of(tables: tuple[str, ...] = TABLES) -> dict[str, list[dict[str, object]]]:
    return {table: await fetch(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


async def count(table: str) -> int:
    row = await fetch_one(f"SELECT count(*) AS n FROM {table}")
    assert row is not None
    return row["n"]


async def test_homes_and_people_are_there_after_it(town: Town) -> None:
    done = await load(
        home(),
        person(name="王示范", phone="138 0000 0000", id_number=ID, tags="独居、低保", since="2020/3/1"),
        person(3, name="王小范", relation="家属"),
        place_id=town.here,
    )
    assert done == Summary(
        rows=3, homes=1, homes_new=1, people=2, people_new=2, people_changed=0, tags_new=("低保", "独居")
    )
    [building] = await homes.buildings(viewer=SYSTEM, place_id=town.here)
    assert (building.estate, building.name, building.grid, building.homes, building.people) == (
        *("示范一村", "3号楼", "第一网格", 1, 2),
    )
    [line] = await homes.homes(building.id, viewer=SYSTEM)
    card = await homes.home(line.id, viewer=SYSTEM)
    wang = next(one for one in card.living if one.name == "王示范")
    assert (wang.relation, wang.phone, wang.id_number) == (Relation.OWNER, "138****0000", "310*************1X")
    assert (wang.tags, str(wang.since)) == (("低保", "独居"), "2020-03-01")


async def test_numbers_are_not_readable_in_the_database(town: Town) -> None:
    await load(home(), person(phone="13800000000", id_number=ID), place_id=town.here)
    kept = str(await rows_of((*TABLES, "home_file", "home_file_row", "audit_line", "home_file_problem")))
    assert "13800000000" not in kept
    assert ID not in kept
    assert await count("home_file_row") == 0


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (person(name=""), "姓名"),
        (person(relation=""), "与房屋关系"),
        (person(relation="路人"), "与房屋关系"),
        (person(phone="1380000000"), "手机"),
        (person(phone="021-123"), "手机"),
        (person(phone="王示范"), "手机"),
        (person(id_number="310199195001010000"), "身份证号"),
        (person(id_number="310199195013010015"), "身份证号"),
        (person(id_number="3101991950010100"), "身份证号"),
        (person(id_number="310199299901010015"), "身份证号"),
        (person(since="去年"), "入住日期"),
        (person(since="2099-01-01"), "入住日期"),
        (person(since="2020-02-30"), "入住日期"),
        (person(name="很" * 41), "姓名"),
        (person(tags="长" * 21), "标签"),
        (person(tags="、".join(map(str, range(21)))), "标签"),
        (person(label="999"), "室号"),
        (home(3, label=""), "室号"),
        (home(3, label="502", grid="第二网格"), "网格"),
        (home(3, label="5" * 31), "室号"),
    ],
)
@pytest.mark.databases("sqlite")
async def test_what_is_wrong_with_a_row_is_named_by_sheet_row_and_column(
    town: Town, row: SheetRow, column: str
) -> None:
    assert await complaints(home(2), row, place_id=town.here) == [(row.sheet, row.number, column)]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([person(2, id_number=ID), person(3, name="李示例", id_number=ID)], [(3, "姓名")]),
        ([person(2, phone="13800000000"), person(3, phone="13800000001")], [(3, "手机")]),
        ([person(2), person(3, relation="租户")], [(3, "与房屋关系")]),
        ([person(2, id_number=ID), person(3, id_number=OTHER_ID)], []),
        ([person(2, id_number=ID), person(3)], []),
        ([person(2), person(3)], []),
        ([person(2, id_number=ID), person(3, id_number=ID, label="502", relation="租户")], []),
    ],
)
async def test_rows_that_contradict_each_other_are_named(
    town: Town, rows: list[SheetRow], columns: list[tuple[int, str]]
) -> None:
    told = await complaints(home(2), home(3, label="502"), *rows, place_id=town.here)
    assert [(row, column) for _, row, column in told] == columns


async def test_rows_that_contradict_what_is_there_are_named(town: Town) -> None:
    await load(home(), person(2, id_number=ID), person(3, id_number=OTHER_ID), place_id=town.here)
    told = await complaints(person(2, name="李示例", id_number=ID), person(3, phone="13800000000"), place_id=town.here)
    assert told == [("person", 2, "姓名"), ("person", 3, "身份证号")]


async def test_two_telephones_of_one_who_is_there_are_named_though_one_row_has_no_number(town: Town) -> None:
    """王示范 lives in two homes; one row tells of her by her identity number, the other by her name in the other."""
    await load(
        home(), home(3, label="502"), person(id_number=ID), person(3, label="502", id_number=ID), place_id=town.here
    )
    rows = person(2, id_number=ID, phone="13800000000"), person(3, label="502", phone="13800000001")
    assert await complaints(*rows, place_id=town.here) == [("person", 3, "手机")]
    same = person(2, id_number=ID, phone="13800000000"), person(3, label="502", phone="13800000000")
    assert await complaints(*same, place_id=town.here) == []


async def test_what_came_up_since_the_file_was_looked_through_is_listed_and_nothing_comes_in(town: Town) -> None:
    file = await check([home(), person(2, id_number=ID)], place_id=town.here)
    await load(home(), person(2, name="李示例", id_number=ID), place_id=town.here)
    with pytest.raises(Invalid, match="problems"):
        await files.load(file.id, by=SYSTEM)
    (found,) = await files.problems(file.id, viewer=SYSTEM)
    assert (found.row, found.column) == (2, "姓名")
    line = await files.file_line(file.id, viewer=SYSTEM)
    assert (line.problems, line.can_be_loaded, line.state) == (1, False, HomeFileState.CHECKED)


async def test_every_problem_of_many_is_listed_page_by_page_and_nothing_comes_in(town: Town) -> None:
    file = await check([home(), *(person(at, phone="1") for at in range(2, 352))], place_id=town.here)
    seen, after = [], 0
    while page := await files.problems(file.id, viewer=SYSTEM, after=after):
        seen += [one.row for one in page]
        after = page[-1].id
    assert seen == list(range(2, 352))
    with pytest.raises(Invalid):
        await files.load(file.id, by=SYSTEM)
    assert [await count(table) for table in TABLES] == [0] * len(TABLES)


async def test_the_same_file_again_changes_nothing(town: Town) -> None:
    rows = [*demo_town.rows(30, name="示范")]
    first = await load(*rows, place_id=town.here)
    assert (first.homes_new, first.people_new) == (30, 75)
    before = await rows_of()
    again = await load(*rows, *rows[-3:], place_id=town.here)
    assert again.changes_nothing
    assert (again.homes_unchanged, again.people_unchanged) == (30, 75)
    assert await rows_of() == before


async def test_what_is_said_anew_is_changed_and_what_is_left_out_stays(town: Town) -> None:
    await load(home(), person(phone="13800000000", tags="独居"), place_id=town.here)
    done = await load(home(grid="第二网格"), person(id_number=ID, relation="租户"), place_id=town.here)
    assert (done.homes_changed, done.people_new, done.people_changed) == (1, 0, 1)
    [found_here] = await homes.search(ID, viewer=SYSTEM, place_id=town.here)
    card = await homes.home(found_here.home_id, viewer=SYSTEM)
    [wang] = card.living
    assert (wang.relation, wang.phone, wang.tags, card.grid) == (Relation.TENANT, "138****0000", ("独居",), "第二网格")


async def test_one_person_in_two_homes_is_one_person(town: Town) -> None:
    both = [person(2, id_number=ID), person(3, id_number=ID, label="502", relation="租户")]
    await load(home(2), home(3, label="502"), *both, place_id=town.here)
    assert await Person.all().count() == 1
    assert await count("residence") == 2


async def test_two_households_of_one_home_are_told_apart(town: Town) -> None:
    await load(home(), person(2, household="甲"), person(3, name="李示例", household="乙"), place_id=town.here)
    assert [row["label"] for row in await fetch("SELECT label FROM household ORDER BY label")] == ["乙", "甲"]


async def test_the_same_numbers_next_door_are_other_people(town: Town) -> None:
    for place in (town.here, town.there):
        await load(home(), person(id_number=ID, phone="13800000000"), place_id=place)
    assert await Personal.filter(id_number_hash__isnull=False).count() == 2
    assert len(await homes.search(ID, viewer=staff(RoleName.WORKER, town.here), place_id=town.here)) == 1


async def test_of_two_who_take_over_one_file_at_once_one_wins(town: Town) -> None:
    file = await check([home(), person()], place_id=town.here)
    done = await asyncio.gather(*(files.load(file.id, by=SYSTEM) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, Summary) for one in done) == 1
    assert all(isinstance(one, Summary | Taken) for one in done)
    assert await Person.all().count() == 1


async def test_two_files_of_the_same_people_taken_over_at_once_make_each_once(town: Town) -> None:
    rows = [home(), person(), person(3, name="李示例", id_number=ID)]
    both = [await check(rows, place_id=town.here) for _ in range(2)]
    await asyncio.gather(*(files.load(file.id, by=SYSTEM) for file in both))
    assert await Person.all().count() == 2
    assert await count("residence") == 2


async def test_what_has_changed_since_the_look_is_looked_at_again(town: Town) -> None:
    await load(home(), place_id=town.here)
    waits = await check([person(name="李示例", id_number=ID)], place_id=town.here)
    await load(person(name="王示范", id_number=ID), place_id=town.here)
    with pytest.raises(Invalid):
        await files.load(waits.id, by=SYSTEM)
    assert await Person.all().count() == 1


async def test_a_dropped_file_leaves_nothing_and_an_old_one_drops_itself(town: Town, clock: StillClock) -> None:
    first, second = [await check([home(), person(phone="1")], place_id=town.here) for _ in range(2)]
    await files.drop(first.id, by=SYSTEM)
    with pytest.raises(Taken):
        await files.load(first.id, by=SYSTEM)
    clock.forward(hours=25)
    assert await files.drop_old() == 1
    assert await files.drop_old() == 0
    assert await count("home_file_row") + await count("home_file_problem") == 0
    assert (await files.file_line(second.id, viewer=SYSTEM)).state == "dropped"


async def test_only_those_who_lead_hand_in_files_and_only_at_home(town: Town) -> None:
    file = await check([home()], place_id=town.here)
    for by, refusal in (
        (staff(RoleName.WORKER, town.here), NotFound),
        (staff(RoleName.SECRETARY, town.there), NotFound),
        (staff(RoleName.SUBDISTRICT_OBSERVER, town.street), NotFound),
    ):
        with pytest.raises(NotAllowed):
            await check([home()], place_id=town.here, by=by)
        for look in (files.file_line(file.id, viewer=by), files.problems(file.id, viewer=by)):
            with pytest.raises(refusal):
                await look
        with pytest.raises(refusal):
            await files.load(file.id, by=by)
    secretary = staff(RoleName.SECRETARY, town.here)
    assert [one.id for one in await files.files(viewer=secretary, place_id=town.here)] == [file.id]
    await files.load(file.id, by=secretary)


async def statements_of(homes_count: int, place_id: int, *, name: str) -> int:
    with statements() as listened:
        await load(*demo_town.rows(homes_count, name=name), place_id=place_id)
    return len(listened.seen)


async def test_ten_times_the_homes_need_no_more_statements_than_their_batches(town: Town) -> None:
    small = await statements_of(20, town.here, name="小")
    large = await statements_of(600, town.there, name="大")
    assert large - small <= 2 * 5, "600 homes and 1500 people are three batches, 20 and 48 are one"


def write(path: Path, *, homes_count: int = 20) -> Path:
    path.write_bytes(
        sheets.write(
            {
                RowKind.HOME: demo_town.home_cells(homes_count, name="示范"),
                RowKind.PERSON: demo_town.people_cells(homes_count, name="示范"),
            }
        )
    )
    return path


async def test_a_workbook_and_csv_files_in_both_encodings_say_the_same(town: Town, tmp_path: Path) -> None:
    book = write(tmp_path / "a.xlsx")
    file = await files.check(book, by=SYSTEM, place_id=town.here)
    assert (await files.load(file.id, by=SYSTEM)).people_new == 48
    for encoding in ("utf-8-sig", "gb18030"):
        lines = [sheets.COLUMNS[RowKind.PERSON], *demo_town.people_cells(20, name="示范")]
        text = "\r\n".join(",".join(line) for line in lines)
        (tmp_path / "b.csv").write_bytes(text.encode(encoding))
        read = await files.check(tmp_path / "b.csv", by=SYSTEM, place_id=town.here)
        assert (read.problems, read.summary.people_unchanged) == (0, 48)


async def test_the_template_with_its_example_passes(town: Town, tmp_path: Path) -> None:
    (tmp_path / "template.xlsx").write_bytes(sheets.template())
    file = await files.check(tmp_path / "template.xlsx", by=SYSTEM, place_id=town.here)
    assert (file.problems, file.summary.homes_new, file.summary.people_new) == (0, 1, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", b"x"),
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04 not a workbook"),
        ("a.csv", "甲,乙\n1,2\n".encode()),
        ("a.csv", "小区,楼栋,姓名\n1,2,3\n".encode()),
        ("a.csv", b"\xff\xfe\x00\x80"),
    ],
)
@pytest.mark.databases("sqlite")
async def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    town: Town, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid):
        await files.check(tmp_path / name, by=SYSTEM, place_id=town.here)
    assert await count("home_file") == 0


@pytest.mark.databases("sqlite")
async def test_a_row_with_an_enormous_number_is_refused_at_once(town: Town, tmp_path: Path) -> None:
    book, wrong = write(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(wrong, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, text.replace(b'<row r="3"', b'<row r="2000000000"'))
    with pytest.raises(Invalid, match="too_many_rows"):
        await files.check(wrong, by=SYSTEM, place_id=town.here)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("number", range(len(links._PROBLEMS)))
async def test_a_contradiction_is_found_without_reading_the_whole_file_for_it(town: Town, number: int) -> None:
    plan = [row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {links._PROBLEMS[number]}", 1)]
    assert not [line for line in plan if "line>" in line], plan
