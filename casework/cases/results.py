"""What became of a case where a thread that every neighbour sees led to it: an event for other systems, and a line in
the letter of the day for those who follow the thread."""

from __future__ import annotations

from courier.letters import Letter, Link
from models.board import BoardName
from models.case import Case
from models.transaction import fetch
from models.wording import say
from people import pushes, webhooks
from people.pushes import Needs, PushKind
from people.webhooks import Kind

_THREADS = (
    "SELECT id, place_id, board, title FROM post WHERE case_id=$1 AND state IN ('published','locked')"
    " AND NOT is_private ORDER BY place_id, id"
)
_FOLLOWING = (
    "SELECT f.person_id FROM post_follow f WHERE f.post_id=$1 AND f.is_on AND f.person_id<>$2 AND NOT EXISTS"
    " (SELECT 1 FROM case_reporter r WHERE r.case_id=$3 AND r.person_id=f.person_id AND r.left_at IS NULL)"
    " ORDER BY f.id"
)
"""Those who have not heard it as who reported it, and did not say it."""


async def tell_outside(case: Case) -> None:
    """办理结果, to the other systems of the threads' neighbourhoods; at the end of the transaction, and nothing of a
    private case."""
    if case.is_private:
        return
    for row in await fetch(_THREADS, case.id):
        data = {"post": row["id"], "path": f"/posts/{row['id']}", "case": case.number, "state": case.state.value}
        await webhooks.happened(Kind.RESULT, data, place_id=row["place_id"])


async def tell_followers(case: Case, *, but: int | None) -> None:
    """The same to those who follow its threads; ``but`` who said it. The words of it stand in the thread."""
    if case.is_private:
        return
    for row in await fetch(_THREADS, case.id):
        board = BoardName(row["board"])
        text = say("board.tell.result", board=say(f"board.name.{board.value}"), title=row["title"])
        following = await fetch(_FOLLOWING, row["id"], but or 0, case.id)
        await pushes.push_to_people(
            Letter(text, links=(Link(say("board.tell.link"), f"/posts/{row['id']}"),)),
            person_ids=[one["person_id"] for one in following],
            kind=PushKind.NEIGHBOURS,
            subject=f"post:{row['id']}",
            needs=Needs("board.read", row["place_id"]),
            board=board,
        )
