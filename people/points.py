"""Points (积分): for reports that were checked and nothing else, seen by nobody but whose they are; staff see sums.

A row is never changed: what somebody has is the sum of their rows, and what turns out false is taken back by a row of
its own. The same place and kind of work counts once in a span, however many report it; a month has its most.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.person import WORKS_HERE
from models.point import BackReason, PointKind
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow, allow_somewhere
from people.scope import must_see
from people.viewers import Viewer

MOST_LINES, MOST_MONTHS = 200, 12
BY_STAFF = (BackReason.FALSE, BackReason.TWICE)
"""Why somebody may take points back; the other reasons come of what is done to the case."""


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """A report that somebody checked: whose it is, of which case, about which spot and kind of work, and since when."""

    place_id: int
    person_id: int
    case_id: int
    spot: str
    work_kind: str
    reported_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PointLine:
    """A row as its owner sees it."""

    amount: int
    kind: PointKind
    reason: BackReason | None
    at: dt.datetime
    case_number: str
    work_kind: str


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """What somebody has, what they were given this month, and the rows it is the sum of, the newest first."""

    balance: int
    this_month: int
    lines: tuple[PointLine, ...]


@dataclass(frozen=True, slots=True)
class MonthSum:
    """A month of a neighbourhood: points given, taken back of them, and to how many people; nobody by name."""

    month: str
    given: int
    taken_back: int
    people: int


_LIVES_HERE = (
    "SELECT 1 FROM role r WHERE r.person_id=$1 AND r.place_id=$2 AND NOT EXISTS"
    f" (SELECT 1 FROM role w WHERE w.person_id=$1 AND w.name IN {WORKS_HERE})"
)
_HOLD_SPOT = (
    "INSERT INTO point_spot (created_at, place_id, spot, work_kind) VALUES ($1,$2,$3,$4)"
    " ON CONFLICT (place_id, spot, work_kind) DO UPDATE SET spot=excluded.spot"
)
_STANDS = "NOT EXISTS (SELECT 1 FROM point b WHERE b.takes_back_id=p.id)"
_COUNTED = (
    f"SELECT 1 FROM point p WHERE p.kind='report' AND {_STANDS} AND (p.case_id=$1 OR (p.place_id=$2 AND p.spot=$3"
    " AND p.work_kind=$4 AND p.happened_at>$5 AND p.happened_at<$6))"
)
_OF_MONTH = "SELECT COALESCE(sum(amount), 0) AS n FROM point WHERE person_id=$1 AND month=$2"
_TIMES_BACK = "SELECT count(*) AS n FROM point WHERE case_id=$1 AND kind='back'"
_WRITE = (
    "INSERT INTO point (created_at, place_id, person_id, kind, amount, month, happened_at, case_id, work_kind, spot,"
    " takes_back_id, once, reason, by_id) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)"
    " ON CONFLICT DO NOTHING RETURNING id"
)


async def give(report: CheckedReport, *, by: Viewer) -> int:
    """给积分: for a report that was checked; gives how many, which is 0 for who works here, for a spot and kind that
    counted already, and beyond the month's most."""
    allow(by, "points.give", report.place_id)
    settings = rules().points
    if settings.report == 0 or await fetch_one(_LIVES_HERE, report.person_id, report.place_id) is None:
        return 0
    month = f"{clock.today():%Y-%m}"
    async with transaction():
        await _hold(report)
        if await _is_counted(report, span=dt.timedelta(days=settings.span_days)):
            return 0
        amount = min(settings.report, settings.month_most - await _sum(_OF_MONTH, report.person_id, month))
        if amount <= 0:
            return 0
        once = f"case:{report.case_id}:{await _sum(_TIMES_BACK, report.case_id)}"
        values = (report.place_id, report.person_id, PointKind.REPORT, amount, month, report.reported_at)
        about = (report.case_id, report.work_kind, report.spot)
        row = await fetch_one(_WRITE, clock.now(), *values, *about, None, once, None, by.person_id)
        if row is None:
            raise Taken("points.given")
        await record(by, "points.give", subject="point", subject_id=row["id"], place_id=report.place_id)
    return amount


async def _hold(report: CheckedReport) -> None:
    """The rows of the spot and of the person, in this order: whoever asks for either at the same time waits."""
    await execute(_HOLD_SPOT, clock.now(), report.place_id, report.spot, report.work_kind)
    await execute("UPDATE person SET is_active=is_active WHERE id=$1", report.person_id)


async def _is_counted(report: CheckedReport, *, span: dt.timedelta) -> bool:
    """Whether this case, or another of the same spot and kind reported within the span, has points that stand."""
    near = (report.reported_at - span, report.reported_at + span)
    spot = (report.place_id, report.spot, report.work_kind)
    return await fetch_one(_COUNTED, report.case_id, *spot, *near) is not None


