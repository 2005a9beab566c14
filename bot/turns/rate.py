"""Judging an answer (有用, 没解决); after a person's reply, whether it is solved and whether one is content."""

from __future__ import annotations

from dataclasses import replace

from bot import handing, offers
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import first_said
from casework import conversations, questions
from models.conversation import Verdict
from models.wording import say
from nlp.intent import Intent

_JUDGING = ("useful", "unsolved", "not_satisfied")


async def take(scene: Scene) -> Reply | None:
    """评价: of a person's reply where that came last, else of the bot's answer."""
    chosen = scene.chosen
    if chosen is None:
        return _nothing(scene)
    if chosen.kind is OfferKind.USEFUL:
        return await _useful(scene)
    if chosen.kind is OfferKind.UNSOLVED:
        return await _unsolved(scene)
    return await _about_question(scene, chosen.kind, int(chosen.value)) if chosen.value.isdigit() else None


def _nothing(scene: Scene) -> Reply | None:
    """A bare 没解决 or 满意 with nothing told before it is no question for the pack."""
    is_judging = scene.heard.intent is not Intent.SMALL_TALK and first_said(_JUDGING, scene.heard.normalised)
    if scene.memory.entry or not is_judging:
        return None
    return reply(scene, Outcome.RATED, say("rate.nothing"), offers=(offers.person(),))


async def _about_question(scene: Scene, kind: OfferKind, question_id: int) -> Reply | None:
    """What an offered line says of a question at the desk."""
    if kind is OfferKind.SOLVED:
        return await _solved(scene, question_id)
    if kind is OfferKind.NOT_SOLVED:
        return await _not_solved(scene, question_id)
    if kind in (OfferKind.SATISFIED, OfferKind.NOT_SATISFIED):
        return await _satisfied(scene, question_id, is_satisfied=kind is OfferKind.SATISFIED)
    return None


async def _solved(scene: Scene, question_id: int) -> Reply:
    question = await questions.rate(question_id, by=scene.viewer, solved=True)
    lines = (
        Offer(say("rate.reply.satisfied"), OfferKind.SATISFIED, str(question_id)),
        Offer(say("rate.reply.not_satisfied"), OfferKind.NOT_SATISFIED, str(question_id)),
    )
    return reply(scene, Outcome.RATED, say("rate.reply.solved", number=question.number), offers=lines)


async def _not_solved(scene: Scene, question_id: int) -> Reply:
    question = await questions.reopen(question_id, by=scene.viewer)
    return reply(scene, Outcome.RATED, await handing.about("hand_over.reopened", question))


async def _satisfied(scene: Scene, question_id: int, *, is_satisfied: bool) -> Reply:
    await questions.rate(question_id, by=scene.viewer, satisfied=is_satisfied)
    return reply(scene, Outcome.RATED, say("rate.reply.thanks" if is_satisfied else "rate.reply.sorry"))


async def _useful(scene: Scene) -> Reply:
    judged = await conversations.judge(scene.talk, verdict=Verdict.USEFUL, question=scene.memory.question)
    return reply(scene, Outcome.RATED, say("rate.useful" if judged else "rate.nothing"))


async def _unsolved(scene: Scene) -> Reply:
    """没解决: the next nearest entries, and a person first."""
    await conversations.judge(scene.talk, verdict=Verdict.UNSOLVED, question=scene.memory.question)
    memory = scene.memory
    others = tuple(one for one in memory.candidates if one.key != memory.entry)
    near = await offers.nearest(others, viewer=scene.viewer, place_id=scene.place_id, most=2)
    key = "rate.unsolved" if near else "rate.unsolved_nothing"
    kept = replace(memory, asking=0, misses=memory.misses + 1)
    return reply(scene, Outcome.RATED, say(key), offers=(offers.person(), *near), memory=kept)
