"""Proposals that stand somewhere for the tests that walk through everything: one that seeks support, with amendments,
and one that waits for its answer."""

from __future__ import annotations

from forum.deliberation import amending, putting
from forum.deliberation.amending import NewAmendment
from forum.deliberation.putting import NewProposal
from models.transaction import execute, fetch_one
from people.viewers import Viewer


async def fill(author: Viewer, writer: Viewer, *, place_id: int, mark: str = "") -> dict[str, int]:
    """The author's two, and two amendments of the writer's to the first.

    Gives ``proposal``, ``proposal_post``, ``proposal_late``, ``amendment``, ``amendment_refused``.
    """
    first = await _put(f"{mark}车棚装充电桩", f"{mark}车棚里装六个充电桩，电费自付。", by=author, place_id=place_id)
    late = await _put(f"{mark}花园修凉亭", f"{mark}小花园里修一个凉亭，夏天乘凉。", by=author, place_id=place_id)
    is_open = await _amendment(first, f"{mark}装八个，夜里断电。", by=writer)
    refused = await _amendment(first, f"{mark}装在小区门口。", by=writer)
    await amending.refuse(refused, by=author, reason=f"{mark}门口没有电源。")
    await execute("UPDATE proposal SET stage='screening' WHERE id=$1", late)
    row = await fetch_one("SELECT post_id FROM proposal WHERE id=$1", first)
    assert row is not None
    return {
        "proposal": first,
        "proposal_post": row["post_id"],
        "proposal_late": late,
        "amendment": is_open,
        "amendment_refused": refused,
    }


async def _put(title: str, text: str, *, by: Viewer, place_id: int) -> int:
    return (await putting.begin(NewProposal(text, title=title), by=by, place_id=place_id)).proposal.id


async def _amendment(proposal_id: int, text: str, *, by: Viewer) -> int:
    made = await amending.amend(proposal_id, NewAmendment(text, "这样好些"), by=by)
    row = await fetch_one("SELECT id FROM amendment WHERE reply_id=$1", made.id)
    assert row is not None
    return int(row["id"])
