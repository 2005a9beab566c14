"""Votes as JSON: the list, one vote with its ballot, casting and changing, what came out; and what staff do."""

from __future__ import annotations

import json

from aiohttp import web

from forum.votes import boxes, casting, counting, opening, paper, paper_photos, showing
from forum.votes.opening import NewVote
from forum.votes.paper import Photo
from forum.votes.showing import VoteCard, VoteLine
from models.operation import Body, Operation, Parameter
from portal.api.acting import AFTER, REFUSED, TOKEN, acting_as_somebody, id_of, reading_as_somebody
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.api.vote_shapes import (
    BallotFoundAnswer,
    BallotsAnswer,
    CastAnswer,
    CastBody,
    ChangeBody,
    EditVoteBody,
    EnterBody,
    FindBody,
    OpenedAnswer,
    OptionAnswer,
    OwnVoteAnswer,
    PaperEnteredAnswer,
    PapersAnswer,
    PrintBody,
    PrintedAnswer,
    SeenBody,
    TurnoutAnswer,
    UndecidedAnswer,
    UndecidedLineAnswer,
    VoidBody,
    VoteAnswer,
    VoteBody,
    VoteBuildingAnswer,
    VoteDoneAnswer,
    VoteDraftAnswer,
    VoteLineAnswer,
    VoterBody,
    VotesAnswer,
)

DONE = VoteDoneAnswer(done=True)


async def show(request: web.Request) -> web.Response:
    """表决."""
    who = await reading_as_somebody(request)
    before = number_in_query(request, "before")
    lines = await showing.votes(viewer=who.viewer, place_id=who.place_id, before=before)
    following = lines[-1].id if len(lines) == showing.PAGE else 0
    return answer(VotesAnswer(votes=[_line(one) for one in lines], next=following))


def _line(line: VoteLine) -> VoteLineAnswer:
    return told(VoteLineAnswer, line, state=line.state.value)


async def show_one(request: web.Request) -> web.Response:
    """一项表决."""
    who = await reading_as_somebody(request)
    card = await showing.vote(number_in_path(request, "id"), viewer=who.viewer)
    turnout = await showing.turnout(card.line.id, viewer=who.viewer)
    return answer(_one(card, [told(TurnoutAnswer, one) for one in turnout]))


def _one(card: VoteCard, turnout: list[TurnoutAnswer]) -> VoteAnswer:
    return VoteAnswer(
        **_line(card.line).model_dump(),
        text=card.text,
        method=card.form.method.value,
        unit=card.unit.value,
        rule=card.rule,
        options=[told(OptionAnswer, one) for one in card.form.options],
        most_choices=card.form.most_choices,
        budget_fen=card.form.budget_fen,
        legal_note=card.legal_note,
        reason=card.reason,
        buildings=[VoteBuildingAnswer(id=one, name=name) for one, name in card.buildings],
        post_id=card.post_id,
        opened_at=card.opened_at,
        roll_area=card.roll_area,
        roll_hash=card.roll_hash,
        version=card.version,
        mine=[told(OwnVoteAnswer, one, way=one.way.value if one.way else "") for one in card.mine],
        turnout=turnout,
        sheet=dict(card.result) if card.result else None,
    )


async def cast(request: web.Request) -> web.Response:
    """投票."""
    who, body = await acting_as_somebody(request), await given(request, CastBody)
    vote_id = number_in_path(request, "id")
    receipt = await casting.cast(vote_id, by=who.viewer, voter_id=body.voter_id, points=body.points)
    return answer(CastAnswer(receipt=receipt))


async def change(request: web.Request) -> web.Response:
    """改票."""
    who, body = await acting_as_somebody(request), await given(request, ChangeBody)
    await casting.change(number_in_path(request, "id"), by=who.viewer, **body.model_dump())
    return answer(DONE)


