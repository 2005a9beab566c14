"""What a vote does to the proposal it is about: opening it, counting it and declaring it void, in the same transaction.

Called by ``forum.votes``; imports nothing of it, so that neither waits for the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forum.deliberation.conditions import passes, vote_of
from forum.deliberation.found import Standing, of_post
from forum.deliberation.moving import MOST_REASON, move
from forum.deliberation.stages import DISCUSSION, NOT_TAKEN, PUBLICATION, VOTE, between
from models.errors import WrongState
from models.transaction import fetch, fetch_one
from models.wording import say
from people.viewers import SYSTEM, Viewer

MOST_AT_ONCE = 50


async def opened(vote_id: int, *, by: Viewer) -> None:
    """开始表决: the proposal goes to the vote, where the vote names the words as they are frozen now."""
    row = await fetch_one("SELECT post_id, text FROM vote WHERE id=$1", vote_id)
    proposal = await of_post(row["post_id"]) if row is not None and row["post_id"] is not None else None
    if row is None or proposal is None:
        return
    if between(proposal.stage, VOTE) is None:
        raise WrongState("proposal.not_ripe_for_vote", number=proposal.number)
    if (found := await frozen_hash(proposal)) is None or found not in row["text"]:
        raise WrongState("proposal.vote_names_other_words", number=proposal.number)
    await move(proposal.id, VOTE, by=by, seen_version=proposal.version)  # Taken where the words changed meanwhile.


async def frozen_hash(proposal: Standing) -> str | None:
    """The hash of the version in force; None while nothing is frozen."""
    row = await fetch_one(
        "SELECT hash FROM proposal_version WHERE proposal_id=$1 AND number=$2", proposal.id, proposal.text_number
    )
    return row["hash"] if row else None


async def ended(vote_id: int) -> None:
    """计票、作废之后: the proposal goes on to its publication, ends with the numbers as the reason, or goes back."""
    row = await fetch_one("SELECT post_id FROM vote WHERE id=$1", vote_id)
    proposal = await of_post(row["post_id"]) if row is not None and row["post_id"] is not None else None
    if proposal is not None:
        await follow(proposal)


async def follow(proposal: Standing) -> bool:
    """Let a proposal follow its vote, where that has ended; gives whether it moved."""
    vote = await vote_of(proposal.post_id)
    if proposal.stage is not VOTE or vote is None or vote["state"] not in ("counted", "void"):
        return False
    if vote["state"] == "void":
        await move(proposal.id, DISCUSSION, by=SYSTEM, reason=await _why_void(vote["id"]))
        return True
    stage = PUBLICATION if passes(vote["sheet"]) else NOT_TAKEN
    await move(
        proposal.id, stage, by=SYSTEM, reason=numbers(json.loads(vote["sheet"]), has_passed=stage is PUBLICATION)
    )
    return True


async def _why_void(vote_id: int) -> str:
    row = await fetch_one("SELECT reason FROM vote WHERE id=$1", vote_id)
    assert row is not None
    return say("proposal.step.void", reason=row["reason"])[:MOST_REASON]


def numbers(sheet: Mapping[str, Any], *, has_passed: bool) -> str:
    """What came out, in a line: how many could vote, how many did, and what they chose."""
    names = {str(one["position"]): one["text"] for one in sheet["vote"]["options"]}
    tally = "、".join(f"{names.get(at, at)} {one[0]}" for at, one in sorted(sheet["counted"]["tally"].items()))
    key = "proposal.step.passed" if has_passed else "proposal.step.failed"
    return say(key, roll=sheet["roll"]["votes"], part=sheet["counted"]["took_part"], tally=tally)[:MOST_REASON]


async def follow_due() -> int:
    """Every proposal whose vote has ended without it, should there be one; gives how many moved."""
    rows = await fetch(f"SELECT post_id FROM proposal WHERE stage='vote' ORDER BY id LIMIT {MOST_AT_ONCE}")
    found = [await of_post(row["post_id"]) for row in rows]
    return sum([await follow(one) for one in found if one is not None])
