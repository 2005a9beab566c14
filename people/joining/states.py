"""Where a request to join stands, why one may be refused, and reading one."""

from __future__ import annotations

from collections.abc import Mapping

from models.errors import NotFound, Taken
from models.joining import JoinState
from models.transaction import Row, fetch_one
from people.scope import must_see
from people.viewers import Viewer

REASONS = ("not_known", "wrong_home", "wrong_name", "no_proof", "not_living", "twice", "other")
"""Why a request is refused; each has its words and says how to try again."""

FROM = (
    " FROM join_request j JOIN building b ON b.id=j.building_id JOIN estate e ON e.id=b.estate_id"
    " LEFT JOIN home h ON h.id=j.home_id LEFT JOIN contact c ON c.id=j.contact_id"
    " LEFT JOIN person k ON k.id=c.person_id"
)
READ = (
    "SELECT j.*, b.name AS building, e.name AS estate, COALESCE(h.label, j.label) AS home_label, c.channel,"
    f" c.person_id AS asker_id, k.name AS asker_name{FROM}"
)


async def request_row(request_id: int, *, viewer: Viewer, verb: str) -> Row:
    """A request that the viewer may do ``verb`` with; another neighbourhood's is not found."""
    row = await fetch_one(f"{READ} WHERE j.id=$1", request_id)
    if row is None:
        raise NotFound("join.not_found")
    must_see(viewer, verb, row["place_id"], thing="join")
    return row


def address(row: Row) -> str:
    """The home as people say it."""
    return f"{row['estate']} {row['building']} {row['home_label']}"


async def close(row: Row, state: JoinState, *, columns: Mapping[str, object]) -> None:
    """Leave the waiting state, once: Taken where somebody else was first. Part of the caller's transaction."""
    names = list(columns)
    sets = "".join(f", {name}=${at}" for at, name in enumerate(names, start=4))
    changed = await fetch_one(
        f"UPDATE join_request SET state=$1, open_building_id=NULL, version=version+1{sets}"
        " WHERE id=$2 AND version=$3 AND state='waiting' RETURNING id",
        state.value,
        row["id"],
        row["version"],
        *columns.values(),
    )
    if changed is None:
        raise Taken("join.decided_already")