async def find(request: web.Request) -> web.Response:
    """查我的票."""
    who, body = await acting_as_somebody(request), await given(request, FindBody)
    card = await showing.vote(number_in_path(request, "id"), viewer=who.viewer)
    receipt = boxes.receipt_of(body.receipt)
    choice = await showing.find_ballot(card.line.id, viewer=who.viewer, receipt=receipt)
    return answer(BallotFoundAnswer(choice=choice, words=showing.said(card.form, choice)))


async def ballots(request: web.Request) -> web.Response:
    """公开的选票."""
    who = await reading_as_somebody(request)
    text = await showing.ballots(number_in_path(request, "id"), viewer=who.viewer)
    return answer(BallotsAnswer(sheet=json.loads(text)))


def _new(body: VoteBody) -> NewVote:
    options = tuple((one.text, one.cost_fen) for one in body.options)
    return NewVote(**body.model_dump(exclude={"options", "version"}), options=options)


async def draft(request: web.Request) -> web.Response:
    """拟表决."""
    who, body = await acting_as_somebody(request), await given(request, VoteBody)
    return answer(VoteDraftAnswer(id=await opening.draft(_new(body), by=who.viewer, place_id=who.place_id)))


async def edit(request: web.Request) -> web.Response:
    """修改草稿."""
    who, body = await acting_as_somebody(request), await given(request, EditVoteBody)
    vote_id, version = number_in_path(request, "id"), body.version
    await opening.edit(vote_id, _new(body), by=who.viewer, seen_version=version)
    return answer(DONE)


async def papers(request: web.Request) -> web.Response:
    """选票照片."""
    who = await reading_as_somebody(request)
    found = await paper_photos.papers(number_in_path(request, "id"), viewer=who.viewer)
    without = {one.value: count for one, count in found.without.items()}
    return answer(PapersAnswer(photos=list(found.photos), without=without))


async def open_vote(request: web.Request) -> web.Response:
    """开始表决."""
    who, body = await acting_as_somebody(request), await given(request, SeenBody)
    roll = await opening.open_vote(number_in_path(request, "id"), by=who.viewer, seen_version=body.version)
    return answer(OpenedAnswer(votes=roll.heads, area=roll.area))


async def void(request: web.Request) -> web.Response:
    """作废."""
    who, body = await acting_as_somebody(request), await given(request, VoidBody)
    vote_id = number_in_path(request, "id")
    await opening.void(vote_id, by=who.viewer, reason=body.reason, seen_version=body.version)
    return answer(DONE)


async def count(request: web.Request) -> web.Response:
    """计票."""
    who = await acting_as_somebody(request)
    await counting.count(number_in_path(request, "id"), by=who.viewer)
    return answer(DONE)


async def undecided(request: web.Request) -> web.Response:
    """还没投的."""
    who = await reading_as_somebody(request)
    after = number_in_query(request, "after")
    lines = await showing.undecided(number_in_path(request, "id"), viewer=who.viewer, after=after)
    following = lines[-1].voter_id if len(lines) == showing.PAGE else 0
    return answer(UndecidedAnswer(lines=[told(UndecidedLineAnswer, one) for one in lines], next=following))


async def hand_out(request: web.Request) -> web.Response:
    """发纸质选票."""
    who, body = await acting_as_somebody(request), await given(request, VoterBody)
    await paper.hand_out(number_in_path(request, "id"), body.voter_id, by=who.viewer)
    return answer(DONE)


async def enter(request: web.Request) -> web.Response:
    """录入纸质选票."""
    who, body = await acting_as_somebody(request), await given(request, EnterBody)
    given_by = body.model_dump(exclude={"photo", "no_photo"})
    photo = Photo(body.photo, body.no_photo)
    entered = await paper.enter(number_in_path(request, "id"), by=who.viewer, photo=photo, **given_by)
    return answer(PaperEnteredAnswer(state=entered.state.value))


async def print_ballots(request: web.Request) -> web.Response:
    """印选票."""
    who, body = await acting_as_somebody(request), await given(request, PrintBody)
    receipts = await paper.print_ballots(number_in_path(request, "id"), by=who.viewer, count=body.count)
    return answer(PrintedAnswer(receipts=receipts))


