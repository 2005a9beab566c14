"""Lists that are taken out: a second person, one download, a watermark, and nothing in them that runs."""

from __future__ import annotations

import asyncio
import io

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from openpyxl import load_workbook
from tortoise.context import TortoiseContext

from casework import retention
from courier import limits
from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, TooMany
from models.export import Export, ExportState
from models.person import Role, RoleName
from models.rules import rules
from models.service import Look, LookField
from models.transaction import fetch
from people import staff
from people.audit import first_broken_line
from people.records import export_sheet, exports, taking
from people.records.querying import ALL, Wanted, wanted_from
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.conftest import StillClock
from tests.people.records_cast import id_of, member, settled
from tests.people.town import Town, home, load, person

ALONE = Wanted(tags=("独居",))


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Four people live alone."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    return await settled()


async def ask(town: Town, by: Viewer, chosen: Wanted = ALONE, *, with_phones: bool = False) -> int:
    return await exports.ask(
        chosen, by=by, place_id=town.here, purpose="check", reason="入户核对", with_phones=with_phones
    )


async def approved(town: Town, *, with_phones: bool = False, chosen: Wanted = ALONE) -> tuple[int, Viewer]:
    chen, gao = await member(town), await member(town, RoleName.SECRETARY, name="高示范")
    export_id = await ask(town, chen, chosen, with_phones=with_phones)
    await exports.approve(export_id, by=gao)
    return export_id, chen


