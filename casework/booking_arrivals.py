"""到了: who booked a time is there, and because of which matter; trips of cases and mediations are counted from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from tortoise.expressions import Q

from casework.bookings import BookingLine, of_day
from casework.cases import sight as case_sight
from casework.cases import trips as case_trips
from casework.loop import OPEN_CASES, OPEN_MEDIATIONS
from casework.mediation import sight as mediation_sight
from casework.mediation import trips as mediation_trips
from models import clock
from models.case import Case
from models.errors import Invalid, NotFound, Taken, WrongState
from models.mediation import Mediation, Party
from models.transaction import Row, execute, fetch, fetch_one, listed, moment, transaction
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

VERB = "booking.arrive"
EARLY, LATE = dt.timedelta(hours=2), dt.timedelta(days=2)
"""So long before its time somebody may be there; so long after it, it may still be written down."""
MOST = 20


class About(StrEnum):
    """Because of what somebody came."""

    CASE = "case"
    MEDIATION = "mediation"


@dataclass(frozen=True, slots=True)
class Matter:
    """An open case or mediation of somebody, because of which they may have come."""

    about: About
    id: int
    number: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A booking of a day: since when they are there, and because of what they may have come."""

    line: BookingLine
    came_at: dt.datetime | None
    may_arrive: bool
    matters: tuple[Matter, ...]


async def expected(*, viewer: Viewer, place_id: int, on: dt.date) -> list[Expected]:
    """一天的预约: who comes when, who is there, and what of theirs is open; for staff."""
    lines = await of_day(viewer=viewer, place_id=place_id, on=on)
    ids = listed([one.id for one in lines])
    came = {row["id"]: row["came_at"] for row in await fetch(f"SELECT id, came_at FROM booking WHERE id IN ({ids})")}
    matters = await _matters(sorted({one.person_id for one in lines}), viewer=viewer)
    return [_expected(one, came.get(one.id), tuple(matters.get(one.person_id, ()))) for one in lines]


def _expected(line: BookingLine, came_at: str | dt.datetime | None, matters: tuple[Matter, ...]) -> Expected:
    at = moment(came_at) if came_at is not None else None
    return Expected(line, at, at is None and _is_time(line.starts_at), matters)


def _is_time(starts_at: dt.datetime) -> bool:
    return starts_at - EARLY <= clock.now() <= starts_at + LATE


async def _matters(people: list[int], *, viewer: Viewer) -> dict[int, list[Matter]]:
    """What of these people is open and seen by this viewer, of each the newest first."""
    found: dict[int, list[Matter]] = {}
    cases = Case.filter(
        await case_sight.seen_by(viewer),
        Q(reporters__person_id__in=people or [0]) | Q(reporters__conversation__contact__person_id__in=people or [0]),
        reporters__left_at__isnull=True,
        state__in=[*OPEN_CASES],
    )
    values = ("id", "number", "reporters__person_id", "reporters__conversation__contact__person_id")
    for case_id, number, *whose in await cases.order_by("-id").limit(MOST * 10).values_list(*values):
        _add(found, next((one for one in whose if one in people), 0), Matter(About.CASE, case_id, number))
    open_ones = Mediation.filter(await mediation_sight.seen_by(viewer), state__in=[*OPEN_MEDIATIONS])
    own = open_ones.filter(sides__person_id__in=people or [0]).order_by("-id").limit(MOST * 10)
    for mediation_id, number, person_id in await own.values_list("id", "number", "sides__person_id"):
        _add(found, person_id, Matter(About.MEDIATION, mediation_id, number))
    return found


def _add(found: dict[int, list[Matter]], person_id: int, matter: Matter) -> None:
    mine = found.setdefault(person_id, [])
    if matter not in mine and len(mine) < MOST:
        mine.append(matter)


async def arrive(booking_id: int, *, by: Viewer, about: About | str = "", matter_id: int = 0) -> None:
    """到了: who booked is there, once; because of a case or a mediation of theirs it is one trip more of that."""
    row = await fetch_one("SELECT id, place_id, person_id, starts_at, once FROM booking WHERE id=$1", booking_id)
    if row is None:
        raise NotFound("booking.not_found")
    must_see(by, VERB, row["place_id"], thing="booking")
    if not _is_time(moment(row["starts_at"])):
        raise WrongState("booking.not_time")
    async with transaction():
        stands = "UPDATE booking SET came_at=$1 WHERE id=$2 AND came_at IS NULL AND once IS NOT NULL"
        if await execute(stands, clock.now(), booking_id) != 1:
            raise Taken("booking.came_already")
        await record(by, VERB, subject="booking", subject_id=booking_id, place_id=row["place_id"])
        if about:
            await _trip(row, by=by, about=about, matter_id=matter_id)


async def _trip(row: Row, *, by: Viewer, about: About | str, matter_id: int) -> None:
    """Only of what is theirs and open, as the list named it."""
    matters = (await _matters([row["person_id"]], viewer=by)).get(row["person_id"], [])
    if not any((one.about, one.id) == (about, matter_id) for one in matters):
        raise Invalid("booking.not_theirs")
    if about == About.CASE:
        await case_trips.trip(matter_id, by=by)
        return
    party = await _party(matter_id, row["person_id"])
    await mediation_trips.trip(matter_id, by=by, party=party, booking_id=row["id"])


async def _party(mediation_id: int, person_id: int) -> Party:
    side = await fetch_one(
        "SELECT party FROM mediation_side WHERE mediation_id=$1 AND person_id=$2 ORDER BY id", mediation_id, person_id
    )
    if side is None:
        raise Invalid("booking.not_theirs")
    return Party(side["party"])
