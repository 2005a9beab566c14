"""Proposals as neighbours see them: the lists, putting one, and one with its stages, support and next steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from aiohttp import web

from forum import drafts, things
from forum.deliberation import deciding, lists, putting, putting_to_vote, showing, stages, supporting
from forum.deliberation.found import visible_proposal
from forum.deliberation.putting import NewProposal, Put
from forum.deliberation.showing import ProposalCard
from forum.promises.outcomes import begins, outcomes
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.proposal import ProposalStage
from models.wording import say, say_refusal
from people.permissions import allow, may
from portal.composing import Typed, kept, previews, typed
from portal.forms import Sent, done, own_form, whole
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words
from portal.uploads import MOST_PHOTOS, own_photo_form

HOME = "/proposals"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)
_SLOT = drafts.slot_for_new(BoardName.DELIBERATION)


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show(request: web.Request) -> web.Response:
    """议事厅的提案."""
    who = await somebody(request)
    stage, before = lists.stage_of(request.query.get("stage", "")), whole(request.query.get("before", "0"))
    found = await lists.proposals(viewer=who.viewer, place_id=who.place_id, stage=stage, before=before)
    return await page(
        request,
        "proposals.html",
        found=found,
        stage=stage,
        counts=await lists.counts(viewer=who.viewer, place_id=who.place_id),
        may_begin=may(who.viewer, "proposal.begin", who.place_id),
        may_look_after=may(who.viewer, "proposal.look_after", who.place_id),
        done=done_words(request),
    )


async def show_unanswered(request: web.Request) -> web.Response:
    """还没有正式答复的提案: everybody who lives or works here may see them."""
    who = await somebody(request)
    lines = await lists.unanswered(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "proposal_list.html", lines=lines, list_name="unanswered")


async def show_mine(request: web.Request) -> web.Response:
    """我的提案."""
    who = await somebody(request)
    lines = await lists.mine(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "proposal_list.html", lines=lines, list_name="mine")


async def show_desk(request: web.Request) -> web.Response:
    """等居委会的提案."""
    who = await somebody(request)
    allow(who.viewer, "proposal.look_after", who.place_id)
    lines = await lists.desk(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "proposal_list.html", lines=lines, list_name="desk")


async def show_new(request: web.Request) -> web.Response:
    """提一个议题."""
    who = await somebody(request)
    draft = await drafts.draft(drafts.slot_beside(_SLOT, request.query.get("draft", "")), viewer=who.viewer)
    return await _form(request, Typed.of_draft(draft, key=new_key()))


async def _form(
    request: web.Request,
    stands: Typed,
    *,
    alike: list[putting.Alike] | None = None,
    is_topic_only: bool = False,
    refusal: Refusal | None = None,
    saved: str = "",
) -> web.Response:
    who = await somebody(request)
    allow(who.viewer, "proposal.begin", who.place_id)
    return await page(
        request,
        "proposal_new.html",
        status=refusal.status if refusal else 200,
        typed=stands,
        alike=alike or [],
        is_topic_only=is_topic_only,
        photos=await previews(stands.photos, by=who.viewer),
        slot=drafts.slot_beside(_SLOT, stands.slot),
        most_photos=MOST_PHOTOS,
        problem=say_refusal(refusal) if refusal else "",
        done=say(f"staff.done.{saved}") if saved else "",
    )


@own_photo_form
async def begin(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """提出来: what is like it comes first, once; what is typed stays in the form until it has been taken."""
    who = sent.who
    stands = Typed.of_form(sent)
    is_topic_only = sent.text("topic_only") == "1"
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        if sent.text("keep"):
            return await _keep(request, stands)
        if not sent.text("looked"):
            alike = await putting.similar(stands.text, viewer=who.viewer, place_id=who.place_id, title=stands.title)
            if alike:
                return await _form(request, stands, alike=alike, is_topic_only=is_topic_only)
        new = NewProposal(stands.text, stands.title, stands.photos, is_topic_only, key=stands.key)
        new = replace(new, draft_seq=stands.seq, draft_slot=stands.slot)
        made = await putting.begin(new, by=who.viewer, place_id=who.place_id)
    except CANNOT as refusal:
        return await _form(request, stands, is_topic_only=is_topic_only, refusal=refusal)
    return done(f"{HOME}/{made.proposal.id}", _begun(made))


def _begun(made: Put) -> str:
    """What became of it, as a word of ``staff.done``."""
    if made.post.state.value == "held":
        return made.post.reason.rpartition(".")[2] or "held_words"
    if made.post.hidden:
        return "post_masked"
    return "proposal_topic" if made.proposal.stage is ProposalStage.TOPIC else "proposal_begin"


async def _keep(request: web.Request, stands: Typed) -> web.Response:
    who = await somebody(request)
    stands, word = await kept(replace(stands, is_private=False), _SLOT, by=who.viewer)
    return await _form(request, stands, saved=word)


async def show_one(request: web.Request) -> web.Response:
    """一个提案."""
    shown = await _show(request)
    who = await somebody(request)
    found, _ = await visible_proposal(_id(request), who.viewer)
    await things.see(found.post_id, request.path, by=who.viewer)
    return shown


async def _show(
    request: web.Request, *, fields: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    card = await showing.card(_id(request), viewer=who.viewer)
    came_of = await outcomes(card.standing.id, viewer=who.viewer)
    return await page(
        request,
        "proposal.html",
        status=refusal.status if refusal else 200,
        card=card,
        bar=_bar(card),
        came_of=came_of,
        begins=begins(card, came_of, viewer=who.viewer),
        fields=fields or {},
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


BAR = (
    *(ProposalStage.TOPIC, ProposalStage.SUPPORT, ProposalStage.SCREENING, ProposalStage.DISCUSSION),
    *(ProposalStage.HEARING, ProposalStage.VOTE, ProposalStage.PUBLICATION, ProposalStage.COVENANT),
    *(ProposalStage.CARRYING_OUT, ProposalStage.APPRAISAL, ProposalStage.DONE),
)
"""What the bar of stages shows; of two that stand at the same place the one at which the proposal is, or was."""


def _bar(card: ProposalCard) -> list[tuple[ProposalStage, str]]:
    """Each stage with where it stands: ``done``, ``now`` or ``next``; an ended proposal stands at none."""
    been = {step.stage for step in card.steps}
    at = stages.STAGES[card.standing.stage].bar
    reached = at or max((stages.STAGES[stage].bar for stage in been), default=0)
    found: list[tuple[ProposalStage, str]] = []
    for stage in BAR:
        place = stages.STAGES[stage].bar
        same = [one for one in ProposalStage if stages.STAGES[one].bar == place]
        here = [card.standing.stage, *(one for one in same if one in been)]
        shown = next((one for one in here if one in same), stage)
        state = "now" if place == at else "done" if place <= reached and {*same} & been else "next"
        found.append((shown, state))
    return found


async def _support(proposal_id: int, sent: Sent) -> str:
    await supporting.support(proposal_id, by=sent.who.viewer)
    return ""


async def _take_back(proposal_id: int, sent: Sent) -> str:
    await supporting.take_back(proposal_id, by=sent.who.viewer)
    return ""


async def _answer(proposal_id: int, sent: Sent) -> str:
    await deciding.answer(proposal_id, sent.text("answer"), by=sent.who.viewer)
    return ""


async def _draft_vote(proposal_id: int, sent: Sent) -> str:
    return f"/votes/{await putting_to_vote.draft_vote(proposal_id, by=sent.who.viewer)}/manage"


VERBS: Mapping[str, Callable[[int, Sent], Awaitable[str]]] = {
    "support": _support,
    "take_back": _take_back,
    "answer": _answer,
    "draft_vote": _draft_vote,
}
"""What may be done to a proposal beside the moves of the table, by the word in the address."""
MOVES = frozenset(verb.partition(".")[2] for verb in stages.VERBS)


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on a proposal; what was typed stays where it is refused."""
    verb, proposal_id = request.match_info["verb"], _id(request)
    if verb not in VERBS and verb not in MOVES:
        raise NotFound("page.not_found")
    try:
        if verb in VERBS:
            there = await VERBS[verb](proposal_id, sent)
        else:
            there = await _move(proposal_id, verb, sent)
    except CANNOT as refusal:
        if refusal.key == "not_allowed":
            raise
        return await _show(request, fields=dict(sent.fields), refusal=refusal)
    return done(there or f"{HOME}/{proposal_id}", f"proposal_{verb}")


async def _move(proposal_id: int, verb: str, sent: Sent) -> str:
    seen = sent.text("version")
    await deciding.do(
        proposal_id,
        f"proposal.{verb}",
        by=sent.who.viewer,
        reason=sent.text("reason"),
        seen_version=whole(seen) if seen else None,
    )
    return ""
