"""提案: which there are, one with its history, supporting it by digits, and putting one step by step.

What is typed is masked before anything remembers it, and what is like it is shown before it is put.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum.deliberation import lists, putting, showing, supporting
from forum.deliberation.lists import ProposalLine
from forum.deliberation.putting import NewProposal
from forum.deliberation.showing import ProposalCard
from forum.deliberation.words import stage_name
from forum.words import one_line, text_of, title_of
from models import clock
from models.conversation import Speaker
from models.errors import Invalid, Refusal
from models.post import PostState
from models.proposal import ProposalStage
from models.transaction import savepoint
from models.wording import say, say_date, say_moment, say_refusal
from nlp.exposed import shield
from people.permissions import may

MOST, MOST_STEPS, LONGEST, MOST_TYPED = 6, 6, 400, 1_500


async def take(scene: Scene) -> Reply | None:
    """看提案, 提一个; what was picked of it; or the words one was asked for."""
    if scene.chosen is not None:
        is_ours = scene.chosen.kind in (OfferKind.PROPOSAL, OfferKind.PROPOSAL_WORDS)
        return await _picked(scene, scene.chosen) if is_ours else None
    if scene.talk.speaker is Speaker.PERSON:
        return None
    if (said := _asked_for_words(scene)) is not None:
        return await _heard(scene, said)
    for word, deed in (("my_proposals", _mine), ("put_proposal", _begin), ("proposals", _list)):
        if says(word, scene.heard.normalised):
            return _stranger(scene) or await deed(scene, "")
    return None


def _stranger(scene: Scene) -> Reply | None:
    """The council hall is for those who live or work here."""
    if scene.viewer.person_id is not None and may(scene.viewer, "proposal.read", scene.place_id):
        return None
    return reply(scene, Outcome.PROPOSAL, say("proposal.chat.join_first"))


async def _picked(scene: Scene, chosen: Offer) -> Reply:
    if chosen.kind is OfferKind.PROPOSAL_WORDS:
        return reply(scene, Outcome.PROPOSAL, say("proposal.chat.dropped"))
    verb, _, value = chosen.value.partition(":")
    return _stranger(scene) or await _DEEDS[verb](scene, value)


async def _list(scene: Scene, _value: str) -> Reply:
    """The newest, whatever their stage."""
    found = await lists.proposals(viewer=scene.viewer, place_id=scene.place_id, most=MOST)
    more = [_pick("proposal.chat.to_unanswered", "unanswered:"), _pick("proposal.chat.to_mine", "mine:")]
    if may(scene.viewer, "proposal.begin", scene.place_id):
        more.append(_pick("proposal.chat.to_begin", "begin:"))
    return _listed(scene, found.lines, "proposal.chat.which", none="proposal.chat.none", more=more, path="/proposals")


async def _unanswered(scene: Scene, _value: str) -> Reply:
    found = await lists.unanswered(viewer=scene.viewer, place_id=scene.place_id)
    keys = ("proposal.chat.unanswered", "proposal.chat.unanswered_none")
    more = [_pick("proposal.chat.back", "list:")]
    return _listed(scene, found[:MOST], keys[0], none=keys[1], more=more, path="/proposals/unanswered")


async def _mine(scene: Scene, _value: str) -> Reply:
    found = await lists.mine(viewer=scene.viewer, place_id=scene.place_id)
    more = [_pick("proposal.chat.back", "list:")]
    none = "proposal.chat.mine_none"
    return _listed(scene, found[:MOST], "proposal.chat.mine", none=none, more=more, path="/my/proposals")


def _listed(
    scene: Scene, lines: Sequence[ProposalLine], head: str, *, none: str, more: list[Offer], path: str
) -> Reply:
    offers = (*(Offer(_label(one), OfferKind.PROPOSAL, f"show:{one.id}") for one in lines), *more)
    return _linked(reply(scene, Outcome.PROPOSAL, say(head if lines else none), offers=offers), path)


def _label(one: ProposalLine) -> str:
    stage = stage_name(one.stage)
    if one.stage is ProposalStage.SUPPORT:
        stage = say("proposal.chat.support_of", stage=stage, count=one.support_count, needed=one.support_needed)
    elif one.owes_answer and one.due_at is not None:
        stage = say("proposal.chat.due", stage=stage, at=say_date(clock.local(one.due_at).date()))
    return say("proposal.chat.line", number=one.number, title=one.title, stage=stage)


def _pick(key: str, value: str) -> Offer:
    return Offer(say(key), OfferKind.PROPOSAL, value)


async def _show(scene: Scene, number: str, *, above: str = "") -> Reply:
    card = await showing.card(int(number), viewer=scene.viewer)
    text = "\n".join([above, *_told(card)] if above else _told(card))
    return _linked(reply(scene, Outcome.PROPOSAL, text, offers=_ways(card)), f"/proposals/{number}")


def _told(card: ProposalCard) -> list[str]:
    now = card.standing
    who = card.author.words if card.author else say("privacy.gone")
    lines = [
        say("proposal.chat.head", number=now.number, title=card.post.title, stage=stage_name(now.stage), who=who),
        shortened(card.post.text, most=LONGEST),
    ]
    if now.support_needed:
        facts = {"count": now.support_count, "needed": now.support_needed}
        lines.append(say("proposal.chat.supported", **facts, households=now.households, percent=card.percent))
    if now.due_at is not None:
        lines.append(say("proposal.chat.until", at=say_moment(now.due_at)))
    if card.answered_at is not None and card.answer != card.reason:
        lines.append(say("proposal.chat.answer", text=shortened(card.answer, most=LONGEST)))
    if card.reason:
        lines.append(say("proposal.chat.reason", reason=card.reason))
    if card.supports:
        lines.append(say("proposal.chat.own"))
    elif card.household_supports:
        lines.append(say("proposal.chat.own_household"))
    elif card.needs_home:
        lines.append(say("proposal.chat.needs_home"))
    return lines


def _ways(card: ProposalCard) -> tuple[Offer, ...]:
    """What somebody can do about it."""
    number = card.standing.id
    found: list[Offer] = []
    if card.may_support and card.supports:
        found.append(_pick("proposal.chat.take_back", f"take_back:{number}"))
    elif card.may_support and not card.household_supports:
        found.append(_pick("proposal.chat.support", f"support:{number}"))
    found.append(_pick("proposal.chat.history", f"history:{number}"))
    if card.amendments:
        label = say("proposal.chat.amendments", count=len(card.amendments))
        found.append(Offer(label, OfferKind.PROPOSAL, f"amendments:{number}"))
    if card.may_amend:
        found.append(Offer(say("proposal.chat.amend"), OfferKind.AMEND, f"begin:{number}"))
    return (*found, _pick("proposal.chat.back", "list:"))


async def _support(scene: Scene, number: str) -> Reply:
    """附议; what cannot be done is said, with the proposal as it stands now."""
    return await _done(scene, number, supporting.support, said="supported_now")


async def _take_back(scene: Scene, number: str) -> Reply:
    return await _done(scene, number, supporting.take_back, said="taken_back")


async def _done(scene: Scene, number: str, verb: Callable[..., Awaitable[object]], *, said: str) -> Reply:
    try:
        async with savepoint():
            await verb(int(number), by=scene.viewer)
    except Refusal as refusal:
        return await _show(scene, number, above=say_refusal(refusal))
    return await _show(scene, number, above=say(f"proposal.chat.{said}"))


async def _history(scene: Scene, number: str) -> Reply:
    """经过: when, who, why."""
    card = await showing.card(int(number), viewer=scene.viewer)
    lines = [
        say("proposal.chat.step", at=say_moment(one.at), name=one.name, who=one.who, reason=one.reason).strip()
        for one in card.steps[-MOST_STEPS:]
    ]
    text = "\n".join([say("proposal.chat.history_head", number=card.standing.number), *lines])
    offers = (_pick("proposal.chat.to_proposal", f"show:{number}"),)
    return _linked(reply(scene, Outcome.PROPOSAL, text, offers=offers), f"/proposals/{number}")


async def _amendments(scene: Scene, number: str) -> Reply:
    """修改建议, to be read; they are compared and settled on the page."""
    card = await showing.card(int(number), viewer=scene.viewer)
    lines = [
        say(
            "proposal.chat.amendment",
            who=one.author.words if one.author else say("privacy.gone"),
            state=one.words,
            text=shortened(one.text, most=LONGEST),
        )
        for one in card.amendments[-MOST:]
    ]
    text = "\n".join([say("proposal.chat.amendments_head"), *lines])
    offers = (_pick("proposal.chat.to_proposal", f"show:{number}"),)
    return _linked(reply(scene, Outcome.PROPOSAL, text, offers=offers), f"/proposals/{number}")


async def _begin(scene: Scene, _value: str) -> Reply:
    if not may(scene.viewer, "proposal.begin", scene.place_id):
        return reply(scene, Outcome.PROPOSAL, say("proposal.chat.join_first"))
    return _ask(scene, [])


def _ask(scene: Scene, said: list[str], *, above: str = "") -> Reply:
    """For the title, then for the words."""
    text = say("proposal.chat.ask_text" if said else "proposal.chat.ask_title")
    waits = Offer(say("proposal.chat.give_up"), OfferKind.PROPOSAL_WORDS, json.dumps(said, ensure_ascii=False))
    return reply(scene, Outcome.PROPOSAL, f"{above}\n{text}" if above else text, offers=(waits,))


def _asked_for_words(scene: Scene) -> list[str] | None:
    """What was said so far when words were asked for just now; a wish for a person is none of them."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.PROPOSAL_WORDS), None)
    if waits is None or scene.bare or not just_asked(scene) or handing.wants_person(scene):
        return None
    return list(json.loads(waits.value))


