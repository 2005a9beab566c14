"""Proposals as JSON: lists, one with everything about it, putting one, support, and what is decided."""

from __future__ import annotations

from aiohttp import web

from forum.deliberation import deciding, lists, putting, putting_to_vote, showing, supporting
from forum.deliberation.amendments import AmendmentLine
from forum.deliberation.found import Standing
from forum.deliberation.lists import ProposalLine
from forum.deliberation.putting import NewProposal, Put
from forum.deliberation.showing import ProposalCard
from forum.promises.outcomes import CameOf, outcomes
from models.operation import Parameter
from models.proposal import ProposalStage
from people.permissions import allow
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.proposal_shapes import (
    AlikeAnswer,
    AlikeBody,
    AlikeLineAnswer,
    AmendmentAnswer,
    AnswerProposalBody,
    BeginProposalBody,
    BegunProposalAnswer,
    MoveProposalBody,
    ProposalAnswer,
    ProposalLineAnswer,
    ProposalNowAnswer,
    ProposalOutcomeAnswer,
    ProposalsAnswer,
    ProposalStepAnswer,
    ProposalVersionAnswer,
    ProposalVoteAnswer,
    ProposalWaitAnswer,
)
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.api.vote_shapes import VoteDraftAnswer


def _line(one: ProposalLine) -> ProposalLineAnswer:
    return told(ProposalLineAnswer, one, author=one.author.words if one.author else "")


async def show(request: web.Request) -> web.Response:
    """提案."""
    who = await reading_as_somebody(request)
    stage, before = lists.stage_of(request.query.get("stage", "")), number_in_query(request, "before")
    found = await lists.proposals(viewer=who.viewer, place_id=who.place_id, stage=stage, before=before)
    return answer(ProposalsAnswer(proposals=[_line(one) for one in found.lines], next=found.next))


async def show_unanswered(request: web.Request) -> web.Response:
    """还没有正式答复的提案."""
    who = await reading_as_somebody(request)
    found = await lists.unanswered(viewer=who.viewer, place_id=who.place_id)
    return answer(ProposalsAnswer(proposals=[_line(one) for one in found], next=0))


async def show_mine(request: web.Request) -> web.Response:
    """我的提案."""
    who = await reading_as_somebody(request)
    found = await lists.mine(viewer=who.viewer, place_id=who.place_id)
    return answer(ProposalsAnswer(proposals=[_line(one) for one in found], next=0))


async def show_desk(request: web.Request) -> web.Response:
    """等居委会的提案."""
    who = await reading_as_somebody(request)
    allow(who.viewer, "proposal.look_after", who.place_id)
    found = await lists.desk(viewer=who.viewer, place_id=who.place_id)
    return answer(ProposalsAnswer(proposals=[_line(one) for one in found], next=0))


async def show_one(request: web.Request) -> web.Response:
    """一个提案."""
    who = await reading_as_somebody(request)
    card = await showing.card(number_in_path(request, "id"), viewer=who.viewer)
    return answer(_one(card, came_of=await outcomes(card.standing.id, viewer=who.viewer)))


def _one(card: ProposalCard, *, came_of: list[CameOf]) -> ProposalAnswer:
    now = card.standing
    same = ("post_id", "number", "stage", "stage_at", "due_at", "households", "support_needed", "support_count")
    return told(
        ProposalAnswer,
        card,
        **{name: getattr(now, name) for name in same},
        id=now.id,
        title=card.post.title,
        text=card.post.text,
        state=card.post.state.value,
        author=card.author.words if card.author else "",
        text_number=now.text_number,
        version=now.version,
        moves=[one.verb.partition(".")[2] for one in card.moves],
        waits=[ProposalWaitAnswer(verb=one.verb.partition(".")[2], why=one.why) for one in card.waits],
        steps=[told(ProposalStepAnswer, one) for one in card.steps],
        versions=[told(ProposalVersionAnswer, one) for one in card.versions],
        amendments=[_amendment(one) for one in card.amendments],
        votes=[told(ProposalVoteAnswer, one, state=one.state.value) for one in card.votes],
        came_of=[told(ProposalOutcomeAnswer, one) for one in came_of],
    )


def _amendment(one: AmendmentLine) -> AmendmentAnswer:
    return told(AmendmentAnswer, one, author=one.author.words if one.author else "")


async def find_alike(request: web.Request) -> web.Response:
    """相似的提案."""
    who, body = await acting_as_somebody(request), await given(request, AlikeBody)
    found = await putting.similar(body.text, viewer=who.viewer, place_id=who.place_id, title=body.title)
    return answer(AlikeAnswer(proposals=[told(AlikeLineAnswer, one) for one in found]))


async def begin(request: web.Request) -> web.Response:
    """提议题."""
    who, body = await acting_as_somebody(request), await given(request, BeginProposalBody)
    return put_answer(await putting.begin(NewProposal(**body.model_dump()), by=who.viewer, place_id=who.place_id))


