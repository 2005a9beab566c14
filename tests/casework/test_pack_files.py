"""Packs leave as YAML, CSV and xlsx and come back exactly; what is wrong is named by sheet, row and column."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from casework import packs
from casework.pack_cells import COLUMNS
from casework.pack_csv import read_csv, write_csv
from casework.pack_files import Pack, read_folder, read_yaml, write_yaml
from casework.pack_xlsx import read_xlsx, write_xlsx
from models.entry import EntryVersion, VersionState
from models.entry_content import NOT_APPLICABLE, NOT_VERIFIED, EntryContent, FieldState
from models.errors import Invalid, NotAllowed
from models.rules import Rules, in_force
from models.wording import say_refusal
from people.viewers import SYSTEM
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.shipped import shipped_packs

FOLDER = Path(__file__).parents[2] / "community" / "packs"
SHIPPED = shipped_packs()
NASTY = st.sampled_from(
    ["=1+1", "'=x", "-a", "@b", "甲｜乙、丙\\丁", "\\n", "#N/A", "_x0041_", "1.0", "2016", "true", "null"]
)
LINE = st.one_of(
    NASTY,
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"], exclude_characters="\ufeff"), max_size=12),
).map(lambda text: text.strip() or "甲")
TEXT = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
LINES = st.lists(LINE, min_size=1, max_size=3)
DATES = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
CHECKED = {"conditions", "materials", "steps", "where", "time_limit", "fee", "amount", "legal_basis"}


def stated(value: Any) -> FieldState:
    """The state that agrees with a field's value."""
    if value in (NOT_APPLICABLE, [NOT_APPLICABLE]):
        return FieldState.NOT_APPLICABLE
    return FieldState.NOT_VERIFIED if value in (NOT_VERIFIED, [NOT_VERIFIED]) else FieldState.YEARLY


OPTION = st.fixed_dictionaries({"answer": LINE, "words": st.lists(LINE, max_size=3), "says": TEXT})
SOURCE = st.fixed_dictionaries(
    {"title": LINE, "url": st.sampled_from([None, "https://www.gov.cn/a?b=c%20d", "https://中文.gov.cn/x｜y"])}
)


@st.composite
def contents(draw: st.DrawFn, key: str) -> EntryContent:
    """Any entry that the schema accepts."""
    lists = st.one_of(LINES.filter(lambda one: one not in ([NOT_APPLICABLE], [NOT_VERIFIED])), st.just(NOT_VERIFIED))
    fields: dict[str, Any] = {
        **{name: draw(lists) for name in ("conditions", "materials", "steps", "legal_basis")},
        **{name: draw(LINE) for name in ("title", "who", "time_limit", "fee", "checked_by", "owner_desk")},
        **{name: draw(st.lists(LINE, max_size=3)) for name in ("aliases", "keywords", "sample_questions")},
        "amount": draw(TEXT),
        "note": draw(st.one_of(st.just(""), TEXT)),
        "summary": "十个字以上才算一句。" + draw(TEXT),
        "phrasings": draw(LINES),
        "where": {"place": draw(LINE), "hours": draw(LINE), "online": draw(LINE)}
        | {"phones": [{"number": "021-12345", "name": draw(LINE)}]},
        "valid_from": draw(
            st.one_of(DATES.map(lambda day: {"date": day}), st.just({"year": 2016}), st.just({"unknown": True}))
        ),
        "valid_to": draw(st.one_of(st.none(), DATES)),
        "changes_in": draw(st.lists(st.integers(1, 12), max_size=2)),
        "variants": draw(
            st.lists(
                st.fixed_dictionaries({"ask": LINE, "options": st.lists(OPTION, min_size=2, max_size=3)}), max_size=2
            )
        ),
        "sources": draw(st.lists(SOURCE, max_size=2)),
    }
    dates = {"checked_on": draw(DATES), "review_by": draw(DATES), "scope": draw(st.sampled_from(["national", "city"]))}
    status = {name: stated(fields[name]) for name in CHECKED}
    sure = [name for name in sorted(CHECKED) if status[name] is FieldState.YEARLY]
    fields["fields_checked_by"] = draw(st.dictionaries(st.sampled_from(sure), LINE)) if sure else {}
    return EntryContent.model_validate({"id": key, "category": "类别", **fields, **dates, "status": status})


