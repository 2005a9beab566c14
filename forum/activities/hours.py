"""志愿时长: what somebody has done as a volunteer, in minutes; shifts that overlap count once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from forum.states import SHOWN_SQL
from models import clock
from models.errors import Invalid, NotFound
from models.transaction import Row, fetch, fetch_one, moment, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A time somebody was there as a volunteer, and of what."""

    title: str
    begins: dt.datetime
    ends: dt.datetime

    @property
    def minutes(self) -> int:
        """How long it was by itself."""
        return minutes_of([self])


@dataclass(frozen=True, slots=True)
class Hours:
    """What somebody did between two days, the latest first; ``minutes`` counts what overlaps once."""

    name: str
    place: str
    since: dt.date | None
    until: dt.date | None
    shifts: tuple[Shift, ...]
    minutes: int


def minutes_of(shifts: Iterable[Shift]) -> int:
    """Whole minutes in the union of some times: each moment counts once, however many shifts it lies in."""
    total, reached = dt.timedelta(0), dt.datetime.min.replace(tzinfo=dt.UTC)
    for one in sorted(shifts, key=lambda shift: shift.begins):
        total += max(dt.timedelta(0), one.ends - max(one.begins, reached))
        reached = max(reached, one.ends)
    return int(total.total_seconds()) // 60


_SHIFTS = (
    f"SELECT CASE WHEN p.state IN ({SHOWN_SQL}) THEN p.title ELSE '' END AS title, s.hours_from, s.hours_until"
    " FROM sign_up s JOIN activity a ON a.id=s.activity_id JOIN post p ON p.id=a.post_id WHERE s.person_id=$1"
    " AND s.place_id=$2 AND s.state='in' AND s.present_at IS NOT NULL AND a.is_volunteering AND a.state='on'"
    " AND s.hours_until<=$3 AND s.hours_until>$4 AND s.hours_from<$5 ORDER BY s.hours_from DESC, s.id DESC"
    f" LIMIT {MOST}"
)
_EVER = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(9000, 1, 1, tzinfo=dt.UTC))
_IS_OF = (
    "SELECT 1 FROM person p WHERE p.id=$1 AND (p.place_id=$2 OR EXISTS (SELECT 1 FROM residence d"
    " WHERE d.person_id=p.id AND d.place_id=$2 AND d.state IN ('living', 'moved_out')))"
)
"""Whom a neighbourhood keeps, and who lives or lived there though another one keeps them."""
_WHO = "SELECT p.name, l.name AS place FROM person p JOIN place l ON l.id=$2 WHERE p.id=$1"


async def mine(
    *, viewer: Viewer, place_id: int | None = None, since: dt.date | None = None, until: dt.date | None = None
) -> Hours:
    """我的志愿时长: one's own, of what has ended, in a neighbourhood (None: the one that keeps them)."""
    place_id = place_id or viewer.place_id
    allow(viewer, "hours.read", None)
    if viewer.person_id is None or place_id is None:
        raise NotFound("person.not_found")
    return await _hours(viewer.person_id, place_id, since=since, until=until)


async def certify(
    person_id: int, *, by: Viewer, place_id: int, since: dt.date | None = None, until: dt.date | None = None
) -> Hours:
    """志愿时长证明: of somebody of the neighbourhood, to be printed and stamped for them."""
    must_see(by, "hours.certify", place_id, thing="person")
    if await fetch_one(_IS_OF, person_id, place_id) is None:
        raise NotFound("person.not_found")
    async with transaction():
        await record(by, "hours.certify", subject="person", subject_id=person_id, place_id=place_id)
    return await _hours(person_id, place_id, since=since, until=until)


async def _hours(person_id: int, place_id: int, *, since: dt.date | None, until: dt.date | None) -> Hours:
    if since is not None and until is not None and since > until:
        raise Invalid("activity.span_wrong")
    begins = clock.midnight(since) if since else _EVER[0]
    ends = clock.midnight(until + dt.timedelta(days=1)) if until else _EVER[1]
    who = await fetch_one(_WHO, person_id, place_id)
    assert who is not None
    shifts = tuple(
        _shift(row, begins, ends) for row in await fetch(_SHIFTS, person_id, place_id, clock.now(), begins, ends)
    )
    return Hours(who["name"], who["place"], since, until, shifts, minutes_of(shifts))


def _shift(row: Row, begins: dt.datetime, ends: dt.datetime) -> Shift:
    title = row["title"] or say("activity.untitled")
    return Shift(title, max(moment(row["hours_from"]), begins), min(moment(row["hours_until"]), ends))
