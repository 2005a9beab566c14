"""约时间: a time and a place for handing it over, which stand once both have agreed, and who did not come."""

from __future__ import annotations

import datetime as dt

from casework.once import is_first
from forum.items import goods, lines, telling
from forum.items.sight import Offered, Standing, held, of_line, offered
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.item import LineState
from models.transaction import execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import SYSTEM, Viewer

FURTHEST = dt.timedelta(days=30)
REMIND_BEFORE = dt.timedelta(hours=24)
SAYS_MISSED = dt.timedelta(days=14)
"""How far away an appointment may lie, how long before it both are reminded, and how long after it one may say that
the other did not come."""
_SIDES = {True: "giver_agreed_at", False: "taker_agreed_at"}


async def _side(post_id: int, line_id: int, *, by: Viewer, verb: str) -> tuple[Offered, bool]:
    """The item, and whether who acts is its giver; NotFound for whoever is neither side."""
    item = await offered(post_id, viewer=by)
    allow(by, verb, item.post.place_id)
    is_giver = item.post.author_id == by.person_id
    if not is_giver and of_line(item, line_id).person_id != by.person_id:
        raise NotFound("item.nobody")
    return item, is_giver


def _first(item: Offered, line_id: int) -> Standing:
    """Somebody whose turn it is; WrongState for who still waits or has it already."""
    one = of_line(item, line_id)
    if one not in item.firsts:
        raise WrongState("item.not_your_turn")
    return one


async def meet(post_id: int, line_id: int, *, by: Viewer, at: dt.datetime, spot: str = "") -> None:
    """约时间: either side proposes, or proposes another; the other is asked."""
    item, is_giver = await _side(post_id, line_id, by=by, verb="item.meet")
    if not clock.now() < at <= clock.now() + FURTHEST:
        raise Invalid("item.meet_when")
    where = goods.must_be_spot(spot or item.spot)
    async with transaction():
        item = await held(item)
        one = _first(item, line_id)
        agreed = (clock.now(), None) if is_giver else (None, clock.now())
        await execute(
            "UPDATE reservation SET meet_at=$1, spot=$2, giver_agreed_at=$3, taker_agreed_at=$4 WHERE id=$5",
            at,
            where,
            *agreed,
            one.id,
        )
        await record(by, "item.meet", subject="item", subject_id=item.id, place_id=item.post.place_id)
        await _tell_other(item, one.id, "meet", by_giver=is_giver)


async def confirm(post_id: int, line_id: int, *, by: Viewer, at: dt.datetime) -> None:
    """就这个时间: agree to the time as it was read; Taken where the other side has proposed another since."""
    item, is_giver = await _side(post_id, line_id, by=by, verb="item.confirm")
    async with transaction():
        item = await held(item)
        one = _first(item, line_id)
        if one.meet_at != at:
            raise Taken("item.meet_changed")
        if at <= clock.now():
            raise WrongState("item.meet_past")
        if one.agreed_by(giver=is_giver):
            return
        await execute(f"UPDATE reservation SET {_SIDES[is_giver]}=$1 WHERE id=$2", clock.now(), one.id)
        await record(by, "item.confirm", subject="item", subject_id=item.id, place_id=item.post.place_id)
        await _tell_other(item, one.id, "met", by_giver=is_giver)


async def _tell_other(item: Offered, line_id: int, key: str, *, by_giver: bool) -> None:
    """Tell the other side of the time as it stands now."""
    now = of_line(await held(item), line_id)
    giver, taker = item.post.author_id, now.person_id
    who = await telling.name_of(giver if by_giver else taker, item.post.place_id)
    await telling.tell(item, taker if by_giver else giver, key, who=who, when=telling.when_and_where(now))


async def miss(post_id: int, line_id: int, *, by: Viewer) -> None:
    """没来: one side says that the other did not come to what both had agreed to. A taker who did not is out of the
    line, and the next is first; either may have staff look at it."""
    item, is_giver = await _side(post_id, line_id, by=by, verb="item.miss")
    async with transaction():
        item = await held(item)
        one = _missed(item, line_id)
        person_id = one.person_id if is_giver else item.post.author_id
        await _note(item, one, person_id, by=by)
        if is_giver:
            await lines.end(one, LineState.MISSED)
        else:
            await execute(
                "UPDATE reservation SET meet_at=NULL, giver_agreed_at=NULL, taker_agreed_at=NULL WHERE id=$1", one.id
            )
        await record(by, "item.miss", subject="item", subject_id=item.id, place_id=item.post.place_id)
        await telling.tell(item, person_id, "missed", when=telling.when_and_where(one))
        await lines.tell_next(item)


def _missed(item: Offered, line_id: int) -> Standing:
    """An appointment that is over, and not for long."""
    one = _first(item, line_id)
    if not one.is_agreed or one.meet_at is None:
        raise WrongState("item.not_agreed")
    if not one.meet_at < clock.now() <= one.meet_at + SAYS_MISSED:
        raise WrongState("item.not_missed")
    return one


async def _note(item: Offered, one: Standing, person_id: int, *, by: Viewer) -> None:
    row = await fetch_one(
        "INSERT INTO no_show (created_at, place_id, person_id, reservation_id, meet_at, by_id)"
        " VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (reservation_id, person_id, meet_at) DO NOTHING RETURNING id",
        clock.now(),
        item.post.place_id,
        person_id,
        one.id,
        one.meet_at,
        by.person_id,
    )
    if row is None:
        raise Taken("item.changed")


_TO_REMIND = (
    "SELECT r.id, r.meet_at, i.post_id FROM reservation r JOIN item i ON i.id=r.item_id WHERE r.state='waiting'"
    " AND r.open_for IS NOT NULL AND r.giver_agreed_at IS NOT NULL AND r.taker_agreed_at IS NOT NULL"
    " AND r.meet_at>$1 AND r.meet_at<$2 AND r.giver_agreed_at<$3 AND r.taker_agreed_at<$3 ORDER BY r.meet_at, r.id"
)


async def remind(*, by: Viewer) -> int:
    """提醒约定: by day, both sides of what is agreed for the next day, once; gives of how many appointments. Who agreed
    within the hour needs no reminder yet."""
    allow(by, "item.remind", None)
    now = clock.now()
    if is_quiet(now):
        return 0
    rows = await fetch(_TO_REMIND, now, now + REMIND_BEFORE, now - dt.timedelta(hours=1))
    marks = {_mark(row["id"], moment(row["meet_at"])): row for row in rows}
    names = ", ".join(f"'{mark}'" for mark in marks) or "''"
    told = {row["name"] for row in await fetch(f"SELECT name FROM counter WHERE name IN ({names})")}
    return sum([await _remind(row["post_id"], row["id"]) for mark, row in marks.items() if mark not in told])


def _mark(line_id: int, at: dt.datetime) -> str:
    """Of one appointment one is reminded once; of another time, once more."""
    return f"item.meet:{line_id}:{int(at.timestamp())}"


async def _remind(post_id: int, line_id: int) -> bool:
    """Nothing where it was let go, or its post is not shown any more."""
    async with transaction():
        item = await held(await offered(post_id, viewer=SYSTEM))
        one = next((one for one in item.firsts if one.id == line_id and one.is_agreed), None)
        if one is None or one.meet_at is None or not item.is_shown:
            return False
        if not await is_first(_mark(line_id, one.meet_at)):
            return False
        for person_id in (one.person_id, item.post.author_id):
            await telling.tell(item, person_id, "meet_soon", when=telling.when_and_where(one))
    return True