_ONE = id_of("vote")
_BEFORE = Parameter("before", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "only those before this")
_READS = (403, 404, 422)
ROUTES = (
    web.get("/api/v1/votes", show),
    web.post("/api/v1/votes", draft),
    web.get("/api/v1/votes/{id}", show_one),
    web.get("/api/v1/votes/{id}/ballots", ballots),
    web.get("/api/v1/votes/{id}/undecided", undecided),
    web.post("/api/v1/votes/{id}/cast", cast),
    web.post("/api/v1/votes/{id}/change", change),
    web.post("/api/v1/votes/{id}/find", find),
    web.get("/api/v1/votes/{id}/papers", papers),
    web.post("/api/v1/votes/{id}/edit", edit),
    web.post("/api/v1/votes/{id}/open", open_vote),
    web.post("/api/v1/votes/{id}/void", void),
    web.post("/api/v1/votes/{id}/count", count),
    web.post("/api/v1/votes/{id}/hand_out", hand_out),
    web.post("/api/v1/votes/{id}/enter", enter),
    web.post("/api/v1/votes/{id}/print", print_ballots),
)


def _reads(name: str, path: str, about: str, *, gives: type[Body], by: tuple[Parameter, ...]) -> Operation:
    return Operation(name, "GET", f"/api/v1/votes{path}", about, gives, parameters=by, refusals=_READS)


def _acts(
    name: str, verb: str, about: str, *, gives: type[Body] = VoteDoneAnswer, takes: type[Body] | None = None
) -> Operation:
    more = (429,) if verb == "change" else ()
    path = f"/api/v1/votes/{{id}}/{verb}"
    return Operation(name, "POST", path, about, gives, body=takes, parameters=(_ONE, TOKEN), refusals=(*REFUSED, *more))


OPERATIONS = (
    _reads("listVotes", "", "Votes of the caller's neighbourhood", gives=VotesAnswer, by=(_BEFORE,)),
    _reads("readVote", "/{id}", "A vote, with the caller's own lines of the roll", gives=VoteAnswer, by=(_ONE,)),
    Operation(
        "readBallots",
        "GET",
        "/api/v1/votes/{id}/ballots",
        "The signed result with every ballot, after the count",
        BallotsAnswer,
        parameters=(_ONE,),
        refusals=(*_READS, 409),
    ),
    _reads("listUndecided", "/{id}/undecided", "Who has not voted, for staff", gives=UndecidedAnswer, by=(_ONE, AFTER)),
    Operation(
        "draftVote",
        "POST",
        "/api/v1/votes",
        "Write down what is to be put to the vote",
        VoteDraftAnswer,
        body=VoteBody,
        parameters=(TOKEN,),
        refusals=REFUSED,
    ),
    Operation(
        "readPapers",
        "GET",
        "/api/v1/votes/{id}/papers",
        "Photos of the papers that count, after the count, for staff",
        PapersAnswer,
        parameters=(_ONE,),
        refusals=(*_READS, 409),
    ),
    _acts("editVote", "edit", "A draft as it should be, by the version the caller saw", takes=EditVoteBody),
    _acts("castVote", "cast", "Vote, once for each line of the roll", gives=CastAnswer, takes=CastBody),
    _acts("changeVote", "change", "Choose otherwise until the end", takes=ChangeBody),
    _acts("findBallot", "find", "Find a published ballot by its receipt", gives=BallotFoundAnswer, takes=FindBody),
    _acts("openVote", "open", "Freeze question and roll, and take ballots", gives=OpenedAnswer, takes=SeenBody),
    _acts("voidVote", "void", "End it without a count, for a reason", takes=VoidBody),
    _acts("countVote", "count", "Count it after its end"),
    _acts("handOutBallot", "hand_out", "A line of the roll votes on paper", takes=VoterBody),
    _acts("enterBallot", "enter", "What a paper says, entered by two", gives=PaperEnteredAnswer, takes=EnterBody),
    _acts("printBallots", "print", "New secret ballots for paper", gives=PrintedAnswer, takes=PrintBody),
)
