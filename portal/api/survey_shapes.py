"""Shapes of the JSON about surveys."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from forum.surveys.forms import MOST_OPTION, MOST_OPTIONS, MOST_QUESTIONS, MOST_TEXT, MOST_WORDS
from models.operation import Body
from models.survey import QuestionKind
from portal.api.boards import Key, Text, Title
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Position = Annotated[int, Field(ge=1, le=MOST_QUESTIONS)]
Said = Annotated[str, Field(max_length=MOST_TEXT)]
Option = Annotated[str, Field(min_length=1, max_length=MOST_OPTION)]


class SurveyLineAnswer(Body):
    """A survey in a list; ``waits``: the caller may answer it and has not."""

    post_id: int
    title: str
    is_anonymous: bool
    closes_at: dt.datetime
    is_settled: bool
    is_meant: bool
    has_answered: bool
    waits: bool


class SurveysAnswer(Body):
    """Surveys, those that end last first."""

    surveys: list[SurveyLineAnswer]


class SurveyQuestionAnswer(Body):
    """A question; ``options`` are said by their numbers from 1 on, none for words. ``own``: what the caller said."""

    position: int
    kind: str
    text: str
    options: list[str]
    own: str


class SurveySumAnswer(Body):
    """How many chose an option; null where they are too few to be told."""

    label: str
    count: int | None


class SurveyResultAnswer(Body):
    """What came out of a question."""

    position: int
    sums: list[SurveySumAnswer]
    average: float | None


class SurveyAnswer(Body):
    """A survey; ``results`` is empty until the caller may see sums."""

    post_id: int
    title: str
    text: str
    is_anonymous: bool
    closes_at: dt.datetime
    is_settled: bool
    may_answer: bool
    may_change: bool
    has_answered: bool
    questions: list[SurveyQuestionAnswer]
    results: list[SurveyResultAnswer]


class SurveyWrittenAnswer(Body):
    """An anonymous answer in words."""

    position: int
    text: str


class SaidAnswer(Body):
    """What somebody said to a question, in words."""

    position: int
    text: str


class NamedAnswer(Body):
    """What somebody answered under their name."""

    person_id: int
    name: str
    answers: list[SaidAnswer]


class SurveyAnswersAnswer(Body):
    """What staff read: words of nobody, or who answered what."""

    written: list[SurveyWrittenAnswer]
    named: list[NamedAnswer]


class QuestionBody(Body):
    """A question to ask; options for ``one`` and ``several`` alone."""

    kind: QuestionKind
    text: Annotated[str, Field(min_length=1, max_length=MOST_WORDS)]
    options: Annotated[tuple[Option, ...], Field(max_length=MOST_OPTIONS)] = ()


class PublishSurveyBody(Body):
    """A survey to publish, for all who live here or for some buildings and roles, until the end of a day."""

    title: Title
    text: Text = ""
    questions: Annotated[tuple[QuestionBody, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]
    until: dt.date
    is_anonymous: bool
    buildings: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    roles: Annotated[tuple[Annotated[str, Field(max_length=30)], ...], Field(max_length=10)] = ()
    key: Key = ""


class GivenBody(Body):
    """An answer to a question: numbers of options, or words."""

    position: Position
    said: Annotated[tuple[Said, ...], Field(max_length=MOST_OPTIONS)]


class AnswersBody(Body):
    """Answers to a survey, all at once."""

    answers: Annotated[tuple[GivenBody, ...], Field(max_length=MOST_QUESTIONS)]
