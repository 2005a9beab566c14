"""问卷: what waits to be answered; a named one by digits, a question at a time, an anonymous one by its link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from forum.surveys import answering, lists
from forum.surveys.forms import Question, checked_answer
from forum.surveys.lists import SurveyLine
from forum.surveys.sight import Asked, survey
from models.errors import Invalid
from models.survey import QuestionKind
from models.wording import say, say_date, say_refusal
from people.permissions import may

MOST = 8


@dataclass(frozen=True, slots=True)
class Filling:
    """How far somebody is: the post of the survey, what they said so far, and what is ticked of the next question."""

    post_id: int
    said: tuple[tuple[str, ...], ...] = ()
    ticked: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As an offered line carries it."""
        return json.dumps([self.post_id, self.said, self.ticked], ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Filling:
        """What ``to_json`` wrote."""
        post_id, said, ticked = json.loads(text)
        return Filling(post_id, tuple(tuple(one) for one in said), tuple(ticked))

    def with_answer(self, answer: Sequence[str]) -> Filling:
        """One question further."""
        return Filling(self.post_id, (*self.said, tuple(answer)))


async def take(scene: Scene) -> Reply | None:
    """要填的问卷; what was picked of one; or the words one was asked for."""
    if scene.chosen is not None:
        picked = scene.chosen.kind in (OfferKind.SURVEY, OfferKind.SURVEY_WORDS)
        return await _go_on(scene, Filling.from_json(scene.chosen.value)) if picked else None
    if (waits := _asked_for_words(scene)) is not None:
        return await _heard(scene, waits)
    if not says("surveys", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "survey.answer", scene.place_id):
        return reply(scene, Outcome.SURVEY, say("survey.chat.join_first"))
    return await _list(scene)


def _asked_for_words(scene: Scene) -> Filling | None:
    """How far they were when words were asked for just now; a wish for a person is no answer."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.SURVEY_WORDS), None)
    if waits is None or scene.bare or not just_asked(scene) or handing.surely_wants_person(scene):
        return None
    skipped = Filling.from_json(waits.value)
    return Filling(skipped.post_id, skipped.said[:-1])


async def _heard(scene: Scene, filling: Filling) -> Reply:
    """The words as an answer, masked before anything remembers them; words that cannot be taken lose no earlier one."""
    asked = await survey(filling.post_id, viewer=scene.viewer)
    at = len(filling.said) + 1
    try:
        answer = checked_answer(at, asked.questions[at], (scene.original,))
    except Invalid as refusal:
        return _question(scene, asked, filling=filling, above=say_refusal(refusal))
    return await _go_on(scene, filling.with_answer((answer,)))


async def _list(scene: Scene) -> Reply:
    found = await lists.surveys(viewer=scene.viewer, place_id=scene.place_id)
    waits = [one for one in found if one.waits][:MOST]
    offers = tuple(Offer(_label(one), OfferKind.SURVEY, Filling(one.post_id).to_json()) for one in waits)
    text = say("survey.chat.which" if offers else "survey.chat.none")
    return _linked(reply(scene, Outcome.SURVEY, text, offers=offers), "/surveys", words="survey.chat.link")


def _label(line: SurveyLine) -> str:
    how = say("survey.anonymous" if line.is_anonymous else "survey.named")
    return say("survey.chat.line", title=line.title, how=how, until=say_date(line.last_day))


async def _go_on(scene: Scene, filling: Filling) -> Reply:
    """The next question, or the end; what is said in a chat is known there, so nothing anonymous is."""
    asked = await survey(filling.post_id, viewer=scene.viewer)
    path = f"/surveys/{filling.post_id}"
    if asked.is_anonymous:
        text = say("survey.chat.anonymous", title=asked.post.title)
        return _linked(reply(scene, Outcome.SURVEY, text), path, words="survey.chat.open")
    at = len(filling.said) + 1
    if at in asked.questions:
        return _question(scene, asked, filling=filling)
    given = dict(enumerate(filling.said, start=1))
    await answering.answer(filling.post_id, by=scene.viewer, given=given)
    return _linked(reply(scene, Outcome.SURVEY, say("survey.chat.done")), path, words="survey.chat.result")


def _question(scene: Scene, asked: Asked, *, filling: Filling, above: str = "") -> Reply:
    at = len(filling.said) + 1
    question = asked.questions[at]
    key = {QuestionKind.SEVERAL: "several", QuestionKind.TEXT: "words"}.get(question.kind, "question")
    text = say(f"survey.chat.{key}", position=at, text=question.text)
    if at == 1 and not filling.ticked:
        head = say("survey.chat.begin", title=asked.post.title, count=len(asked.questions))
        text = f"{head}\n{text}"
    text = f"{above}\n{text}" if above else text
    return reply(scene, Outcome.SURVEY, text, offers=_offers(filling, question))


def _offers(filling: Filling, question: Question) -> tuple[Offer, ...]:
    if question.is_text:
        return (Offer(say("survey.chat.skip"), OfferKind.SURVEY_WORDS, filling.with_answer(("",)).to_json()),)
    numbered = [(str(number), label) for number, label in enumerate(question.labels, start=1)]
    if question.kind is not QuestionKind.SEVERAL:
        return tuple(
            Offer(label, OfferKind.SURVEY, filling.with_answer((number,)).to_json()) for number, label in numbered
        )
    ticks = tuple(_tick(filling, number, label=label) for number, label in numbered)
    if not filling.ticked:
        return ticks
    return *ticks, Offer(say("survey.chat.enough"), OfferKind.SURVEY, filling.with_answer(filling.ticked).to_json())


def _tick(filling: Filling, number: str, *, label: str) -> Offer:
    """An option of several: picked once it is ticked, again it is not."""
    is_ticked = number in filling.ticked
    after = tuple(one for one in filling.ticked if one != number) if is_ticked else (*filling.ticked, number)
    shown = say("survey.chat.picked", option=label) if is_ticked else label
    return Offer(shown, OfferKind.SURVEY, replace(filling, ticked=after).to_json())


def _linked(told: Reply, path: str, *, words: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say(words), path),)))
