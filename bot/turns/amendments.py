"""修改建议: other words for a proposal step by step, why first and then the whole text as it should be.

What is typed is masked before anything remembers it. What is too long for a chat is changed on its page.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from forum.deliberation import amending, showing
from forum.deliberation.amending import MOST_NOTE, NewAmendment
from forum.words import one_line, text_of
from models.errors import Invalid, Refusal
from models.post import PostState
from models.transaction import savepoint
from models.wording import say, say_refusal
from nlp.exposed import shield

MOST_TYPED = 1_500


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said so far: of which proposal, why, and in what words."""

    proposal: int
    note: str = ""
    text: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


async def take(scene: Scene) -> Reply | None:
    """写修改建议; or the words one was asked for."""
    if scene.chosen is not None:
        is_ours = scene.chosen.kind in (OfferKind.AMEND, OfferKind.AMEND_WORDS)
        return await _picked(scene, scene.chosen) if is_ours else None
    said = _asked_for_words(scene)
    return await _heard(scene, said) if said is not None else None


async def _picked(scene: Scene, chosen: Offer) -> Reply:
    if chosen.kind is OfferKind.AMEND_WORDS:
        return _dropped(scene, _said(chosen))
    verb, _, value = chosen.value.partition(":")
    return await _DEEDS[verb](scene, value)


def _said(offer: Offer) -> _Said:
    return _Said(**json.loads(offer.value))


async def _begin(scene: Scene, number: str) -> Reply:
    """What it says now, and why it should say something else."""
    card = await showing.card(int(number), viewer=scene.viewer)
    if not card.may_amend:
        return _about(scene, int(number), say("proposal.chat.amend_over"))
    if len(card.post.text) > MOST_TYPED:
        return _about(scene, int(number), say("proposal.chat.amend_too_long"), path="/amend")
    return _ask(scene, _Said(int(number)), above=say("proposal.chat.amend_now", text=card.post.text))


def _ask(scene: Scene, said: _Said, *, above: str = "") -> Reply:
    """For why, then for the words."""
    text = say("proposal.chat.amend_text" if said.note else "proposal.chat.amend_why")
    waits = Offer(say("proposal.chat.amend_give_up"), OfferKind.AMEND_WORDS, str(said))
    return reply(scene, Outcome.PROPOSAL, f"{above}\n{text}" if above else text, offers=(waits,))


def _asked_for_words(scene: Scene) -> _Said | None:
    """What was said so far when words were asked for just now; a wish for a person is none of them."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.AMEND_WORDS), None)
    if waits is None or scene.bare or not just_asked(scene) or handing.wants_person(scene):
        return None
    return _said(waits)


async def _heard(scene: Scene, said: _Said) -> Reply:
    """Why, or the words; what cannot be taken loses nothing of before."""
    if scene.heard.normalised == "0" or says("cancel", scene.heard.normalised):
        return _dropped(scene, said)
    try:
        if not said.note:
            return _ask(scene, replace(said, note=_note(scene.original)))
        text = shield(text_of(scene.original, most=MOST_TYPED)).text
    except Invalid as refusal:
        return _ask(scene, said, above=say_refusal(refusal))
    return _sure(scene, replace(said, text=text))


def _note(typed: str) -> str:
    found = one_line(typed)
    if not 0 < len(found) <= MOST_NOTE:
        raise Invalid("proposal.amendment_note", most=MOST_NOTE)
    return shield(found).text


def _sure(scene: Scene, said: _Said) -> Reply:
    """Once more what was said."""
    send = Offer(say("proposal.chat.amend_send"), OfferKind.AMEND, f"send:{said}")
    drop = Offer(say("proposal.chat.amend_give_up"), OfferKind.AMEND_WORDS, str(said))
    text = say("proposal.chat.amend_sure", note=said.note, text=said.text)
    return reply(scene, Outcome.PROPOSAL, text, offers=(send, drop))


async def _send(scene: Scene, value: str) -> Reply:
    said = _Said(**json.loads(value))
    new = NewAmendment(said.text, said.note, key=f"line-{scene.line_id}")
    try:
        async with savepoint():
            made = await amending.amend(said.proposal, new, by=scene.viewer)
    except Invalid as refusal:
        return _ask(scene, replace(said, text=""), above=say_refusal(refusal))
    except Refusal as refusal:
        return _about(scene, said.proposal, say_refusal(refusal))
    key = "amend_sent" if made.state is PostState.PUBLISHED else "amend_held"
    return _about(scene, said.proposal, say(f"proposal.chat.{key}"))


def _dropped(scene: Scene, said: _Said) -> Reply:
    return _about(scene, said.proposal, say("proposal.chat.amend_dropped"))


def _about(scene: Scene, proposal_id: int, text: str, *, path: str = "") -> Reply:
    """A word about it, with the way back to the proposal and its page."""
    back = Offer(say("proposal.chat.to_proposal"), OfferKind.PROPOSAL, f"show:{proposal_id}")
    told = reply(scene, Outcome.PROPOSAL, text, offers=(back,))
    assert told.letter is not None
    link = Link(say("proposal.letter.link"), f"/proposals/{proposal_id}{path}")
    return replace(told, letter=replace(told.letter, links=(link,)))


_DEEDS: Mapping[str, Callable[[Scene, str], Awaitable[Reply]]] = {"begin": _begin, "send": _send}