def put_answer(made: Put) -> web.Response:
    """What came of a proposal that was put."""
    hidden = [kind.value for kind in made.post.hidden]
    return answer(
        BegunProposalAnswer(
            id=made.proposal.id,
            post_id=made.post.id,
            state=made.post.state.value,
            hidden=hidden,
            is_repeat=made.post.is_repeat,
        )
    )


def now_answer(found: Standing) -> web.Response:
    """How a proposal stands now."""
    return answer(told(ProposalNowAnswer, found))


async def support(request: web.Request) -> web.Response:
    """附议."""
    who = await acting_as_somebody(request)
    return now_answer(await supporting.support(number_in_path(request, "id"), by=who.viewer))


async def take_back(request: web.Request) -> web.Response:
    """收回附议."""
    who = await acting_as_somebody(request)
    return now_answer(await supporting.take_back(number_in_path(request, "id"), by=who.viewer))


async def move(request: web.Request) -> web.Response:
    """按规则走下一步."""
    who, body = await acting_as_somebody(request), await given(request, MoveProposalBody)
    number = number_in_path(request, "id")
    seen = body.version
    return now_answer(
        await deciding.do(number, f"proposal.{body.verb}", by=who.viewer, reason=body.reason, seen_version=seen)
    )


async def reply(request: web.Request) -> web.Response:
    """正式答复."""
    who, body = await acting_as_somebody(request), await given(request, AnswerProposalBody)
    return now_answer(await deciding.answer(number_in_path(request, "id"), body.text, by=who.viewer))


async def draft_vote(request: web.Request) -> web.Response:
    """拟表决."""
    who = await acting_as_somebody(request)
    return answer(VoteDraftAnswer(id=await putting_to_vote.draft_vote(number_in_path(request, "id"), by=who.viewer)))


ROUTES = (
    web.get("/api/v1/proposals", show),
    web.post("/api/v1/proposals", begin),
    web.post("/api/v1/proposals/alike", find_alike),
    web.get("/api/v1/proposals/unanswered", show_unanswered),
    web.get("/api/v1/proposals/mine", show_mine),
    web.get("/api/v1/proposals/desk", show_desk),
    web.get("/api/v1/proposals/{id}", show_one),
    web.post("/api/v1/proposals/{id}/support", support),
    web.post("/api/v1/proposals/{id}/take_back", take_back),
    web.post("/api/v1/proposals/{id}/move", move),
    web.post("/api/v1/proposals/{id}/answer", reply),
    web.post("/api/v1/proposals/{id}/draft_vote", draft_vote),
)
_ONE = (id_of("proposal"),)
_BEFORE = Parameter("before", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "only those before this")
_STAGE = Parameter("stage", "query", {"type": "string", "enum": [one.value for one in ProposalStage]}, "of one stage")
OPERATIONS = (
    reads(
        "listProposals",
        "proposals",
        "Proposals of the caller's neighbourhood",
        gives=ProposalsAnswer,
        parameters=(_STAGE, _BEFORE),
    ),
    reads(
        "listUnansweredProposals",
        "proposals/unanswered",
        "Those that found support and wait for the official answer",
        gives=ProposalsAnswer,
    ),
    reads("listOwnProposals", "proposals/mine", "What the caller put, supports or amended", gives=ProposalsAnswer),
    reads("listProposalsAtDesk", "proposals/desk", "What staff must do next, by due date", gives=ProposalsAnswer),
    reads("readProposal", "proposals/{id}", "A proposal with its history", gives=ProposalAnswer, parameters=_ONE),
    acts(
        "findAlike", "proposals/alike", "Proposals about the same, before one more", gives=AlikeAnswer, takes=AlikeBody
    ),
    acts(
        "beginProposal",
        "proposals",
        "Put a proposal, and seek support",
        gives=BegunProposalAnswer,
        takes=BeginProposalBody,
    ),
    acts("supportProposal", "proposals/{id}/support", "Once a household", gives=ProposalNowAnswer, parameters=_ONE),
    acts(
        "takeBackSupport",
        "proposals/{id}/take_back",
        "Take one's support back while it is sought",
        gives=ProposalNowAnswer,
        parameters=_ONE,
    ),
    acts(
        "moveProposal",
        "proposals/{id}/move",
        "Let it go on by the table of stages",
        gives=ProposalNowAnswer,
        takes=MoveProposalBody,
        parameters=_ONE,
    ),
    acts(
        "answerProposal",
        "proposals/{id}/answer",
        "The official answer, once",
        gives=ProposalNowAnswer,
        takes=AnswerProposalBody,
        parameters=_ONE,
    ),
    acts(
        "draftVoteOnProposal",
        "proposals/{id}/draft_vote",
        "A draft vote that names the frozen words",
        gives=VoteDraftAnswer,
        parameters=_ONE,
    ),
)