async def _heard(scene: Scene, said: list[str]) -> Reply:
    """The title or the words, masked before anything remembers them; what cannot be taken loses nothing of before."""
    if scene.heard.normalised == "0" or says("cancel", scene.heard.normalised):
        return reply(scene, Outcome.PROPOSAL, say("proposal.chat.dropped"))
    try:
        if not said:
            return _ask(scene, [_title(scene.original)])
        text = shield(text_of(scene.original, most=MOST_TYPED)).text
    except Invalid as refusal:
        return _ask(scene, said, above=say_refusal(refusal))
    return await _sure(scene, said[0], text)


def _title(typed: str) -> str:
    found = title_of(typed)
    if not one_line(found):
        raise Invalid("post.empty")
    return shield(found).text


async def _sure(scene: Scene, title: str, text: str) -> Reply:
    """What is like it first; then once more what was said."""
    alike = await putting.similar(text, viewer=scene.viewer, place_id=scene.place_id, title=title)
    shown = [
        Offer(
            say("proposal.chat.line", number=one.number, title=one.title, stage=stage_name(one.stage)),
            OfferKind.PROPOSAL,
            f"show:{one.id}",
        )
        for one in alike[:3]
    ]
    put = Offer(say("proposal.chat.put"), OfferKind.PROPOSAL, f"put:{json.dumps([title, text], ensure_ascii=False)}")
    head = [say("proposal.chat.sure", title=title, text=text)]
    told = "\n".join([*head, say("proposal.chat.alike")] if shown else head)
    return reply(scene, Outcome.PROPOSAL, told, offers=(put, _pick("proposal.chat.give_up", "drop:"), *shown))


