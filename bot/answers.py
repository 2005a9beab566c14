"""Replies that tell an entry: whole, in part, for one condition, or for every condition."""

from __future__ import annotations

from dataclasses import replace

from bot import letters, offers
from bot.memory import Known, Memory, Offer, OfferKind, Ranked
from bot.reply import Outcome, Reply
from bot.scene import Scene
from bot.variants import Settled, settle, variant_at
from casework import guide
from casework.guide import ShownEntry
from courier.letters import Letter
from models.wording import say
from nlp.normalise import normalise

AMOUNT = "amount"


async def shown(key: str, scene: Scene) -> ShownEntry:
    """An entry as shown to the one who asks."""
    return await guide.entry(key, viewer=scene.viewer, place_id=scene.place_id)


async def tell(key: str, scene: Scene, *, question: str, ranked: tuple[Ranked, ...]) -> Reply:
    """答: the whole answer, and the first condition that is still open; an amount waits for its conditions."""
    entry = await shown(key, scene)
    settled = settle(entry.content, text=question, known=scene.memory.known)
    asked = letters.asked_fields(normalise(question))
    if settled.open and AMOUNT in asked:
        return _asking_first(scene, entry, settled, question=question, ranked=ranked)
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.full_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    memory = _remember(scene, entry, settled, lines=lines, question=question, ranked=ranked)
    return Reply(_asking(letter, entry, settled.open), Outcome.ANSWER, memory, ranked, entry=key)


def _asking_first(
    scene: Scene, entry: ShownEntry, settled: Settled, *, question: str, ranked: tuple[Ranked, ...]
) -> Reply:
    """先问: how much depends on who asks, so nothing is named before that is known."""
    lines = condition_offers(entry, settled.open)
    letter = letters.asking_letter(entry, settled=settled, choices=labels(lines))
    memory = _remember(scene, entry, settled, lines=lines, question=question, ranked=ranked)
    waiting = replace(memory, wants_amount=True)
    return Reply(_asking(letter, entry, settled.open), Outcome.ASK_BACK, waiting, ranked, entry=entry.key)


async def tell_part(key: str, scene: Scene) -> Reply:
    """接着答: what a follow-up asks about the entry told before."""
    entry, memory = await shown(key, scene), scene.memory
    asked = letters.asked_fields(scene.heard.normalised)
    settled = settle(entry.content, text=f"{memory.question} {scene.masked}", known=memory.known)
    ranked = first_ranked(key, scene.ranked_in_context)
    if settled.open and AMOUNT in asked and not memory.asking:
        return _asking_first(scene, entry, settled, question=memory.question, ranked=ranked)
    if asked:
        settled = replace(settled, open=0)
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.short_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    kept = _remember(scene, entry, settled, lines=lines, question=memory.question, ranked=memory.candidates)
    return Reply(_asking(letter, entry, settled.open), Outcome.ANSWER, kept, ranked, key)


async def tell_condition(scene: Scene, *, number: int, answer: str) -> Reply:
    """按条件答: what holds for the option just named, and the next condition, of two at most."""
    entry, memory = await shown(scene.memory.entry, scene), scene.memory
    known = with_known(memory, entry, number=number, answer=answer)
    settled = settle(entry.content, text="", known=known)
    asked = (AMOUNT,) if memory.wants_amount and not settled.open and not settled.is_ended else ()
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.short_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    kept = _remember(scene, entry, settled, lines=lines, question=memory.question, ranked=memory.candidates)
    kept = replace(kept, known=known, wants_amount=memory.wants_amount and settled.open > 0)
    outcome = Outcome.ASK_BACK if settled.open else Outcome.ANSWER
    return Reply(_asking(letter, entry, settled.open), outcome, kept, memory.candidates, entry=entry.key)


async def tell_every_option(scene: Scene) -> Reply:
    """不清楚: what holds in each case of the condition asked."""
    entry = await shown(scene.memory.entry, scene)
    variant = variant_at(entry.content, scene.memory.asking)
    assert variant is not None
    lines = offers.rating()
    asked = (AMOUNT,) if scene.memory.wants_amount else ()
    letter = letters.every_option_letter(entry, variant, asked=asked, choices=labels(lines))
    memory = replace(scene.memory, asking=0, wants_amount=False, offered=lines, misses=0)
    return Reply(letter, Outcome.ANSWER, memory, scene.memory.candidates, entry=entry.key)


async def ask_again(scene: Scene) -> Reply:
    """改: forget what was said of this entry's conditions and ask anew."""
    entry = await shown(scene.memory.entry, scene)
    asks = {variant.ask for variant in entry.content.variants}
    known = tuple(one for one in scene.memory.known if one.ask not in asks)
    lines = condition_offers(entry, 1)
    text = say("ask_back.again", title=entry.content.title, ask=entry.content.variants[0].ask)
    memory = replace(scene.memory, known=known, asking=1, question=entry.content.title, offered=lines)
    return Reply(Letter(text, choices=labels(lines)), Outcome.ASK_BACK, memory, scene.memory.candidates)


def condition_offers(entry: ShownEntry, number: int) -> tuple[Offer, ...]:
    """The options of a condition as numbered lines, with 'not sure' last; none when nothing is open."""
    variant = variant_at(entry.content, number)
    if variant is None:
        return ()
    options = (Offer(option.answer, OfferKind.OPTION, entry.key, number) for option in variant.options)
    return (*options, Offer(say("choice.unsure"), OfferKind.UNSURE, entry.key, number))


def with_known(memory: Memory, entry: ShownEntry, *, number: int, answer: str) -> tuple[Known, ...]:
    """What is known after an option was named; a later word on the same condition wins."""
    variant = variant_at(entry.content, number)
    assert variant is not None
    others = tuple(one for one in memory.known if one.ask != variant.ask)
    return (*others, Known(variant.ask, answer))[-12:]


def first_ranked(key: str, ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """The ranking with the entry that was told in front."""
    own = next((one for one in ranked if one.key == key), Ranked(key, 0.0))
    return (own, *(one for one in ranked if one.key != key))[:5]


def labels(lines: tuple[Offer, ...]) -> tuple[str, ...]:
    """The words of numbered lines."""
    return tuple(line.label for line in lines)


def _asking(letter: Letter, entry: ShownEntry, number: int) -> Letter:
    variant = variant_at(entry.content, number)
    if variant is None:
        return letter
    return replace(letter, text=f"{letter.text}\n\n{say('ask_back.ask', ask=variant.ask)}")


def _remember(
    scene: Scene,
    entry: ShownEntry,
    settled: Settled,
    *,
    lines: tuple[Offer, ...],
    question: str,
    ranked: tuple[Ranked, ...],
) -> Memory:
    told = [Known(entry.content.variants[number - 1].ask, option.answer) for number, option in settled.options.items()]
    others = [one for one in scene.memory.known if one.ask not in {known.ask for known in told}]
    return replace(
        scene.memory,
        question=question,
        question_line=scene.line_id if question == scene.masked else scene.memory.question_line,
        entry=entry.key,
        asking=settled.open,
        wants_amount=False,
        candidates=ranked,
        offered=lines,
        known=(*others, *told)[-12:],
        misses=0,
    )