def cells(file: taking.File) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
    assert all(cell.data_type in {"s", "n", "inlineStr"} for row in sheet.iter_rows() for cell in row)
    return [[str(value) for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]


async def test_one_asks_another_approves_and_the_list_is_taken_once(town: Town) -> None:
    export_id, chen = await approved(town)
    file = await taking.take(export_id, by=chen)
    assert file.name == "人员名单-E-0001-陈示范-高示范-20260302-0910-核对登记.xlsx"
    rows = cells(file)
    assert rows[0] == rows[-1]
    for said in ("E-0001", "申请：陈示范", "批准：高示范", "2026-03-02 09:10", "核对登记", "共 4 人"):
        assert said in rows[0][0]
    assert {row[1] for row in rows[2:-1]} == {"王示范", "李示例", "周虚构", "钱演试"}
    assert "13800000000" not in str(rows)
    with pytest.raises(Taken):
        await taking.take(export_id, by=chen)
    assert [look.field for look in await Look.all()] == [LookField.LIST] * 4
    verbs = await AuditLine.filter(subject="export").order_by("number").values_list("verb", "detail")
    assert verbs == [
        ("export.ask", "purpose check, 4 people"),
        ("export.approve", ""),
        ("export.take", "purpose check, 4 rows, 0 phones"),
    ]
    assert await first_broken_line() is None


async def test_the_file_is_kept_nowhere(town: Town) -> None:
    export_id, chen = await approved(town, with_phones=True)
    await taking.take(export_id, by=chen)
    [row] = await fetch("SELECT * FROM export")
    assert not [value for value in row.values() if "13800000000" in str(value) or "王示范" in str(value)]


async def test_whole_telephones_count_as_looked_at(town: Town) -> None:
    export_id, chen = await approved(town, with_phones=True)
    rows = cells(await taking.take(export_id, by=chen))
    assert "13800000000" in str(rows)
    [look] = await Look.filter(field=LookField.PHONE)
    assert (look.person_id, look.by_id, look.export_id) == (await id_of(town, "王示范"), chen.person_id, export_id)
    assert await Look.filter(export_id=export_id).count() == 4


async def test_nobody_approves_their_own_and_a_worker_approves_nobodys(town: Town) -> None:
    gao, chen = await member(town, RoleName.SECRETARY), await member(town)
    own = await ask(town, gao)
    for tried in (lambda: exports.approve(own, by=gao), lambda: exports.refuse(own, by=gao, answer="不")):
        with pytest.raises(NotAllowed):
            await tried()
    with pytest.raises(NotAllowed):
        await exports.approve(own, by=chen)
    with pytest.raises(NotFound):
        await exports.approve(own, by=SYSTEM)
    with pytest.raises(Taken):
        await taking.take(own, by=gao)


async def test_an_account_that_the_asker_gave_does_not_approve_for_them(town: Town, clock: StillClock) -> None:
    gao = await member(town, RoleName.SECRETARY, name="高示范")
    made = await staff.add_person(
        by=gao, place_id=town.here, name="新示范", username="new", password="a password of hers"
    )
    await staff.grant(made.id, by=gao, role=RoleName.SECRETARY, place_id=town.here)
    second = await viewer_of(made.id)
    assert second is not None
    export_id = await ask(town, gao)
    with pytest.raises(NotAllowed) as refusal:
        await exports.approve(export_id, by=second)
    assert refusal.value.key == "export.not_independent"
    await exports.approve(export_id, by=await member(town, RoleName.SECRETARY, name="陆示范"))
    clock.forward(days=31)
    await exports.approve(await ask(town, gao), by=second)


async def test_of_a_hundred_who_approve_at_once_one_does(town: Town) -> None:
    chen, leads = await member(town), [await member(town, RoleName.SECRETARY) for _ in range(4)]
    export_id = await ask(town, chen)
    tries = [
        exports.refuse(export_id, by=one, answer="x") if at % 2 else exports.approve(export_id, by=one)
        for at, one in enumerate(leads * 25)
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 99
    decided = ("export.approve", "export.refuse")
    assert await AuditLine.filter(verb__in=decided).count() == 1


async def test_of_a_hundred_downloads_at_once_one_gets_the_file(town: Town) -> None:
    export_id, chen = await approved(town, with_phones=True)
    done = await asyncio.gather(*(taking.take(export_id, by=chen) for _ in range(100)), return_exceptions=True)
    assert sum(isinstance(one, taking.File) for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 99
    assert await Look.all().count() == 4
    assert await AuditLine.filter(verb="export.take").count() == 1


async def test_a_wish_and_an_approval_both_run_out(town: Town, clock: StillClock) -> None:
    chen, gao = await member(town), await member(town, RoleName.SECRETARY)
    late = await ask(town, chen)
    clock.forward(hours=73)
    with pytest.raises(Taken):
        await exports.approve(late, by=gao)
    again = await ask(town, chen)
    await exports.approve(again, by=gao)
    clock.forward(hours=25)
    with pytest.raises(Taken):
        await taking.take(again, by=chen)
    lines = await exports.exports(viewer=gao, place_id=town.here)
    assert [(one.is_expired, one.waits, one.can_be_taken) for one in lines] == [(True, False, False)] * 2


async def test_only_who_asked_takes_it_and_only_while_they_may(town: Town) -> None:
    export_id, chen = await approved(town)
    with pytest.raises(Taken):
        await taking.take(export_id, by=await member(town))
    await Role.filter(person_id=chen.person_id).delete()
    left = await viewer_of(chen.person_id or 0)
    assert left is not None
    with pytest.raises(NotFound):
        await taking.take(export_id, by=left)


async def test_a_refusal_says_why_and_a_withdrawn_wish_is_over(town: Town) -> None:
    chen, gao = await member(town), await member(town, RoleName.SECRETARY)
    refused, withdrawn = await ask(town, chen), await ask(town, chen)
    with pytest.raises(Invalid):
        await exports.refuse(refused, by=gao, answer=" ")
    await exports.refuse(refused, by=gao, answer="用不着这么多")
    await exports.withdraw(withdrawn, by=chen)
    for export_id in (refused, withdrawn):
        with pytest.raises(Taken):
            await exports.approve(export_id, by=gao)
    mine = await exports.exports(viewer=chen, place_id=town.here)
    assert [(one.state, one.answer) for one in mine] == [
        (ExportState.WITHDRAWN, ""),
        (ExportState.REFUSED, "用不着这么多"),
    ]
    told = await fetch("SELECT person_id, kind FROM staff_notice ORDER BY id")
    assert [(row["person_id"], row["kind"]) for row in told] == [
        (gao.person_id, "export.ask"),
        (gao.person_id, "export.ask"),
        (chen.person_id, "export.refused"),
    ]


async def test_what_says_nothing_or_finds_nobody_is_not_asked_for(town: Town) -> None:
    chen = await member(town)
    for purpose, reason, chosen in (
        ("", "x", ALONE),
        ("check", " ", ALONE),
        ("check", "长" * 201, ALONE),
        ("check", "x", Wanted(tags=("没有",))),
    ):
        with pytest.raises(Invalid):
            await exports.ask(chosen, by=chen, place_id=town.here, purpose=purpose, reason=reason, with_phones=False)
    for _ in range(10):
        await ask(town, chen)
    with pytest.raises(TooMany):
        await ask(town, chen)


async def test_lists_of_another_place_are_not_there(town: Town) -> None:
    export_id, _ = await approved(town)
    outsider = await member(town, RoleName.ADMIN, place_id=town.there)
    for tried in (
        lambda: exports.exports(viewer=outsider, place_id=town.here),
        lambda: ask(town, outsider),
        lambda: exports.approve(export_id, by=outsider),
        lambda: exports.refuse(export_id, by=outsider, answer="x"),
        lambda: exports.withdraw(export_id, by=outsider),
        lambda: taking.take(export_id, by=outsider),
    ):
        with pytest.raises(NotFound):
            await tried()
    assert await exports.exports(viewer=await member(town), place_id=town.here) == []
    assert (await Export.get()).state is ExportState.APPROVED


RUNS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\n@x",
    "\u200b=1",
    "＝1",
    "＋cmd|' /C calc'!A0",
    "\x00=1",
    "﹣1",
    "＠x",
]


@pytest.mark.parametrize("text", RUNS)
def test_what_could_run_does_not(text: str) -> None:
    assert export_sheet.harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["王示范", "3-501", "80+", "a=b", "", "🌸", "1,000", "'=1"])
def test_what_cannot_run_stays_as_it_is(text: str) -> None:
    assert export_sheet.harmless(text) == text


async def test_a_name_that_is_a_formula_is_only_text(town: Town) -> None:
    await load(home(), person(name="=HYPERLINK(1)", tags="独居"), place_id=town.here)
    export_id, chen = await approved(town)
    names = {row[1] for row in cells(await taking.take(export_id, by=chen))[2:-1]}
    assert "'=HYPERLINK(1)" in names


def test_a_file_name_trips_over_nothing() -> None:
    assert export_sheet.file_name("名单", "../a\r\nb", "陈 小", '"x"') == "名单-..ab-陈小-x"


async def test_words_of_old_lists_go_and_that_they_were_taken_stays(town: Town, clock: StillClock) -> None:
    export_id, chen = await approved(town)
    await taking.take(export_id, by=chen)
    days = rules().keep.conversations_days
    kind = next(one for one in retention.KINDS if one.name == "export")
    clock.forward(days=days)
    assert (await retention.clear(kind, by=SYSTEM)).rows == 0
    clock.forward(days=2)
    assert (await retention.clear(kind, by=SYSTEM)).rows == 1
    row = await Export.get(id=export_id)
    assert (row.reason, row.answer, wanted_from(row.wanted)) == ("", "", ALL)
    assert (row.state, row.row_count, row.purpose, row.asked_by_id) == (ExportState.TAKEN, 4, "check", chen.person_id)
    assert (await retention.clear(kind, by=SYSTEM)).rows == 0
    assert await exports.exports(viewer=chen, place_id=town.here)


async def test_what_waits_for_a_second_person_keeps_its_words(town: Town) -> None:
    export_id = await ask(town, await member(town))
    kind = next(one for one in retention.KINDS if one.name == "export")
    assert (await retention.clear(kind, by=SYSTEM)).rows == 0
    assert (await Export.get(id=export_id)).reason