async def _sum(sql: str, *values: object) -> int:
    row = await fetch_one(sql, *values)
    return int(row["n"]) if row else 0


_GIVEN = (
    "SELECT p.id, p.place_id, p.person_id, p.amount, p.month, p.happened_at, p.case_id, p.work_kind, p.spot"
    f" FROM point p WHERE p.case_id=$1 AND p.kind='report' AND {_STANDS}"
)


async def take_back_of_case(case_id: int, *, by: Viewer, reason: BackReason) -> int:
    """收回积分: what was given for a case that no longer counts; gives how many, 0 where none were given."""
    allow_somewhere(by, "points.take_back")
    async with transaction():
        row = await fetch_one(_GIVEN, case_id)
        if row is None:
            return 0
        allow(by, "points.take_back", row["place_id"])
        return await _take_back(row, by=by, reason=reason)


async def take_back(number: str, *, by: Viewer, place_id: int, reason: str) -> int:
    """收回积分: of a case that turned out false, by its number; for a reason of the list."""
    must_see(by, "points.take_back", place_id, thing="place")
    if reason not in {*BY_STAFF}:
        raise Invalid("points.needs_reason")
    async with transaction():
        case = await fetch_one("SELECT id FROM cases WHERE place_id=$1 AND number=$2", place_id, number.strip().upper())
        if case is None:
            raise NotFound("case.not_found")
        row = await fetch_one(_GIVEN, case["id"])
        if row is None:
            raise WrongState("points.none_given", number=number.strip().upper())
        return await _take_back(row, by=by, reason=BackReason(reason))


async def _take_back(row: Row, *, by: Viewer, reason: BackReason) -> int:
    """A row against another, once; it belongs to the same month, whose most it frees."""
    values = (row["place_id"], row["person_id"], PointKind.BACK, -row["amount"], row["month"])
    about = (moment(row["happened_at"]), row["case_id"], row["work_kind"], row["spot"])
    once = f"back:{row['id']}"
    made = await fetch_one(_WRITE, clock.now(), *values, *about, row["id"], once, reason, by.person_id)
    if made is None:
        raise Taken("points.taken_back")
    await record(by, "points.take_back", subject="point", subject_id=row["id"], place_id=row["place_id"])
    return int(row["amount"])


_LINES = (
    "SELECT p.amount, p.kind, p.reason, p.created_at, p.work_kind, COALESCE(c.number, '') AS number FROM point p"
    f" LEFT JOIN cases c ON c.id=p.case_id WHERE p.person_id=$1 ORDER BY p.id DESC LIMIT {MOST_LINES}"
)
_BALANCE = (
    "SELECT COALESCE(sum(amount), 0) AS balance, COALESCE(sum(CASE WHEN month=$2 THEN amount END), 0) AS this_month"
    " FROM point WHERE person_id=$1"
)


async def mine(*, viewer: Viewer) -> OwnPoints:
    """我的积分: one's own, and what for."""
    allow(viewer, "points.read", None)
    if viewer.person_id is None:
        raise NotFound("person.not_found")
    row = await fetch_one(_BALANCE, viewer.person_id, f"{clock.today():%Y-%m}")
    assert row is not None
    return OwnPoints(int(row["balance"]), int(row["this_month"]), await lines_of(viewer.person_id))


async def lines_of(person_id: int) -> tuple[PointLine, ...]:
    """Somebody's rows, for what its caller shows to nobody but them."""
    return tuple(_line(row) for row in await fetch(_LINES, person_id))


def _line(row: Row) -> PointLine:
    reason = BackReason(row["reason"]) if row["reason"] else None
    kind, at = PointKind(row["kind"]), moment(row["created_at"])
    return PointLine(row["amount"], kind, reason, at, row["number"], row["work_kind"])


_SUMS = (
    "SELECT month, COALESCE(sum(CASE WHEN amount>0 THEN amount END), 0) AS given,"
    " COALESCE(-sum(CASE WHEN amount<0 THEN amount END), 0) AS taken_back, count(DISTINCT person_id) AS people"
    f" FROM point WHERE place_id=$1 GROUP BY month ORDER BY month DESC LIMIT {MOST_MONTHS}"
)


async def sums(*, viewer: Viewer, place_id: int) -> list[MonthSum]:
    """积分合计: by month, for staff; never who has how many."""
    must_see(viewer, "points.count", place_id, thing="place")
    rows = await fetch(_SUMS, place_id)
    return [MonthSum(row["month"], int(row["given"]), int(row["taken_back"]), int(row["people"])) for row in rows]
