"""A question: answered, met with the nearest entries, or honestly not known; what asks nothing gets a word back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot import answers, context, handing, offers, papers
from bot.memory import Memory, Offer, OfferKind, Ranked
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply, word_back
from casework import misses, phrasings
from casework.guide import Zone
from courier.letters import Letter
from models.errors import NotFound, Refusal
from models.wording import say

MISSES_BEFORE_A_PERSON = 2
LIKELY = 0.1
"""How likely one of the nearest three must be for an unknown question to be shown them whatever words it shares: of 18
in scope that were missed, 15 are so shown the right entry instead of 12; of 220 out of scope none is shown more."""
NEAR = 0.8
"""How likely one of the nearest three must be for something told (我失业了) to be met with them."""


async def take(scene: Scene) -> Reply | None:
    """问: by the ranking's zone; a line picked from an offer is answered outright."""
    chosen = scene.chosen
    if chosen is not None and chosen.kind is OfferKind.ENTRY:
        return await _picked(scene, chosen)
    found = scene.found
    if found is None:
        return None
    if found.zone is Zone.ANSWER or await papers.asked_for(scene):
        return await answers.tell(found.hits[0].key, scene, question=scene.masked, ranked=scene.ranked)
    if scene.heard.tells and found.right_in_three < NEAR:
        return word_back(scene, say("small_talk.told"), offers=(offers.person(),))
    ranked = context.ranking(scene, found)
    said = await (_offer if ranked.zone is Zone.OFFER else _unknown)(replace(scene, found=ranked))
    told = await handing.what_about(scene)
    return _with_note(said, told) if told else said


def _with_note(said: Reply, note: str) -> Reply:
    letter = said.letter or Letter("")
    memory = replace(said.memory, wished=False)
    return replace(said, letter=replace(letter, text=f"{note}\n{letter.text}"), memory=memory)


async def _picked(scene: Scene, chosen: Offer) -> Reply:
    """The entry picked; the question it was offered for still says which conditions hold, and is one more way of
    asking for it."""
    ranked = answers.first_ranked(chosen.value, scene.memory.candidates or (Ranked(chosen.value, 0.0),))
    question = scene.memory.question or chosen.label
    try:
        told = await answers.tell(chosen.value, scene, question=question, ranked=ranked)
    except NotFound:
        return reply(scene, Outcome.UNKNOWN, say("ask.unknown.first_nothing"), offers=(offers.person(),))
    await _note(chosen.value, scene)
    return told


async def _note(key: str, scene: Scene) -> None:
    """Keep that an entry was picked for a question; an answer is owed to the resident even where that cannot be."""
    if all(one.key != key for one in scene.memory.candidates):
        return
    with suppress(Refusal):
        await phrasings.note(scene.memory.question, by=scene.viewer, place_id=scene.place_id, entry_key=key)


async def _offer(scene: Scene) -> Reply:
    near = await _near(scene)
    memory = _asked(scene)
    return reply(
        scene,
        Outcome.CHOICES,
        say("ask.offer.first"),
        offers=(*near, offers.none_of_these()),
        memory=memory,
        ranked=scene.ranked,
    )


async def _unknown(scene: Scene) -> Reply:
    """The first time the nearest stand first; the second time in a row, the person."""
    await _record(scene)
    near = await _near(scene, sharing_words=True)
    memory = replace(_asked(scene), misses=scene.memory.misses + 1)
    is_again = memory.misses >= MISSES_BEFORE_A_PERSON
    key = f"ask.unknown.{'again' if is_again else 'first'}{'' if near else '_nothing'}"
    lines = (offers.person(), *near) if is_again or not near else (*near, offers.none_of_these())
    return reply(scene, Outcome.UNKNOWN, say(key), offers=lines, memory=memory, ranked=scene.ranked)


async def _near(scene: Scene, *, sharing_words: bool = False) -> tuple[Offer, ...]:
    """The nearest entries. An unknown question is only shown those it shares a word with, or it would puzzle, unless
    one of the first three may well be meant (我要办老年卡)."""
    found = scene.found
    hits = found.hits if found else ()
    every = not sharing_words or (found is not None and found.right_in_three >= LIKELY)
    kept = {hit.key for hit in hits if hit.matched or every}
    ranked = tuple(one for one in scene.ranked if one.key in kept)
    return await offers.nearest(ranked, viewer=scene.viewer, place_id=scene.place_id)


def _asked(scene: Scene) -> Memory:
    """The question now waits for a choice; the entry told before is no longer what is talked about."""
    return replace(
        scene.memory,
        question=scene.masked,
        question_line=scene.line_id,
        entry="",
        asking=0,
        candidates=scene.ranked,
    )


async def _record(scene: Scene) -> None:
    """Keep the miss; an answer is owed to the resident even where it may not be kept, which is said before anything is
    written."""
    with suppress(Refusal):
        await misses.record_miss(by=scene.viewer, conversation_id=scene.talk.conversation_id, text=scene.masked)
