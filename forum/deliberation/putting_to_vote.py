"""Putting a proposal to the vote: a draft that names the proposal's words as they are frozen, for staff to finish."""

from __future__ import annotations

import datetime as dt

from forum.deliberation.after_votes import frozen_hash
from forum.deliberation.found import Standing, visible_proposal
from forum.deliberation.stages import VOTE, between
from forum.sight import Found
from forum.votes import opening
from forum.votes.opening import MOST_TEXT, NewVote
from models import clock
from models.ballot import VoteMethod, VoteUnit
from models.errors import WrongState
from models.transaction import fetch_one
from models.wording import say
from people.permissions import allow
from people.viewers import Viewer

DAYS = 7
RULE = "simple"


async def draft_vote(proposal_id: int, *, by: Viewer) -> int:
    """拟表决: a secret vote of households by yes or no, as a draft that can be changed until it is opened; gives its
    number. The same words make one draft, however often and by whomever of staff it is asked for."""
    found, post = await visible_proposal(proposal_id, by)
    allow(by, "vote.draft", found.place_id)
    if between(found.stage, VOTE) is None:
        raise WrongState("proposal.not_ripe_for_vote", number=found.number)
    digest = await frozen_hash(found)
    if digest is None:
        raise WrongState("proposal.not_frozen", number=found.number)
    if (drafted := await _drafted(post.id, digest=digest)) is not None:
        return drafted
    new = NewVote(
        title=post.title,
        text=_text(found, post, digest=digest),
        method=VoteMethod.YES_NO,
        unit=VoteUnit.HOUSEHOLD,
        rule=RULE,
        is_secret=True,
        closes_at=clock.now() + dt.timedelta(days=DAYS),
        post_id=post.id,
        key=f"proposal-{found.id}-{found.text_number}-{found.version}",
    )
    return await opening.draft(new, by=by, place_id=found.place_id)


async def _drafted(post_id: int, *, digest: str) -> int | None:
    """The draft that names these words, where there is one."""
    sql = "SELECT id, text FROM vote WHERE post_id=$1 AND state='draft' ORDER BY id DESC LIMIT 1"
    row = await fetch_one(sql, post_id)
    return row["id"] if row is not None and digest in row["text"] else None


def _text(found: Standing, post: Found, *, digest: str) -> str:
    """The words that are voted on, and by which hash they are known; of very long ones where they stand."""
    named = say("proposal.vote_text", number=found.number, version=found.text_number, hash=digest)
    whole = f"{named}\n\n{post.text}"
    return whole if len(whole) <= MOST_TEXT else f"{named}\n\n{say('proposal.vote_text_elsewhere')}"
