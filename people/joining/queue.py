"""The requests that wait in a neighbourhood, as staff see them: oldest first, with who may be meant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.household import Relation
from models.joining import JoinState
from models.transaction import Row, fetch, fetch_one, moment
from people.joining.deciding import is_vouched_only
from people.joining.matching import Match, is_other_name, matches_of
from people.joining.states import READ, address, request_row
from people.personal import hidden
from people.scope import must_see
from people.viewers import Viewer

PAGE = 30


@dataclass(frozen=True, slots=True)
class JoinLine:
    """A request in the queue. ``home_id`` is None where the building has no such home.

    ``asker`` is the real name of whoever the chat that asks belongs to by now, '' where it is nobody's yet.
    """

    id: int
    version: int
    place_id: int
    home_id: int | None
    address: str
    name: str
    shown_name: str
    relation: Relation
    phone: str
    helper_name: str
    channel: str
    state: JoinState
    asked_at: dt.datetime
    expires_at: dt.datetime
    vouched_by: str
    decided_by: str
    decided_at: dt.datetime | None
    reason: str
    words: str
    asker: str
    is_other_name: bool
    is_vouched_only: bool

    @property
    def is_known(self) -> bool:
        """Whether the asker has joined before, with this chat, and asks for themselves."""
        return bool(self.asker) and not self.helper_name


_LINES = READ.replace(
    " FROM join_request j",
    ", COALESCE(v.name, '') AS vouched_name, COALESCE(w.name, '') AS decided_name FROM join_request j"
    " LEFT JOIN person v ON v.id=j.vouched_by_id LEFT JOIN person w ON w.id=j.decided_by_id",
    1,
)


def _line(row: Row) -> JoinLine:
    return JoinLine(
        id=row["id"],
        version=row["version"],
        place_id=row["place_id"],
        home_id=row["home_id"],
        address=address(row),
        name=row["name"],
        shown_name=row["shown_name"],
        relation=Relation(row["relation"]),
        phone=hidden(row["phone_sealed"]),
        helper_name=row["helper_name"],
        channel=row["channel"] or "",
        state=JoinState(row["state"]),
        asked_at=moment(row["created_at"]),
        expires_at=moment(row["expires_at"]),
        vouched_by=row["vouched_name"],
        decided_by=row["decided_name"],
        decided_at=moment(row["decided_at"]) if row["decided_at"] else None,
        reason=row["reason"],
        words=row["words"],
        asker=row["asker_name"] or "",
        is_other_name=is_other_name(row),
        is_vouched_only=is_vouched_only(row),
    )


async def waiting(*, viewer: Viewer, place_id: int, after: int = 0, limit: int = PAGE) -> list[JoinLine]:
    """等核实的申请, the oldest first."""
    must_see(viewer, "join.read", place_id, thing="place")
    rows = await fetch(
        f"{_LINES} WHERE j.place_id=$1 AND j.state='waiting' AND j.id>$2 ORDER BY j.id LIMIT $3", place_id, after, limit
    )
    return [_line(row) for row in rows]


async def vouched(*, viewer: Viewer, place_id: int) -> list[JoinLine]:
    """邻居作证进来的: let in by a member of the household, and not looked at by staff yet."""
    must_see(viewer, "join.read", place_id, thing="place")
    rows = await fetch(
        f"{_LINES} WHERE j.place_id=$1 AND j.state='approved' AND j.decided_by_id=j.vouched_by_id"
        " ORDER BY j.id LIMIT $2",
        place_id,
        PAGE,
    )
    return [_line(row) for row in rows]


async def decided(*, viewer: Viewer, place_id: int) -> list[JoinLine]:
    """最近处理的, the newest first."""
    must_see(viewer, "join.read", place_id, thing="place")
    rows = await fetch(
        f"{_LINES} WHERE j.place_id=$1 AND j.state<>'waiting' ORDER BY j.decided_at DESC, j.id DESC LIMIT $2",
        place_id,
        PAGE,
    )
    return [_line(row) for row in rows]


async def at_home(home_id: int, *, viewer: Viewer, place_id: int) -> list[JoinLine]:
    """Requests that wait for one home."""
    must_see(viewer, "join.read", place_id, thing="home")
    rows = await fetch(
        f"{_LINES} WHERE j.home_id=$1 AND j.place_id=$2 AND j.state='waiting' ORDER BY j.id", home_id, place_id
    )
    return [_line(row) for row in rows]


async def one(request_id: int, *, viewer: Viewer) -> JoinLine:
    """One request."""
    await request_row(request_id, viewer=viewer, verb="join.read")
    found = await fetch_one(f"{_LINES} WHERE j.id=$1", request_id)
    assert found is not None
    return _line(found)


async def matches_for(lines: list[JoinLine], *, viewer: Viewer, place_id: int) -> dict[int, list[Match]]:
    """Who may be meant by each of several requests of a place, by the request's id."""
    must_see(viewer, "join.read", place_id, thing="place")
    marks = ", ".join(f"${at}" for at in range(2, len(lines) + 2)) or "NULL"
    rows = await fetch(f"{READ} WHERE j.place_id=$1 AND j.id IN ({marks})", place_id, *(line.id for line in lines))
    return await matches_of(rows)


async def count(*, viewer: Viewer, place_id: int) -> int:
    """How many wait."""
    must_see(viewer, "join.read", place_id, thing="place")
    row = await fetch_one("SELECT count(*) AS n FROM join_request WHERE place_id=$1 AND state='waiting'", place_id)
    return int(row["n"]) if row else 0
