"""What became of a case, as an event where a thread that every neighbour sees led to it."""

from __future__ import annotations

from models.case import Case
from models.transaction import fetch
from people import webhooks
from people.webhooks import Kind

_THREADS = (
    "SELECT id, place_id FROM post WHERE case_id=$1 AND state IN ('published','locked') AND NOT is_private"
    " ORDER BY place_id, id"
)


async def tell_outside(case: Case) -> None:
    """办理结果, to the other systems of the threads' neighbourhoods; at the end of the transaction, and nothing of a
    private case."""
    if case.is_private:
        return
    for row in await fetch(_THREADS, case.id):
        data = {"post": row["id"], "path": f"/posts/{row['id']}", "case": case.number, "state": case.state.value}
        await webhooks.happened(Kind.RESULT, data, place_id=row["place_id"])
