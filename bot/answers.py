"""Replies that tell an entry: whole, in part, for one condition, or for every condition."""

from __future__ import annotations

from dataclasses import replace

from bot import letters, offers
from bot.memory import Known, Memory, Offer, OfferKind, Ranked
from bot.reply import Outcome, Reply
from bot.scene import Scene
from bot.variants import Settled, settle, variant_at
from casework import guide
from casework.snapshots import ShownEntry
from courier.letters import Letter
from models.entry_content import FieldState, StatedField, Variant
from models.errors import NotFound
from models.wording import say
from nlp.normalise import normalise

AMOUNT: StatedField = "amount"
FEE: StatedField = "fee"


async def shown(key: str, scene: Scene) -> ShownEntry:
    """An entry as shown to the one who asks."""
    return await guide.entry(key, viewer=scene.viewer, place_id=scene.place_id)


async def tell(key: str, scene: Scene, *, question: str, ranked: tuple[Ranked, ...]) -> Reply:
    """答: the whole answer, and the first condition that is still open; an amount waits for its conditions."""
    entry = await shown(key, scene)
    settled = settle(entry.content, texts=(question,), known=scene.memory.known)
    asked = letters.asked_fields(normalise(question))
    if _depends(entry, settled, asked):
        return _asking_first(scene, entry, settled, question=question, ranked=ranked)
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.full_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    memory = _remember(scene, entry, settled, lines=lines, question=question, ranked=ranked)
    return Reply(_asking(letter, entry, settled.open), Outcome.ANSWER, memory, ranked, entry=key)


def _depends(entry: ShownEntry, settled: Settled, asked: tuple[str, ...]) -> bool:
    """Whether a sum is asked for that there is, and that is not the same for everybody."""
    has_sum = entry.content.status.get(AMOUNT) is not FieldState.NOT_APPLICABLE
    return settled.open > 0 and AMOUNT in asked and has_sum


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
    asked = _asked_now(scene)
    settled = settle(entry.content, texts=(scene.masked, memory.question), known=memory.known)
    ranked = first_ranked(key, scene.ranked_in_context)
    if _depends(entry, settled, asked):
        if memory.wants_amount and memory.asking:
            return await tell_every_option(scene, number=memory.asking)
        return _asking_first(scene, entry, settled, question=memory.question, ranked=ranked)
    if asked and not memory.wants_amount:
        settled = replace(settled, open=0)
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.short_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    kept = _remember(scene, entry, settled, lines=lines, question=memory.question, ranked=memory.candidates)
    return Reply(_asking(letter, entry, settled.open), Outcome.ANSWER, kept, ranked, key)


def _asked_now(scene: Scene) -> tuple[str, ...]:
    """The fields a follow-up asks for; while an amount waits, 多少钱 is about that and not about a fee."""
    asked = letters.asked_fields(scene.heard.normalised)
    if not scene.memory.wants_amount:
        return asked
    return tuple(dict.fromkeys(AMOUNT if name == FEE else name for name in asked))


async def tell_condition(scene: Scene, *, number: int, answer: str) -> Reply:
    """按条件答: what holds for the option just named, and the next condition, of two at most."""
    entry, memory = await shown(scene.memory.entry, scene), scene.memory
    known = with_known(memory, entry, number=number, answer=answer)
    settled = settle(entry.content, texts=(), known=known)
    asked = (AMOUNT,) if memory.wants_amount and not settled.open and not settled.is_ended else ()
    lines = condition_offers(entry, settled.open) or offers.rating()
    letter = letters.condition_letter(entry, asked=asked, settled=settled, choices=labels(lines))
    kept = _remember(scene, entry, settled, lines=lines, question=memory.question, ranked=memory.candidates)
    outcome = Outcome.ASK_BACK if settled.open else Outcome.ANSWER
    letter = _asking(letter, entry, settled.open)
    return Reply(letter, outcome, replace(kept, known=known), memory.candidates, entry=entry.key)


async def tell_every_option(scene: Scene, *, number: int) -> Reply:
    """不清楚: what holds in each case of the condition asked."""
    entry = await shown(scene.memory.entry, scene)
    variant = _condition(entry, number)
    lines = offers.rating()
    asked = (AMOUNT,) if scene.memory.wants_amount else ()
    letter = letters.every_option_letter(entry, variant, asked=asked, choices=labels(lines))
    memory = replace(scene.memory, asking=0, wants_amount=False, offered=lines, misses=0)
    return Reply(letter, Outcome.ANSWER, memory, scene.memory.candidates, entry=entry.key)


async def ask_again(scene: Scene) -> Reply:
    """改: forget what was said of this entry's conditions and ask anew."""
    entry, memory = await shown(scene.memory.entry, scene), scene.memory
    known = tuple(one for one in memory.known if not is_condition_of(entry, one))
    lines = condition_offers(entry, 1)
    text = say("ask_back.again", title=entry.content.title, ask=entry.content.variants[0].ask)
    wants = memory.wants_amount or AMOUNT in letters.asked_fields(normalise(memory.question))
    kept = replace(memory, known=known, asking=1, wants_amount=wants, offered=lines)
    return Reply(Letter(text, choices=labels(lines)), Outcome.ASK_BACK, kept, memory.candidates)


def is_condition_of(entry: ShownEntry, known: Known) -> bool:
    """Whether something told before answers one of an entry's own conditions."""
    return any(variant.ask == known.ask for variant in entry.content.variants)


def condition_offers(entry: ShownEntry, number: int) -> tuple[Offer, ...]:
    """The options of a condition as numbered lines, then 'not sure' and a person; none when nothing is open."""
    variant = variant_at(entry.content, number)
    if variant is None:
        return ()
    options = (Offer(option.answer, OfferKind.OPTION, entry.key, number) for option in variant.options)
    return (*options, Offer(say("choice.unsure"), OfferKind.UNSURE, entry.key, number), offers.person())


def with_known(memory: Memory, entry: ShownEntry, *, number: int, answer: str) -> tuple[Known, ...]:
    """What is known after an option was named; a later word on the same condition wins."""
    variant = _condition(entry, number)
    others = tuple(one for one in memory.known if one.ask != variant.ask)
    return (*others, Known(variant.ask, answer))[-12:]


def _condition(entry: ShownEntry, number: int) -> Variant:
    """A condition that was asked about; NotFound where the entry has changed meanwhile and no longer has it."""
    variant = variant_at(entry.content, number)
    if variant is None:
        raise NotFound("guide.not_found", key=entry.key)
    return variant


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
        wants_amount=settled.open > 0 and entry.key == scene.memory.entry and scene.memory.wants_amount,
        candidates=ranked,
        offered=lines,
        known=(*others, *told)[-12:],
        misses=0,
    )
