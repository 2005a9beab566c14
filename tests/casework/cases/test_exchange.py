"""Cases by a file: another system's numbers and times are kept, known ones skipped, every problem said by row."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from casework.cases import exchange
from casework.cases.exchange import Looked
from courier import limits
from models import clock as models_clock
from models.case import Case, CaseReporter, CaseSource, CaseStep
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.person import RoleName
from models.sealed import unseal
from people.records import exports, taking
from people.viewers import Viewer
from tests.casework.cases.conftest import Town
from tests.casework.conftest import staff, told
from tests.conftest import StillClock

HEAD = "工单编号,来电时间,事项,诉求地址,诉求内容,诉求人,联系电话\r\n"
YESTERDAY = dt.datetime(2026, 3, 1, 1, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)
GOOD = "20260301000123,2026/3/1 9:30,,3号楼2楼,楼道灯坏了，电话13812345678,王示范,13812345678\r\n"


def file(*rows: str) -> bytes:
    return (HEAD + "".join(rows)).encode("utf-8-sig")


async def bring_in(town: Town, content: bytes) -> Looked:
    return await exchange.bring_in(content, by=town.cast.chen, place_id=town.cast.here.id)


async def given_out(asks: Viewer, *, by: Viewer, place_id: int) -> bytes:
    """Every case of a place: one asks, another approves."""
    wish = await exchange.ask_out(by=asks, place_id=place_id, purpose="check", reason="对账")
    await exports.approve(wish, by=by)
    return (await exchange.give_out(wish, by=asks)).content


def cells(content: bytes) -> list[list[str]]:
    """The rows between the watermarks, with the header."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:-1]


@pytest.fixture
def at_desk(town: Town, clock: StillClock) -> Town:
    clock.at(NOW)
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    return town


async def test_a_number_and_a_time_of_the_hotline_are_kept_and_its_clock_runs_from_there(at_desk: Town) -> None:
    assert await bring_in(at_desk, file(GOOD)) == Looked(1, 0, ())
    case = await Case.get(outside="12345:20260301000123")
    step, reporter = await CaseStep.get(case_id=case.id), await CaseReporter.get(case_id=case.id)
    assert (case.created_at, step.created_at, case.source) == (YESTERDAY, YESTERDAY, CaseSource.HOTLINE)
    assert case.due_at is not None
    assert case.due_at < models_clock.now()
    assert (case.kind_key, case.text, reporter.name) == ("stair_light", "楼道灯坏了，电话138****5678", "王示范")
    assert unseal(reporter.phone_sealed or "") == "13812345678"
    assert await bring_in(at_desk, file(GOOD)) == Looked(0, 1, ())
    assert (await Case.get(id=case.id)).version == case.version


async def test_what_is_given_out_and_taken_in_elsewhere_keeps_numbers_and_times(at_desk: Town) -> None:
    await bring_in(at_desk, file(GOOD))
    own = await at_desk.report("=cmd|' /C calc'!A1 楼道灯坏了")
    here, there = at_desk.cast.here, at_desk.cast.elsewhere
    given = await given_out(at_desk.cast.chen, by=at_desk.cast.gao, place_id=here.id)
    for hidden in ("王示范", "13812345678", ",=cmd"):
        assert hidden not in given.decode("utf-8-sig")
    assert await bring_in(at_desk, given) == Looked(0, 2, ())
    looked = await exchange.bring_in(given, by=at_desk.cast.outsider, place_id=there.id)
    assert looked == Looked(2, 0, ())
    found = await Case.filter(place_id=there.id).order_by("id")
    assert [(one.outside, one.created_at) for one in found] == [
        ("12345:20260301000123", YESTERDAY),
        (f"here:{own.number}", own.created_at.replace(microsecond=0)),
    ]
    assert found[1].text == own.text
    second = await staff("外人二", there, role=RoleName.SECRETARY)
    again = await given_out(at_desk.cast.outsider, by=second, place_id=there.id)
    assert [line[1:4] for line in cells(again)] == [line[1:4] for line in cells(given)]


async def test_cases_go_out_once_and_only_after_a_second_person(at_desk: Town) -> None:
    here, chen, gao = at_desk.cast.here.id, at_desk.cast.chen, at_desk.cast.gao
    with pytest.raises(Invalid, match=r"export\.no_cases"):
        await exchange.ask_out(by=chen, place_id=here, purpose="check", reason="对账")
    await at_desk.report()
    with pytest.raises(Invalid):
        await exchange.ask_out(by=chen, place_id=here, purpose="check", reason="")
    wish = await exchange.ask_out(by=chen, place_id=here, purpose="check", reason="对账")
    assert "申请导出工单（E-0001）" in (await told(gao))[-1]
    with pytest.raises(NotAllowed):
        await exports.approve(wish, by=chen)
    with pytest.raises(Taken):
        await exchange.give_out(wish, by=chen)
    await exports.approve(wish, by=gao)
    with pytest.raises(Taken):
        await taking.take(wish, by=chen)
    file = await exchange.give_out(wish, by=chen)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == lines[-1]
    for said in ("工单 E-0001", "申请：小陈", "批准：高书记", "核对登记", "共 1 件"):
        assert said in lines[0]
    assert file.name.startswith("工单-E-0001-小陈-高书记-")
    with pytest.raises(Taken):
        await exchange.give_out(wish, by=chen)


@pytest.mark.databases("sqlite")
async def test_every_problem_is_said_by_row_and_nothing_comes_in(at_desk: Town) -> None:
    content = file(
        GOOD,
        "20260301000123,2026-03-01 09:30,楼道灯不亮,,又一次,,\r\n",
        "2.02603E+13,昨天,外星人,,看不懂的话,,\r\n",
        ",2026-03-09 09:30,楼道灯不亮,,,,\r\n",
    )
    looked = await exchange.look_through(content, viewer=at_desk.cast.chen, place_id=at_desk.cast.here.id)
    assert [(one.row, one.column) for one in looked.problems] == [
        *((3, "外部编号"), (4, "外部编号"), (4, "上报时间"), (4, "事项")),
        *((5, "外部编号"), (5, "上报时间"), (5, "内容")),
    ]
    with pytest.raises(Invalid, match=r"exchange\.problems"):
        await bring_in(at_desk, content)
    assert await Case.all().count() == 0


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xff", "编号,内容\r\n1,灯坏了".encode(), (HEAD + GOOD * 501).encode(), b"a" * 2_000_001]
)
async def test_what_is_no_such_file_is_refused(at_desk: Town, content: bytes) -> None:
    with pytest.raises(Invalid):
        await bring_in(at_desk, content)


@pytest.mark.databases("sqlite")
async def test_nobody_of_elsewhere_looks_takes_in_or_takes_out(at_desk: Town) -> None:
    for who in (at_desk.cast.outsider, at_desk.cast.zhou, at_desk.wu):
        for tried in (
            exchange.look_through(file(GOOD), viewer=who, place_id=at_desk.cast.here.id),
            exchange.bring_in(file(GOOD), by=who, place_id=at_desk.cast.here.id),
            exchange.ask_out(by=who, place_id=at_desk.cast.here.id, purpose="check", reason="对账"),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                await tried
