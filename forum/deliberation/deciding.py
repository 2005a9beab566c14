"""What the committee does with a proposal: the official answer, taking it up or not, and letting it go on."""

from __future__ import annotations

from dataclasses import dataclass

from forum import replies
from forum.deliberation import putting
from forum.deliberation.found import Standing, held, standing, visible_proposal
from forum.deliberation.moving import move, reason_or_refused
from forum.deliberation.stages import SCREENING, move_for
from forum.deliberation.words import verb_name
from forum.replies import NewReply
from forum.sight import Found
from forum.states import STATES
from forum.words import text_of
from models import clock
from models.errors import WrongState
from models.proposal import ProposalStage
from models.transaction import execute
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_ANSWER = 2_000


async def do(proposal_id: int, verb: str, *, by: Viewer, reason: str = "", seen_version: int | None = None) -> Standing:
    """按规则走下一步: the move that a verb of the table is from where the proposal stands."""
    found, post = await visible_proposal(proposal_id, by)
    if verb == "proposal.put":
        return await putting.put(proposal_id, by=by, seen_version=seen_version)
    allow(by, verb, found.place_id)
    enters = move_for(found.stage, verb).enters
    if found.stage is SCREENING and verb in _DECISIONS and found.answered_at is None:
        return await _decide(_Decision(found, post, verb, enters, seen_version), by=by, reason=reason)
    return await move(proposal_id, enters, by=by, reason=reason, seen_version=seen_version)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is decided of a proposal that has no answer yet."""

    proposal: Standing
    post: Found
    verb: str
    enters: ProposalStage
    seen_version: int | None


_DECISIONS = ("proposal.select", "proposal.refuse")


async def _decide(one: _Decision, *, by: Viewer, reason: str) -> Standing:
    """A decision that no answer went before is the answer, and stands in the thread, whose clock ends with it; those
    who follow hear of the step. Of a thread that takes no replies any more in the proposal alone."""
    said = reason_or_refused(reason)
    changes = {"answer": said, "answered_at": clock.now(), "answered_by_id": by.person_id}

    async def along(_reply_id: int) -> None:
        await move(one.proposal.id, one.enters, by=by, reason=reason, seen_version=one.seen_version, **changes)

    if STATES[one.post.state].takes_replies:
        words = say("proposal.step.reason", step=verb_name(one.verb), reason=said)
        await replies.reply(one.post.id, NewReply(words, is_told=True), by=by, along=along)
    else:
        await along(0)
    return await standing(one.proposal.id)


async def refuse(proposal_id: int, *, by: Viewer, reason: str, seen_version: int | None = None) -> Standing:
    """不采纳: never without a reason that everybody reads."""
    return await do(proposal_id, "proposal.refuse", by=by, reason=reason, seen_version=seen_version)


async def select(proposal_id: int, *, by: Viewer, reason: str, seen_version: int | None = None) -> Standing:
    """进入讨论: it is taken up, and everybody reads why."""
    return await do(proposal_id, "proposal.select", by=by, reason=reason, seen_version=seen_version)


async def answer(proposal_id: int, text: str, *, by: Viewer) -> Standing:
    """正式答复: what the committee says to a proposal that found support, in its thread; once."""
    found, post = await visible_proposal(proposal_id, by)
    allow(by, "proposal.answer", found.place_id)
    said = text_of(text, most=MOST_ANSWER)
    _must_wait_for_answer(found)

    async def along(_reply_id: int) -> None:
        now_held = await held(proposal_id)
        _must_wait_for_answer(now_held)
        await execute(
            "UPDATE proposal SET answer=$1, answered_at=$2, answered_by_id=$3, version=version+1 WHERE id=$4",
            *(said, clock.now(), by.person_id, proposal_id),
        )
        await record(by, "proposal.answer", subject="proposal", subject_id=proposal_id, place_id=found.place_id)

    await replies.reply(post.id, NewReply(said), by=by, along=along)
    return await standing(proposal_id)


def _must_wait_for_answer(proposal: Standing) -> None:
    if proposal.stage is not SCREENING or proposal.answered_at is not None:
        raise WrongState("proposal.no_answer_owed", number=proposal.number)