PACK = st.tuples(contents("first"), contents("second-2")).map(lambda two: Pack("类别", "any-category", two))
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
Way = Callable[[Path, list[Pack]], list[Pack]]


def by_yaml(folder: Path, given_packs: list[Pack]) -> list[Pack]:
    """Written as YAML files and read again."""
    for number, pack in enumerate(given_packs):
        (folder / f"{number}.yaml").write_text(write_yaml(pack), encoding="utf-8")
    return [read_yaml(folder / f"{number}.yaml") for number in range(len(given_packs))]


def by_csv(folder: Path, given_packs: list[Pack]) -> list[Pack]:
    """Written as CSV and read again."""
    (folder / "packs.csv").write_bytes(write_csv(given_packs))
    return read_csv(folder / "packs.csv")


def by_xlsx(folder: Path, given_packs: list[Pack]) -> list[Pack]:
    """Written as a workbook and read again."""
    (folder / "packs.xlsx").write_bytes(write_xlsx(given_packs))
    return read_xlsx(folder / "packs.xlsx")


WAYS = pytest.mark.parametrize("way", [by_yaml, by_csv, by_xlsx])


@WAYS
def test_the_shipped_packs_come_back_exactly(way: Way, tmp_path: Path) -> None:
    assert way(tmp_path, SHIPPED) == SHIPPED


@WAYS
@given(pack=PACK)
@settings(max_examples=40, deadline=None, suppress_health_check=UNHURRIED)
def test_any_pack_comes_back_exactly(way: Way, tmp_path: Path, pack: Pack) -> None:
    assert way(tmp_path, [pack]) == [pack]


def test_a_field_is_checked_by_whom_the_entry_names_unless_it_names_another_itself() -> None:
    entry = a_pack(fields_checked_by={"fee": "王会计"}).entries[0]
    assert (entry.checker("fee"), entry.checker("steps")) == ("王会计", entry.checked_by)


@pytest.mark.parametrize("state", ["not_verified", "not_applicable"])
def test_nobody_has_checked_what_is_not_verified(state: str) -> None:
    status = {**SHIPPED[0].entries[0].status, "fee": state}
    fee = NOT_APPLICABLE if state == "not_applicable" else "看情况"
    assert a_pack(fee=fee, status=status).entries[0].checker("fee") == ""
    with pytest.raises(ValueError, match="who checked fee"):
        a_pack(fee=fee, status=status, fields_checked_by={"fee": "王会计"})


def test_a_verified_field_cannot_do_without_a_checker() -> None:
    for changes in ({"checked_by": " "}, {"fields_checked_by": {"fee": ""}}, {"fields_checked_by": {"title": "甲"}}):
        with pytest.raises(ValueError, match="checked_by"):
            a_pack(**changes)


def test_a_csv_without_the_columns_of_single_checkers_is_read(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(write_csv(SHIPPED).decode("utf-8-sig"), newline="")))
    kept = [place for place, name in enumerate(COLUMNS) if not name.startswith("fields_checked_by.")]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([row[place] for place in kept] for row in rows)
    (tmp_path / "old.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    assert read_csv(tmp_path / "old.csv") == SHIPPED


def test_columns_cover_every_field_of_an_entry() -> None:
    named = {column.split(".")[0] for column in COLUMNS}
    assert named == {"slug", *EntryContent.model_fields}


def a_pack(**changes: Any) -> Pack:
    """A pack of one shipped entry with some fields changed."""
    entry = SHIPPED[0].entries[0]
    return Pack("类别", "any", (EntryContent.model_validate({**entry.model_dump(), "category": "类别", **changes}),))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "＝1", "'=1"])
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(write_csv([a_pack(title=text)]).decode("utf-8-sig"), newline="")))
    assert not [cell for cell in rows[1] if cell[:1] in "=+-@＝＋－＠" and cell]
    assert f"'{text}" in rows[1]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "#N/A"])
def test_no_xlsx_cell_is_a_formula(text: str) -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx([a_pack(title=text)]))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert sheet.cell(2, COLUMNS.index("title") + 1).value == text