async def _put(scene: Scene, value: str) -> Reply:
    title, text = json.loads(value)
    new = NewProposal(text, title=title, key=f"line-{scene.line_id}")
    try:
        async with savepoint():
            made = await putting.begin(new, by=scene.viewer, place_id=scene.place_id)
    except Refusal as refusal:
        return reply(scene, Outcome.PROPOSAL, say_refusal(refusal))
    if made.post.state is not PostState.PUBLISHED:
        return _linked(reply(scene, Outcome.PROPOSAL, say("proposal.chat.held")), f"/proposals/{made.proposal.id}")
    facts = {"number": made.proposal.number, "needed": made.proposal.support_needed}
    key = "begun_topic" if made.proposal.stage is ProposalStage.TOPIC else "begun"
    return await _show(scene, str(made.proposal.id), above=say(f"proposal.chat.{key}", **facts))


async def _drop(scene: Scene, _value: str) -> Reply:
    return reply(scene, Outcome.PROPOSAL, say("proposal.chat.dropped"))


def _linked(told: Reply, path: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("proposal.letter.link"), path),)))


_DEEDS: Mapping[str, Callable[[Scene, str], Awaitable[Reply]]] = {
    "list": _list,
    "unanswered": _unanswered,
    "mine": _mine,
    "show": _show,
    "support": _support,
    "take_back": _take_back,
    "history": _history,
    "amendments": _amendments,
    "begin": _begin,
    "put": _put,
    "drop": _drop,
}
