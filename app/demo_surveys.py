"""Surveys of the demo: asked, answered and counted through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.surveys import answering, publishing, settling
from forum.surveys.forms import questions_of
from forum.surveys.publishing import NewSurvey
from models import clock
from models.rules import in_force
from people.viewers import SYSTEM


class DemoSurvey(BaseModel):
    """Asked by somebody ``ago`` days ago for ``days``; what who answered, question by question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    days: int
    who: str
    title: str
    text: str = ""
    questions: tuple[str, ...]
    is_anonymous: bool = True
    answers: Mapping[str, tuple[tuple[str, ...], ...]] = {}


async def play(surveys: Sequence[DemoSurvey], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be asked and answered, and count what is over."""
    for one in sorted(surveys, key=lambda one: -one.ago):
        moment = now - dt.timedelta(days=one.ago)
        with clock.running_on(lambda moment=moment: moment), in_force(unhurried()):
            await _play(one, cast=cast)
    with clock.running_on(lambda: now):
        await settling.settle_due(by=SYSTEM)


async def _play(one: DemoSurvey, *, cast: Cast) -> None:
    until = clock.today() + dt.timedelta(days=one.days)
    questions = questions_of("\n".join(one.questions))
    new = NewSurvey(one.title, one.text, questions, until, is_anonymous=one.is_anonymous)
    post_id = (await publishing.publish(new, by=await cast.viewer(one.who), place_id=cast.home)).id
    for who, said in one.answers.items():
        given = dict(enumerate(said, start=1))
        await answering.answer(post_id, by=await cast.viewer(who), given=given)
