"""月报: what a month was like in each neighbourhood, every number of it counted from rows; nobody types one.

Whole for the neighbourhood's own staff. Who stands above it reads no small group of people, nor anything by which one
could be worked out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from statistics import median

from casework import deadlines
from models import clock
from models.errors import Invalid
from models.rules import rules
from models.transaction import Row, fetch, listed, moment
from people import ages
from people.permissions import allow
from people.records.small_groups import parted, published
from people.scope import neighbourhoods_for, sees
from people.viewers import Viewer

FIRST_YEAR = 2020
UNKNOWN_AGE = "unknown"
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A month: its days, the day as of which people are counted, and its moments in UTC."""

    first: dt.date
    last: dt.date
    as_of: dt.date
    starts: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions of a kind are in a state."""

    kind: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    """One neighbourhood's month. None: a group too small to be told of; for ``percent_in_time`` and ``minutes`` (open
    time to the first answer, median): nothing was answered."""

    place_id: int
    name: str
    homes: int
    people: int | None
    moved_in: int | None
    moved_out: int | None
    by_age: dict[str, int | None]
    by_tag: dict[str, int | None]
    asked: tuple[Asked, ...]
    percent_in_time: int | None
    minutes: int | None
    alarms: int
    services: dict[str, int | None]
    served: int | None


def span_of(text: str) -> Span:
    """A month written ``2026-11``, '' for the present one; Invalid where it is none, or has not begun."""
    today = clock.today()
    try:
        first = dt.date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError as error:
        raise Invalid("month.wrong") from error
    if not first.year >= FIRST_YEAR or first > today:
        raise Invalid("month.wrong")
    following = (first + dt.timedelta(days=31)).replace(day=1)
    last = following - _ONE_DAY
    return Span(first, last, min(last, today), clock.midnight(first), clock.midnight(following))


_HERE = (
    "SELECT DISTINCT d.place_id, d.person_id FROM residence d WHERE d.place_id IN ({here})"
    " AND d.state IN ('living','moved_out') AND (d.since<=$1 OR d.since IS NULL AND d.created_at<$2)"
    " AND (d.until IS NULL OR d.until>$1)"
)
"""Who lived there at the end of day $1; of whom no first day is known, from when they came into the register."""
_PLACES = (
    "SELECT p.id, p.name, (SELECT count(*) FROM home h WHERE h.place_id=p.id AND h.created_at<$1) AS homes FROM place p"
    " WHERE p.id IN ({here}) ORDER BY p.name, p.id"
)
_BORN = f"SELECT m.place_id, n.born, count(*) AS n FROM ({_HERE}) m LEFT JOIN personal n ON n.person_id=m.person_id"
_TAGS = (
    f"SELECT m.place_id, t.name, count(*) AS n FROM ({_HERE}) m JOIN person_tag t ON t.person_id=m.person_id"
    " AND t.place_id+0=m.place_id AND t.created_at<$2 GROUP BY m.place_id, t.name"
)
_MOVED = (
    "SELECT place_id, count(DISTINCT CASE WHEN since BETWEEN $1 AND $2 THEN person_id END) AS moved_in,"
    " count(DISTINCT CASE WHEN until BETWEEN $1 AND $2 THEN person_id END) AS moved_out FROM residence"
    " WHERE place_id IN ({here}) AND state IN ('living','moved_out') GROUP BY place_id"
)
_ASKED = (
    "SELECT place_id, kind, state, count(*) AS n,"
    " sum(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END) AS answered,"
    " sum(CASE WHEN answered_at<=first_due THEN 1 ELSE 0 END) AS in_time FROM question"
    " WHERE place_id IN ({here}) AND created_at>=$1 AND created_at<$2 GROUP BY place_id, kind, state"
    " ORDER BY kind, state"
)
_ANSWERS = (
    "SELECT q.place_id, q.created_at AS asked_at, min(s.created_at) AS answered_at FROM question q"
    " JOIN question_step s ON s.question_id=q.id AND s.verb IN ('question.contact','question.reply')"
    " WHERE q.place_id IN ({here}) AND q.created_at>=$1 AND q.created_at<$2 GROUP BY q.id, q.place_id, q.created_at"
)
_ALARMS = (
    "SELECT place_id, count(*) AS n FROM alarm WHERE place_id IN ({here}) AND created_at>=$1 AND created_at<$2"
    " GROUP BY place_id"
)
_SERVICES = (
    "SELECT place_id, kind, count(*) AS n FROM service WHERE place_id IN ({here}) AND struck_at IS NULL"
    " AND day BETWEEN $1 AND $2 GROUP BY place_id, kind"
)
_SERVED = (
    "SELECT place_id, count(DISTINCT person_id) AS n FROM service WHERE place_id IN ({here}) AND struck_at IS NULL"
    " AND day BETWEEN $1 AND $2 GROUP BY place_id"
)


class _Counted:
    """The rows of every statement by place."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], list[Row]] = {}

    def keep(self, name: str, rows: Iterable[Row]) -> None:
        """Rows of a statement."""
        for row in rows:
            self._rows.setdefault((name, row["place_id"]), []).append(row)

    def of(self, name: str, place_id: int) -> list[Row]:
        """Those of a place."""
        return self._rows.get((name, place_id), [])

    def one(self, name: str, place_id: int) -> Row:
        """The only one of a place, or an empty one."""
        return next(iter(self.of(name, place_id)), {})