def changed_xlsx(folder: Path, column: str, value: Any) -> Path:
    """A workbook in which somebody typed into one cell of row 2."""
    book = load_workbook(io.BytesIO(write_xlsx([a_pack()])))
    book.worksheets[0].cell(2, COLUMNS.index(column) + 1).value = value
    book.save(folder / "packs.xlsx")
    return folder / "packs.xlsx"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "=1+1"),
        ("scope", "world"),
        ("summary", "短"),
        ("valid_from", "去年"),
        ("checked_on", "昨天"),
        ("where.phones", "打电话问"),
        ("status.fee", "maybe"),
        ("phrasings", None),
        ("variants", "选项｜词"),
        ("sources", "一｜二｜三"),
        ("slug", "大类"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(tmp_path: Path, column: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_xlsx(changed_xlsx(tmp_path, column, value))
    facts = caught.value.facts
    assert (caught.value.key, facts["sheet"], facts["row"], facts["column"]) == ("packs.bad_cell", "any", 2, column)


def test_dates_and_numbers_that_excel_made_of_typed_text_are_understood(tmp_path: Path) -> None:
    path = changed_xlsx(tmp_path, "review_by", dt.date(2027, 1, 31))
    assert read_xlsx(path)[0].entries[0].review_by == dt.date(2027, 1, 31)
    assert read_xlsx(changed_xlsx(tmp_path, "valid_from", 2016))[0].entries[0].valid_from.year == 2016


def test_a_csv_that_excel_saved_in_the_chinese_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "packs.csv"
    path.write_bytes(write_csv(SHIPPED).decode("utf-8-sig").encode("gb18030"))
    assert read_csv(path) == SHIPPED


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("title ", "titel ", "titel"),
        ("fee ", "title ", "title"),
        ("fee ", "", "费用"),
        ("\r\nany,", "\r\nany,,", "sources"),
    ],
)
def test_a_csv_with_wrong_columns_is_refused(tmp_path: Path, old: str, new: str, column: str) -> None:
    path = tmp_path / "packs.csv"
    path.write_bytes(write_csv([a_pack()]).replace(old.encode(), new.encode(), 1))
    with pytest.raises(Invalid) as caught:
        read_csv(path)
    assert (caught.value.key, caught.value.facts["column"]) == ("packs.bad_cell", column)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04 no zip", "标题\n".encode()])
@pytest.mark.parametrize("read", [read_csv, read_xlsx])
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, read: Callable[[Path], list[Pack]], data: bytes) -> None:
    path = tmp_path / "packs"
    path.write_bytes(data)
    with pytest.raises(Invalid):
        read(path)


ONE = (FOLDER / "elderly-care.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("category: 甲\nslug: a\nentries: [\n - {", "line 4"),
        (ONE.replace("  fee:", "  fee: 一\n  fee:", 1), "“fee”在同一处写了两次"),
        (ONE.replace("checked_on: 2026-11-21", "checked_on: 2026-13-45", 1), "checked_on"),
        ("category: 甲\nslug: a\nentries: " + "[" * 5000 + "]" * 5000, "太深了"),
        ("category: 甲\nslug: ../../a\nentries: []", "slug 只用小写字母"),
        ("category:\nslug: a\nentries: []", "category 要写类别的名称"),
        ("", "最上面要正好有"),
        ("- a", "最上面要正好有"),
        ("category: 甲\nslug: a\nentries: [!!python/object:os.system {}]", "line 3"),
        ("category: 甲\nslug: a\nentries: [5]", "事项 5"),
    ],
)
def test_what_is_wrong_with_a_yaml_file_is_one_sentence_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_folder(tmp_path)
    assert "wrong.yaml" in say_refusal(caught.value)
    assert said in say_refusal(caught.value)


@pytest.mark.parametrize("changed", [f"\ufeff{ONE}", ONE.replace("\n", "\r\n")])
def test_a_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path, changed: str) -> None:
    (tmp_path / "one.yaml").write_text(changed, encoding="utf-8", newline="")
    assert read_folder(tmp_path) == [read_yaml(FOLDER / "elderly-care.yaml")]


