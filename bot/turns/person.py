"""While a person owns the conversation the bot is silent, but for the words that end it and the wish for a person."""

from __future__ import annotations

from dataclasses import replace

from bot import attaching, handing, offers
from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework import questions
from models.conversation import Speaker
from models.question import Question, QuestionState
from models.wording import say
from nlp.intent import Intent
from people.viewers import SYSTEM

_ABOUT = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT)
_STILL_WANTED = (OfferKind.PERSON, OfferKind.NOT_SOLVED)


async def take(scene: Scene) -> Reply | None:
    """Keep quiet, and let staff know that there is something to read."""
    if scene.talk.speaker is not Speaker.PERSON:
        return None
    question = await questions.open_for_conversation(scene.talk.conversation_id)
    if question is None or _is_judged(scene, question):
        return None
    if scene.heard.intent is Intent.HAND_OVER or (scene.chosen and scene.chosen.kind in _STILL_WANTED):
        await questions.write_on(scene.talk.conversation_id, by=scene.viewer)
        return reply(scene, Outcome.HAND_OVER, await handing.about("hand_over.speaking", question))
    if says("end", scene.heard.normalised):
        await questions.close(question.id, by=SYSTEM, note=_note(question))
        return Reply(None, Outcome.RATED, scene.memory)
    if scene.attached or scene.memory.photo_lines:
        await attaching.take_along(scene, question.id)
    await questions.write_on(scene.talk.conversation_id, by=scene.viewer)
    told = scene.heard.intent in _ABOUT and await handing.what_about(scene)
    memory = replace(scene.memory, wished=False) if told else scene.memory
    notice = await handing.closed_notice(scene, question)
    return replace(notice, memory=memory) if notice else Reply(None, Outcome.SILENT, memory)


def _is_judged(scene: Scene, question: Question) -> bool:
    """Whether the resident says of an answer if it solved the matter; one who wrote on has a person at it already."""
    if scene.chosen is None:
        return False
    if scene.chosen.kind is OfferKind.NOT_SOLVED:
        return question.state is QuestionState.ANSWERED
    return scene.chosen.kind in offers.RATINGS


def _note(question: Question) -> str:
    """The reason an unanswered question needs; the closing letter of an answered one asks whether it is solved."""
    return "" if question.state is QuestionState.ANSWERED else say("rate.reply.end_note")
