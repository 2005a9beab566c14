"""An item as the database has it: what is offered, who is in line in which order, and who of them is first.

Who is first, that an offer expired, and how many are left are computed here, from rows and the clock, and stored
nowhere. Who no longer lives here stands in no line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.sight import LIVES, Found, hold, maybe, visible
from forum.states import STATES
from models import clock
from models.errors import NotAllowed, NotFound, Taken
from models.item import ItemMode, ItemState, LineState
from models.rules import rules
from models.transaction import Row, day, fetch, fetch_one, moment
from people.permissions import allow
from people.viewers import Viewer

STANDS = f"r.open_for IS NOT NULL AND (r.state='lent' OR {LIVES.format(who='r.person_id', at='r.place_id')})"
"""That a reservation ``r`` still counts: it waits or has the thing lent; in SQL."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in line, or who has it lent. ``meet_at`` is agreed on once both have said so."""

    id: int
    person_id: int
    state: LineState
    is_told: bool
    meet_at: dt.datetime | None
    spot: str
    giver_agreed: bool
    taker_agreed: bool
    due_on: dt.date | None

    @property
    def is_agreed(self) -> bool:
        """Whether there is a time to which both agreed."""
        return self.meet_at is not None and self.giver_agreed and self.taker_agreed

    def agreed_by(self, *, giver: bool) -> bool:
        """Whether one of the two sides has agreed to the time."""
        return self.giver_agreed if giver else self.taker_agreed


@dataclass(frozen=True, slots=True)
class Offered:
    """An item as it was just read, with its line. ``given`` are handed over for good."""

    id: int
    post: Found
    mode: ItemMode
    state: ItemState
    price_fen: int | None
    quantity: int
    lend_days: int | None
    spot: str
    fresh_at: dt.datetime
    bumps: int
    given: int
    giver_lives: bool
    line: tuple[Standing, ...]

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """Those in line, the first of all first."""
        return tuple(one for one in self.line if one.state is LineState.WAITING)

    @property
    def lent(self) -> tuple[Standing, ...]:
        """Those who have one of it now."""
        return tuple(one for one in self.line if one.state is LineState.LENT)

    @property
    def left(self) -> int:
        """How many are not handed over."""
        return max(0, self.quantity - self.given - len(self.lent))

    @property
    def firsts(self) -> tuple[Standing, ...]:
        """Those whose turn it is: as many as are left."""
        return self.waiting[: self.left]

    @property
    def is_shown(self) -> bool:
        """Whether every neighbour sees it."""
        return STATES[self.post.state].is_shown

    @property
    def expires_at(self) -> dt.datetime:
        """When it is no longer to be had, where nobody is in line."""
        return self.fresh_at + dt.timedelta(days=rules().items.expires_days)

    @property
    def is_expired(self) -> bool:
        """Whether its time is over; never while somebody is in line for it or has it lent."""
        return self.state is ItemState.OPEN and not self.line and self.expires_at <= clock.now()

    @property
    def is_open(self) -> bool:
        """Whether one may still get in line."""
        return self.state is ItemState.OPEN and self.giver_lives and not self.is_expired

    @property
    def bumps_at(self) -> dt.datetime:
        """From when its giver may bump it."""
        return self.fresh_at + dt.timedelta(days=rules().items.bump_days)

    @property
    def may_bump(self) -> bool:
        """Whether its giver may say now that it is still there."""
        is_due = self.is_expired or self.bumps_at <= clock.now()
        return self.state is ItemState.OPEN and is_due and self.bumps < rules().items.most_bumps

    def of(self, person_id: int | None) -> Standing | None:
        """Where somebody stands; None where they are not in line."""
        return next((one for one in self.line if one.person_id == person_id), None)

    def ahead(self, standing: Standing) -> int:
        """How many must let go, or bring theirs back, before it is somebody's turn; 0 where it is."""
        return max(0, self.waiting.index(standing) + 1 - self.left) if standing in self.waiting else 0


GIVER_LIVES = LIVES.format(who="p.author_id", at="i.place_id")
"""That who offers an item ``i`` by a post ``p`` still belongs here; in SQL."""
GIVEN = "(SELECT count(*) FROM reservation g WHERE g.item_id=i.id AND g.state='given')"
"""How many of an item ``i`` are handed over for good; in SQL."""
_ITEM = (
    f"SELECT i.*, {GIVEN} AS given, CASE WHEN {GIVER_LIVES} THEN 1 ELSE 0 END AS giver_lives FROM item i"
    " JOIN post p ON p.id=i.post_id WHERE i.post_id=$1"
)
LINE_OF = (
    "SELECT r.id, r.item_id, r.person_id, r.state, r.told_at, r.meet_at, r.spot, r.giver_agreed_at, r.taker_agreed_at,"
    f" r.due_on FROM reservation r WHERE r.item_id IN ({{items}}) AND {STANDS} ORDER BY r.id"
)
"""The lines of some items."""
_LINE = LINE_OF.format(items="$1")


async def offered(post_id: int, *, viewer: Viewer) -> Offered:
    """The item of a post, for whoever sees the post; NotFound where it has none."""
    found = await offered_on(await visible(post_id, viewer))
    if found is None:
        raise NotFound("item.not_found")
    return found


async def offered_on(post: Found) -> Offered | None:
    """The item of a post that its caller found, None where it has none."""
    row = await fetch_one(_ITEM, post.id)
    return read(row, post, await fetch(_LINE, row["id"])) if row is not None else None


def read(row: Row, post: Found, line: list[Row]) -> Offered:
    """An item from its row, its post, and the rows of its line."""
    return Offered(
        id=row["id"],
        post=post,
        mode=ItemMode(row["mode"]),
        state=ItemState(row["state"]),
        price_fen=row["price_fen"],
        quantity=row["quantity"],
        lend_days=row["lend_days"],
        spot=row["spot"],
        fresh_at=moment(row["fresh_at"]),
        bumps=row["bumps"],
        given=row["given"],
        giver_lives=bool(row["giver_lives"]),
        line=tuple(_standing(one) for one in line),
    )


def _standing(row: Row) -> Standing:
    return Standing(
        id=row["id"],
        person_id=row["person_id"],
        state=LineState(row["state"]),
        is_told=row["told_at"] is not None,
        meet_at=maybe(row["meet_at"]),
        spot=row["spot"],
        giver_agreed=row["giver_agreed_at"] is not None,
        taker_agreed=row["taker_agreed_at"] is not None,
        due_on=day(row["due_on"]),
    )


async def held(item: Offered) -> Offered:
    """Hold an item's row and its post's until the commit, and read it with its line anew: of two at once, also where
    one takes the post away, the second waits here, and reads what the first has left."""
    post = await hold(item.post.id)
    row = await fetch_one("UPDATE item SET version=version+1 WHERE id=$1 RETURNING id", item.id)
    found = await offered_on(item.post)
    if row is None or found is None or post is not item.post.state:
        raise Taken("item.changed")
    return found


async def own(post_id: int, *, by: Viewer, verb: str) -> Offered:
    """An item of one's own for a verb."""
    item = await offered(post_id, viewer=by)
    allow(by, verb, item.post.place_id)
    if item.post.author_id != by.person_id:
        raise NotAllowed("item.not_yours")
    return item


def of_line(item: Offered, line_id: int) -> Standing:
    """Somebody in line by the number of their reservation; NotFound where they are not in it any more."""
    found = next((one for one in item.line if one.id == line_id), None)
    if found is None:
        raise NotFound("item.nobody")
    return found