def test_an_id_in_two_files_is_named_with_both(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(ONE, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_folder(tmp_path)
    assert (caught.value.facts["file"], caught.value.facts["other"]) == ("b.yaml", "a.yaml")


def spoilt_xlsx(folder: Path, spoil: Callable[[Worksheet], object]) -> Path:
    """A workbook of two entries that somebody has worked on."""
    book = load_workbook(io.BytesIO(write_xlsx([Pack("养老助老", "any", SHIPPED[1].entries[:2])])))
    spoil(book.worksheets[0])
    book.save(folder / "packs.xlsx")
    return folder / "packs.xlsx"


def merge(sheet: Worksheet) -> None:
    """Two titles become one cell."""
    at = COLUMNS.index("note") + 1
    sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at)


@pytest.mark.parametrize(
    ("spoil", "row", "said"),
    [
        (merge, 3, "合并过"),
        (lambda sheet: sheet.cell(3, 3, sheet.cell(2, 3).value), 3, "这个编号前面已经有了（工作表 any，第 2 行）"),
        (lambda sheet: sheet.cell(1_000_000, 1, "x"), 1_000_000, "表太长"),
    ],
)
def test_what_a_workbook_cannot_hold_is_named_by_its_row(
    tmp_path: Path, spoil: Callable[[Worksheet], object], row: int, said: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read_xlsx(spoilt_xlsx(tmp_path, spoil))
    assert f"packs.xlsx，工作表 any，第 {row} 行" in say_refusal(caught.value)
    assert said in say_refusal(caught.value)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packs.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * 101_000_000)
    with pytest.raises(Invalid, match="unreadable") as caught:
        read_xlsx(tmp_path / "packs.xlsx")
    assert "太大了" in say_refusal(caught.value)


async def test_what_was_imported_is_exported_exactly(cast: Cast) -> None:
    changed = await packs.import_packs(SHIPPED, by=SYSTEM, publish=True)
    assert (len(changed), {one.is_new for one in changed}) == (152, {True})
    assert await packs.export_packs(viewer=cast.chen) == SHIPPED
    assert await packs.differences(SHIPPED) == []


async def test_the_difference_is_shown_before_anything_is_imported(cast: Cast) -> None:
    await packs.import_packs([a_pack()], by=SYSTEM, publish=True)
    found = await packs.differences([a_pack(fee="免费的", title="新名字")])
    assert [(one.is_new, [change.field for change in one.changes]) for one in found] == [(False, ["title", "fee"])]
    assert await EntryVersion.all().count() == 1


async def test_an_imported_draft_is_not_drafted_twice_and_shown_only_when_published(cast: Cast) -> None:
    for _ in range(2):
        await packs.import_packs([a_pack()], by=cast.admin, publish=False)
    assert [row.state for row in await EntryVersion.all()] == [VersionState.DRAFT]
    assert await packs.export_packs(viewer=SYSTEM) == []


async def test_entries_may_change_their_order_without_a_new_version(cast: Cast) -> None:
    pack = SHIPPED[0]
    await packs.import_packs([pack], by=SYSTEM, publish=True)
    turned = Pack(pack.category, pack.slug, pack.entries[::-1])
    assert all(one.is_moved and not one.changes for one in await packs.differences([turned]))
    await packs.import_packs([turned], by=SYSTEM, publish=True)
    assert await packs.export_packs(viewer=SYSTEM) == [turned]
    assert await EntryVersion.all().count() == len(pack.entries)


async def test_an_id_may_stand_in_an_import_only_once(cast: Cast) -> None:
    with pytest.raises(Invalid, match=r"packs\.duplicate_id"):
        await packs.import_packs([a_pack(), a_pack()], by=SYSTEM, publish=True)


async def test_one_person_alone_cannot_publish_by_importing(cast: Cast, clock: StillClock) -> None:
    with pytest.raises(NotAllowed):
        await packs.import_packs([a_pack()], by=cast.admin, publish=True)
    with in_force(Rules(two_people_to_publish=False)):
        assert await packs.import_packs([a_pack()], by=cast.admin, publish=True)


async def test_residents_and_workers_cannot_import_and_residents_cannot_export(cast: Cast) -> None:
    for viewer in (cast.wang, cast.chen, cast.gao):
        with pytest.raises(NotAllowed):
            await packs.import_packs([a_pack()], by=viewer, publish=False)
    with pytest.raises(NotAllowed):
        await packs.export_packs(viewer=cast.wang)
