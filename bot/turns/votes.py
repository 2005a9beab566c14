"""表决: which there are, how many took part, what came out; a named vote by digits, a secret one by a link to its page.

Of a secret vote nothing is chosen here: what stands in a chat can be read at the desk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot import ballots
from bot.ballots import Slip, slip_of
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Letter, Link
from courier.parts import shortened
from forum.votes import casting, showing
from forum.votes.methods import Form
from forum.votes.showing import OwnVote, VoteCard, VoteLine
from models.ballot import VoteMethod, VoteState, VoteWay
from models.errors import Invalid
from models.wording import say, say_moment, say_refusal
from people import login_codes
from people.permissions import may

MOST, MOST_BUILDINGS, LONGEST = 8, 20, 400
_SIGNED_IN = "web"
"""The channel of a browser, in which somebody is signed in already."""


async def take(scene: Scene) -> Reply | None:
    """表决; or what was picked of it."""
    if scene.chosen is not None:
        return await _do(scene) if scene.chosen.kind is OfferKind.VOTE else None
    if not says("votes", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "vote.read", scene.place_id):
        return reply(scene, Outcome.VOTE, say("vote.chat.join_first"))
    return await _list(scene)


async def _do(scene: Scene) -> Reply:
    """What a picked line does."""
    assert scene.chosen is not None
    verb, _, value = scene.chosen.value.partition(":")
    return await _DEEDS[verb](scene, value)


async def _list(scene: Scene, _value: str = "") -> Reply:
    """Open ones first, then the newest."""
    found = await showing.votes(viewer=scene.viewer, place_id=scene.place_id)
    shown = sorted((one for one in found if one.state is not VoteState.DRAFT), key=lambda one: not one.is_open)[:MOST]
    offers = tuple(Offer(_label(one), OfferKind.VOTE, f"show:{one.id}") for one in shown)
    text = say("vote.chat.which" if offers else "vote.chat.empty")
    return _linked(reply(scene, Outcome.VOTE, text, offers=offers), "/votes")


def _label(line: VoteLine) -> str:
    return say("vote.chat.line", title=line.title, state=_state(line))


def _state(line: VoteLine) -> str:
    if line.is_open:
        return say("vote.chat.until", at=say_moment(line.closes_at))
    is_waiting = line.state is VoteState.OPEN
    return say("vote.state.over" if is_waiting else f"vote.state.{line.state.value}")


async def _show(scene: Scene, number: str) -> Reply:
    card = await showing.vote(int(number), viewer=scene.viewer)
    return _linked(reply(scene, Outcome.VOTE, _told(card), offers=_ways(card)), f"/votes/{number}")


def _told(card: VoteCard) -> str:
    line = card.line
    kind = say("vote.chat.secret" if line.is_secret else "vote.chat.named")
    lines = [
        say("vote.chat.head", title=line.title, state=_state(line), kind=kind),
        shortened(card.text, most=LONGEST),
        say("vote.chat.roll", unit=say(f"vote.unit.{card.unit.value}"), roll=line.roll_size, voted=line.voted),
        "" if line.is_legal else say("vote.chat.poll"),
        card.reason,
        *(_own(card, one) for one in card.mine),
        *(_result(card.result) if card.result else ()),
        say("vote.chat.only_there") if line.is_open and line.is_secret and card.mine else "",
    ]
    return "\n".join(one for one in lines if one)


def _own(card: VoteCard, one: OwnVote) -> str:
    if not one.has_voted:
        return say("vote.chat.own_open" if card.line.is_open else "vote.chat.own_missed", label=one.label)
    way = say(f"vote.way.{one.way.value}") if one.way else ""
    if card.line.is_secret or not one.choice:
        return say("vote.chat.own_cast", label=one.label, way=way)
    words = showing.said(card.form, one.choice) or say("vote.chat.nothing")
    return say("vote.chat.own_chose", label=one.label, way=way, words=words)


def _result(sheet: Mapping[str, Any]) -> list[str]:
    """What came out, as the page says it."""
    counted, result = sheet["counted"], sheet["result"]
    is_score = sheet["vote"]["method"] == VoteMethod.SCORE.value
    lines = [
        say(
            "vote.chat.got_points" if is_score else "vote.chat.got",
            text=one["text"],
            count=counted["tally"][str(one["position"])][0],
            mark=_mark(one["position"], result),
        )
        for one in sheet["vote"]["options"]
    ]
    outcome = "passes" if result["passes"] else ("fails" if result["has_turnout"] else "too_few")
    took = say("vote.chat.took_part", roll=sheet["roll"]["votes"], part=counted["took_part"])
    broken = [] if all(sheet["whole"].values()) else [say("vote.chat.broken")]
    return [*lines, took + say(f"vote.chat.{outcome}"), *broken]


def _mark(position: int, result: Mapping[str, Any]) -> str:
    if position in result["chosen"]:
        return say("vote.chat.chosen")
    return say("vote.chat.tied") if position in result["tied"] else ""


def _ways(card: VoteCard) -> tuple[Offer, ...]:
    """What somebody can do about a vote."""
    number = card.line.id
    turnout = Offer(say("vote.chat.turnout"), OfferKind.VOTE, f"turnout:{number}")
    back = Offer(say("vote.chat.back"), OfferKind.VOTE, "list:")
    if not card.line.is_open or not card.mine:
        return turnout, back
    if card.line.is_secret:
        return Offer(say("vote.chat.by_link"), OfferKind.VOTE, f"link:{number}"), turnout, back
    return (*_own_ballots(card), turnout, back)


def _own_ballots(card: VoteCard) -> tuple[Offer, ...]:
    """A line for each of one's own that was not cast on paper."""
    return tuple(
        Offer(
            say("vote.chat.change" if one.has_voted else "vote.chat.vote", label=one.label),
            OfferKind.VOTE,
            f"{ballots.FILL}:{ballots.empty(card.line.id, one.voter_id)}",
        )
        for one in card.mine
        if one.way is not VoteWay.PAPER
    )


