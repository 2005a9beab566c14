"""A resident wants the conversation deleted: asked once whether they are sure, then its words are gone."""

from __future__ import annotations

from bot.memory import Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from casework import erasing, questions
from models.question import QuestionState
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """删除对话: stands before the person who may be speaking, since what is open is told and stays."""
    picked = scene.chosen.kind if scene.chosen else None
    if picked is OfferKind.KEEP:
        return reply(scene, Outcome.STOP, say("erase.kept"))
    if picked is OfferKind.ERASE and just_asked(scene):
        await erasing.erase(scene.talk.conversation_id, by=scene.viewer)
        return reply(scene, Outcome.ERASED, say("erase.done"), memory=Memory())
    if picked is OfferKind.ERASE or says("erase", scene.heard.normalised):
        return await _ask(scene)
    return None


async def _ask(scene: Scene) -> Reply:
    question = await questions.open_for_conversation(scene.talk.conversation_id)
    if question is not None and question.state is QuestionState.ANSWERED:
        number = str(question.id)
        solved = Offer(say("desk.asker.solved"), OfferKind.SOLVED, number)
        unsolved = Offer(say("desk.asker.unsolved"), OfferKind.NOT_SOLVED, number)
        text = say("erase.open_answered", number=question.number)
        return reply(scene, Outcome.CHOICES, text, offers=(solved, unsolved))
    await erasing.must_be_settled(scene.talk.conversation_id, by=scene.viewer)
    sure = (Offer(say("choice.erase"), OfferKind.ERASE), Offer(say("choice.keep"), OfferKind.KEEP))
    return reply(scene, Outcome.CHOICES, say("erase.sure"), offers=sure)