async def months(span: Span, *, viewer: Viewer) -> list[Month]:
    """The month of every neighbourhood the viewer works in, or that lies below their place; ten statements."""
    allow(viewer, "figures.read", None)
    places = await neighbourhoods_for(viewer, "figures.read")
    here = listed(sorted(places))
    counted = _Counted()
    lived, within, during = (span.as_of, span.ends), (span.starts, span.ends), (span.first, span.last)
    for name, sql, values in (
        ("born", f"{_BORN} GROUP BY m.place_id, n.born", lived),
        ("tags", _TAGS, lived),
        ("moved", _MOVED, during),
        ("asked", _ASKED, within),
        ("answers", _ANSWERS, within),
        ("alarms", _ALARMS, within),
        ("services", _SERVICES, during),
        ("served", _SERVED, during),
    ):
        counted.keep(name, await fetch(sql.format(here=here), *values))
    rows = await fetch(_PLACES.format(here=here), span.ends)
    return [_month(row, counted, span=span, is_whole=sees(viewer, "person.read", row["id"])) for row in rows]


def _month(place: Row, counted: _Counted, *, span: Span, is_whole: bool) -> Month:
    place_id = place["id"]
    by_age, by_tag = _by_age(counted.of("born", place_id), span=span), _by_tag(counted.of("tags", place_id))
    people = sum(by_age.values())
    moved, asked = counted.one("moved", place_id), counted.of("asked", place_id)
    served = int(counted.one("served", place_id).get("n", 0))
    answered, in_time = (sum(int(row[name] or 0) for row in asked) for name in ("answered", "in_time"))
    return Month(
        place_id=place_id,
        name=place["name"],
        homes=place["homes"],
        people=people if is_whole else published(people, of=people),
        moved_in=_told(int(moved.get("moved_in", 0)), is_whole=is_whole),
        moved_out=_told(int(moved.get("moved_out", 0)), is_whole=is_whole),
        by_age={**by_age} if is_whole else parted(by_age),
        by_tag={**by_tag} if is_whole else _said(by_tag, of=people),
        asked=tuple(Asked(row["kind"], row["state"], row["n"]) for row in asked),
        percent_in_time=round(100 * in_time / answered) if answered else None,
        minutes=_minutes(counted.of("answers", place_id)),
        alarms=int(counted.one("alarms", place_id).get("n", 0)),
        services={
            kind: _told(count, is_whole=is_whole) for kind, count in _by_kind(counted.of("services", place_id)).items()
        },
        served=served if is_whole else published(served, of=people),
    )


def _told(count: int, *, is_whole: bool) -> int | None:
    """A count of happenings; few of them could be one person's, and are not told from afar."""
    return count if is_whole else published(count, of=count)


def _by_age(rows: list[Row], *, span: Span) -> dict[str, int]:
    """People of each band of ages at the end of the month, and those of whom no birthday is known."""
    found = {f"{band.least}-{band.most}": 0 for band in ages.bands(rules().age_bands)}
    names = {age: name for name, band in zip(found, ages.bands(rules().age_bands), strict=True) for age in _every(band)}
    found[UNKNOWN_AGE] = 0
    for row in rows:
        born = row["born"] if not isinstance(row["born"], str) else dt.date.fromisoformat(row["born"])
        name = UNKNOWN_AGE if born is None else names.get(ages.age_on(span.as_of, born=born), UNKNOWN_AGE)
        found[name] += row["n"]
    return found


def _every(band: ages.Span) -> range:
    return range(band.least, band.most + 1)


def _by_tag(rows: list[Row]) -> dict[str, int]:
    counted = {row["name"]: row["n"] for row in rows}
    return {name: counted.get(name, 0) for name in dict.fromkeys((*rules().tags, *sorted(counted)))}


def _said(by_tag: dict[str, int], *, of: int) -> dict[str, int | None]:
    """Words of a neighbourhood's own stay there."""
    return {name: published(by_tag[name], of=of) for name in rules().tags}


def _by_kind(rows: list[Row]) -> dict[str, int]:
    counted = {row["kind"]: row["n"] for row in rows}
    return {kind: counted.get(kind, 0) for kind in dict.fromkeys((*rules().services, *sorted(counted)))}


def _minutes(rows: list[Row]) -> int | None:
    """The median of the open time from question to first answer."""
    took = [deadlines.worked(moment(row["asked_at"]), moment(row["answered_at"])).total_seconds() / 60 for row in rows]
    return ceil(median(took)) if took else None