async def _turnout(scene: Scene, number: str) -> Reply:
    found = await showing.turnout(int(number), viewer=scene.viewer)
    lines = [
        say("vote.chat.of_building", building=one.building or say("vote.small"), roll=one.roll, voted=one.voted)
        for one in found[:MOST_BUILDINGS]
    ]
    text = "\n".join([say("vote.chat.turnout_head" if lines else "vote.chat.turnout_none"), *lines])
    back = Offer(say("vote.chat.to_vote"), OfferKind.VOTE, f"show:{number}")
    return _linked(reply(scene, Outcome.VOTE, text, offers=(back,)), f"/votes/{number}")


async def _link(scene: Scene, number: str) -> Reply:
    """The way to the ballot of a secret vote: a link that works once and signs in, or the page alone where somebody is
    signed in already, or may not come in by a chat."""
    card = await showing.vote(int(number), viewer=scene.viewer)
    if not card.line.is_open or not card.mine:
        return await _show(scene, number)
    page = f"/votes/{card.line.id}"
    if scene.talk.channel == _SIGNED_IN or scene.viewer.is_staff:
        return _linked(reply(scene, Outcome.VOTE, say("vote.chat.page")), page, words="vote.chat.page_link")
    way = await login_codes.make_code(by=scene.viewer)
    text = say("vote.chat.way")
    letter = Letter(text, links=(Link(say("vote.chat.way_link"), f"/login/link/{way.link}?back={page}"),))
    return replace(reply(scene, Outcome.ONE_TIME, text), letter=letter, kept=say("vote.chat.kept"))


async def _form(scene: Scene, slip: Slip) -> tuple[VoteCard, str]:
    """The vote with the label of the slip's line; Invalid where it is secret."""
    card = await showing.vote(slip.vote_id, viewer=scene.viewer)
    if card.line.is_secret:
        raise Invalid("vote.secret_by_link")
    return card, next((one.label for one in card.mine if one.voter_id == slip.voter_id), "")


async def _fill(scene: Scene, value: str) -> Reply:
    """The ballot, as far as it is filled in."""
    slip = slip_of(value)
    card, label = await _form(scene, slip)
    if ballots.is_whole(card.form, slip):
        return await _sure(scene, value)
    return _asked(scene, card.form, slip, above=label)


def _asked(scene: Scene, form: Form, slip: Slip, *, above: str) -> Reply:
    text = "\n".join([above, ballots.question(form, slip)])
    return reply(scene, Outcome.VOTE, text, offers=ballots.lines(form, slip))


async def _sure(scene: Scene, value: str) -> Reply:
    """What is chosen, to be confirmed; what the form does not take is chosen anew."""
    slip = slip_of(value)
    card, label = await _form(scene, slip)
    try:
        words = ballots.words(card.form, slip)
    except Invalid as refusal:
        return _asked(scene, card.form, slip, above=say_refusal(refusal))
    text = say("vote.chat.confirm", label=label, words=words)
    return reply(scene, Outcome.VOTE, text, offers=ballots.sure(slip))


async def _cast(scene: Scene, value: str) -> Reply:
    """投票, 改票."""
    slip = slip_of(value)
    card, label = await _form(scene, slip)
    own = next((one for one in card.mine if one.voter_id == slip.voter_id), None)
    if own is not None and own.has_voted:
        await casting.change(slip.vote_id, by=scene.viewer, points=slip.points, voter_id=slip.voter_id)
    else:
        await casting.cast(slip.vote_id, by=scene.viewer, voter_id=slip.voter_id, points=slip.points, way=VoteWay.CHAT)
    text = say("vote.chat.cast", label=label, words=ballots.words(card.form, slip), at=say_moment(card.line.closes_at))
    back = Offer(say("vote.chat.to_vote"), OfferKind.VOTE, f"show:{slip.vote_id}")
    return reply(scene, Outcome.VOTE, text, offers=(back,))


def _linked(told: Reply, path: str, *, words: str = "vote.letter.link") -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say(words), path),)))


_DEEDS: Mapping[str, Callable[[Scene, str], Awaitable[Reply]]] = {
    "list": _list,
    "show": _show,
    "turnout": _turnout,
    "link": _link,
    ballots.FILL: _fill,
    ballots.SURE: _sure,
    ballots.CAST: _cast,
}
