"""公布收支: sums of an estate and a month on the property board, once each, with repairs and how residents rate."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from forum import board_list, posts
from forum.posts import NewPost, Published
from forum.property.estates import lived_in, must_be_own, name_of, own_estates
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.statement import StatementKind
from models.transaction import Row, execute, fetch, fetch_one, listed, transaction
from models.wording import say
from nlp.mask import mask
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow, may
from people.records.small_groups import LEAST
from people.viewers import Viewer

MOST_LINES, MOST_NAME, MOST_FEN, MOST, STARS = 40, 40, 100_000_000_00, 60, 5
Key = tuple[int, str]
"""An estate and a month."""
_PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Sum:
    """A line: what it is, and how much in fen; what was spent is negative."""

    name: str
    fen: int


@dataclass(frozen=True, slots=True)
class NewStatement:
    """What is to be published."""

    estate_id: int
    kind: str
    period: str
    lines: tuple[Sum, ...]
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement as neighbours read it."""

    post_id: int
    kind: StatementKind
    lines: tuple[Sum, ...]

    @property
    def total(self) -> int:
        """What is left of it, in fen."""
        return sum(line.fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of an estate: what was published, how many repairs came and are done, and how it is rated.

    ``average`` is None where fewer than five rated; ``own`` what the viewer gave, None where they did not.
    """

    estate_id: int
    estate: str
    period: str
    statements: tuple[StatementView, ...]
    reported: int
    closed: int
    rated: int
    average: float | None
    own: int | None
    may_rate: bool


@dataclass(frozen=True, slots=True)
class EstateChoice:
    """An estate for which the viewer may publish."""

    id: int
    name: str


_INSERT = (
    "INSERT INTO statement (created_at, post_id, place_id, estate_id, kind, period) VALUES ($1,$2,$3,$4,$5,$6)"
    " ON CONFLICT (estate_id, kind, period) DO NOTHING RETURNING id"
)
_GIVEN_UP = (
    "DELETE FROM statement WHERE estate_id=$1 AND kind=$2 AND period=$3"
    " AND post_id IN (SELECT p.id FROM post p WHERE p.state='deleted')"
)


async def publish(new: NewStatement, *, by: Viewer, place_id: int) -> Published:
    """公布: a post with its sums, by the property company in its own estates; each month and kind once."""
    allow(by, "statement.publish", place_id)
    lines = _checked(new)
    estate = await name_of(new.estate_id, place_id)
    await must_be_own(by, place_id, estate_id=new.estate_id)
    about = (new.estate_id, new.kind, new.period)
    names = {"estate": estate, "kind": say(f"property.kind.{new.kind}"), "period": new.period}
    title = say("property.title", **names)

    async def along(post_id: int) -> None:
        await execute(_GIVEN_UP, *about)
        made = await fetch_one(_INSERT, clock.now(), post_id, place_id, *about)
        if made is None:
            raise Taken("property.published")
        for line in lines:
            write = "INSERT INTO statement_line (created_at, statement_id, name, fen) VALUES ($1,$2,$3,$4)"
            await execute(write, clock.now(), made["id"], line.name, line.fen)
        await record(by, "statement.publish", subject="statement", subject_id=made["id"], place_id=place_id)

    post = NewPost(BoardName.PROPERTY.value, new.text.strip() or title, title=title[:40], key=new.key)
    return await posts.publish(post, by=by, place_id=place_id, along=along)


def _checked(new: NewStatement) -> list[Sum]:
    if new.kind not in {*StatementKind}:
        raise Invalid("property.kind")
    if not _PERIOD.fullmatch(new.period) or new.period > f"{clock.today():%Y-%m}":
        raise Invalid("property.period")
    lines = [Sum(" ".join(mask(clean_input(one.name)).text.split()), one.fen) for one in new.lines]
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid("property.lines", most=MOST_LINES)
    if any(not 0 < len(one.name) <= MOST_NAME or abs(one.fen) > MOST_FEN for one in lines):
        raise Invalid("property.line", most=MOST_NAME)
    return lines


_RATE = (
    "INSERT INTO property_rating (created_at, place_id, estate_id, period, person_id, stars)"
    " VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (estate_id, period, person_id) DO NOTHING RETURNING id"
)
_SHOWN = (
    "SELECT s.id, s.post_id, s.estate_id, s.kind, s.period, e.name FROM statement s JOIN post p ON p.id=s.post_id"
    f" JOIN estate e ON e.id=s.estate_id WHERE s.place_id=$1 AND p.state IN ({SHOWN_SQL})"
)

_MONTHS = (
    f"{_SHOWN} AND (s.estate_id, s.period) IN (SELECT o.estate_id, o.period FROM statement o"
    f" JOIN post q ON q.id=o.post_id WHERE o.place_id=$1 AND q.state IN ({SHOWN_SQL})"
    f" GROUP BY o.estate_id, o.period ORDER BY o.period DESC, o.estate_id LIMIT {MOST})"
    " ORDER BY s.period DESC, e.name, s.kind"
)
"""Whole months, so that none is shown with some of what was published of it."""


async def rate(estate_id: int, period: str, *, by: Viewer, place_id: int, stars: int) -> None:
    """评价物业: who lives in the estate, once for a month of which something was published."""
    await board_list.board(BoardName.PROPERTY.value, viewer=by, place_id=place_id)
    allow(by, "statement.rate", place_id)
    if not 1 <= stars <= STARS:
        raise Invalid("property.stars", most=STARS)
    if not await fetch_one(f"{_SHOWN} AND s.estate_id=$2 AND s.period=$3 LIMIT 1", place_id, estate_id, period):
        raise NotFound("property.not_found")
    if by.person_id is None or estate_id not in await lived_in(by.person_id, place_id):
        raise NotAllowed("property.not_living")
    async with transaction():
        row = await fetch_one(_RATE, clock.now(), place_id, estate_id, period, by.person_id, stars)
        if row is None:
            raise Taken("property.rated")
        await record(by, "statement.rate", subject="estate", subject_id=estate_id, place_id=place_id, detail=period)


async def estates(*, viewer: Viewer, place_id: int) -> list[EstateChoice]:
    """能公布的小区: the company's own, or all of the place; nothing for who publishes nothing."""
    if not may(viewer, "statement.publish", place_id):
        return []
    own = await own_estates(viewer, place_id)
    rows = await fetch("SELECT id, name FROM estate WHERE place_id=$1 ORDER BY name", place_id)
    return [EstateChoice(row["id"], row["name"]) for row in rows if own is None or row["id"] in own]


async def months(*, viewer: Viewer, place_id: int) -> list[Month]:
    """物业公布: by month and estate, the latest first, for whoever reads the board; in the same few statements however
    much there is."""
    await board_list.board(BoardName.PROPERTY.value, viewer=viewer, place_id=place_id)
    groups: dict[Key, list[Row]] = {}
    for row in await fetch(_MONTHS, place_id):
        groups.setdefault((row["estate_id"], row["period"]), []).append(row)
    lines = await _lines([row["id"] for rows in groups.values() for row in rows])
    stars = await _stars(list(groups), viewer=viewer)
    repairs = await _repairs(list(groups))
    rates = viewer.person_id is not None and may(viewer, "statement.rate", place_id)
    lived = await lived_in(viewer.person_id or 0, place_id) if rates else frozenset[int]()
    return [
        _month(rows, lines, stars=stars.get(key), repairs=repairs[key], lives=key[0] in lived)
        for key, rows in groups.items()
    ]


async def _lines(ids: list[int]) -> dict[int, list[Sum]]:
    found: dict[int, list[Sum]] = {}
    sql = "SELECT statement_id, name, fen FROM statement_line WHERE statement_id IN"
    for row in await fetch(f"{sql} ({listed(ids)}) ORDER BY id"):
        found.setdefault(row["statement_id"], []).append(Sum(row["name"], row["fen"]))
    return found


_STARS = (
    "SELECT estate_id, period, count(*) AS rated, avg(stars) AS average,"
    " max(CASE WHEN person_id=$1 THEN stars END) AS own FROM property_rating WHERE {which}"
    " GROUP BY estate_id, period"
)
_REPAIRS = (
    "SELECT {at} AS at, count(*) AS reported, count(s.closed_at) AS closed FROM cases s JOIN team t ON t.id=s.team_id"
    " WHERE s.estate_id={estate} AND t.unit='property' AND s.merged_into_id IS NULL"
    " AND s.created_at>=${since} AND s.created_at<${until}"
)


async def _stars(keys: list[Key], *, viewer: Viewer) -> dict[Key, Row]:
    """How these months are rated, and no others: one statement for all."""
    if not keys:
        return {}
    which = " OR ".join(f"(estate_id={int(key[0])} AND period=${at})" for at, key in enumerate(keys, start=2))
    rows = await fetch(_STARS.format(which=which), viewer.person_id or 0, *(period for _, period in keys))
    return {(row["estate_id"], row["period"]): row for row in rows}


async def _repairs(keys: list[Key]) -> dict[Key, tuple[int, int]]:
    """How many repairs came in each month, and how many of them are closed: one statement for all."""
    if not keys:
        return {}
    parts = [
        _REPAIRS.format(at=at, estate=int(key[0]), since=2 * at + 1, until=2 * at + 2) for at, key in enumerate(keys)
    ]
    spans = [moment for _, period in keys for moment in _span(period)]
    rows = await fetch(" UNION ALL ".join(parts), *spans)
    return {keys[row["at"]]: (row["reported"], row["closed"]) for row in rows}


def _month(
    rows: list[Row], lines: dict[int, list[Sum]], *, stars: Row | None, repairs: tuple[int, int], lives: bool
) -> Month:
    rated, own = (stars["rated"], stars["own"]) if stars else (0, None)
    return Month(
        estate_id=rows[0]["estate_id"],
        estate=rows[0]["name"],
        period=rows[0]["period"],
        statements=tuple(
            StatementView(row["post_id"], StatementKind(row["kind"]), tuple(lines.get(row["id"], ()))) for row in rows
        ),
        reported=repairs[0],
        closed=repairs[1],
        rated=rated,
        average=round(float(stars["average"]), 1) if stars and rated >= LEAST else None,
        own=own,
        may_rate=lives and own is None,
    )


def _span(period: str) -> tuple[dt.datetime, dt.datetime]:
    """The month as moments."""
    year, month = int(period[:4]), int(period[5:])
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    return clock.midnight(dt.date(year, month, 1)), clock.midnight(after)
