"""Surveys as JSON: which there are, one with its results, publishing, answering, and what staff read of answers."""

from __future__ import annotations

import base64

from aiohttp import web

from forum.notices.targets import Target
from forum.surveys import answering, lists, publishing, results
from forum.surveys.answering import Given
from forum.surveys.forms import Question
from forum.surveys.publishing import NewSurvey
from forum.surveys.results import NamedLine, Result
from forum.surveys.sight import survey
from people.permissions import allow
from portal.api.acting import (
    AFTER,
    acting_as_somebody,
    acting_freshly,
    acts,
    id_of,
    reading_as_somebody,
    reads,
)
from portal.api.boards import PublishedAnswer, published
from portal.api.exports import FileAnswer
from portal.api.reading import DoneAnswer, answer, given, number_in_path, number_in_query, told
from portal.api.survey_shapes import (
    AnswersBody,
    NamedAnswer,
    PublishSurveyBody,
    SaidAnswer,
    SurveyAnswer,
    SurveyAnswersAnswer,
    SurveyLineAnswer,
    SurveyQuestionAnswer,
    SurveyResultAnswer,
    SurveysAnswer,
    SurveySumAnswer,
    SurveyWrittenAnswer,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(request: web.Request) -> web.Response:
    """问卷."""
    who = await reading_as_somebody(request)
    found = await lists.surveys(viewer=who.viewer, place_id=who.place_id)
    return answer(SurveysAnswer(surveys=[told(SurveyLineAnswer, one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """看问卷."""
    who = await reading_as_somebody(request)
    found = await survey(number_in_path(request, "id"), viewer=who.viewer)
    questions = [_question(at, one, own=found.own.get(at, "")) for at, one in found.questions.items()]
    said = [_result(one) for one in await results.results_of(found)]
    post = {"post_id": found.post.id, "title": found.post.title, "text": found.post.text}
    return answer(told(SurveyAnswer, found, questions=questions, results=said, **post))


def _question(at: int, one: Question, *, own: str) -> SurveyQuestionAnswer:
    return SurveyQuestionAnswer(position=at, kind=one.kind.value, text=one.text, options=list(one.labels), own=own)


def _result(one: Result) -> SurveyResultAnswer:
    return told(SurveyResultAnswer, one, sums=[told(SurveySumAnswer, each) for each in one.sums])


async def show_answers(request: web.Request) -> web.Response:
    """文字答案、谁答了什么."""
    who = await reading_as_somebody(request)
    post_id, after = number_in_path(request, "id"), number_in_query(request, "after")
    written = await results.written(post_id, viewer=who.viewer)
    named = await results.named(post_id, viewer=who.viewer, after=after)
    return answer(
        SurveyAnswersAnswer(
            written=[told(SurveyWrittenAnswer, one) for one in written], named=[_named(one) for one in named]
        )
    )


def _named(line: NamedLine) -> NamedAnswer:
    said = [SaidAnswer(position=at, text=text) for at, text in line.answers.items()]
    return told(NamedAnswer, line, answers=said)


async def publish(request: web.Request) -> web.Response:
    """发问卷."""
    who = await acting_as_somebody(request)
    allow(who.viewer, "survey.publish", who.place_id)
    body = await given(request, PublishSurveyBody)
    new = NewSurvey(
        title=body.title,
        text=body.text,
        questions=tuple(Question(one.kind, one.text, one.options) for one in body.questions),
        until=body.until,
        is_anonymous=body.is_anonymous,
        target=Target(body.buildings, (), body.roles),
        key=body.key,
    )
    return published(await publishing.publish(new, by=who.viewer, place_id=who.place_id))


async def answer_one(request: web.Request) -> web.Response:
    """答问卷."""
    who = await acting_as_somebody(request)
    post_id = number_in_path(request, "id")
    await answering.asked_of(post_id, by=who.viewer, verb="survey.answer")
    await answering.answer(post_id, by=who.viewer, given=await _given(request))
    return answer(DoneAnswer())


async def change(request: web.Request) -> web.Response:
    """改问卷."""
    who = await acting_as_somebody(request)
    post_id = number_in_path(request, "id")
    await answering.asked_of(post_id, by=who.viewer, verb="survey.change")
    await answering.change(post_id, by=who.viewer, given=await _given(request))
    return answer(DoneAnswer())


async def export(request: web.Request) -> web.Response:
    """导出问卷合计."""
    who = await acting_freshly(request)
    file = await results.export(number_in_path(request, "id"), by=who.viewer)
    content = base64.b64encode(file.content).decode("ascii")
    return answer(FileAnswer(name=file.name, content_type=XLSX, content=content))


async def _given(request: web.Request) -> Given:
    body = await given(request, AnswersBody)
    return {one.position: one.said for one in body.answers}


ROUTES = (
    web.get("/api/v1/surveys", show),
    web.post("/api/v1/surveys", publish),
    web.get("/api/v1/surveys/{id}", show_one),
    web.get("/api/v1/surveys/{id}/answers", show_answers),
    web.post("/api/v1/surveys/{id}/answer", answer_one),
    web.post("/api/v1/surveys/{id}/change", change),
    web.post("/api/v1/surveys/{id}/export", export),
)
_ONE = (id_of("post"),)
OPERATIONS = (
    reads("listSurveys", "surveys", "Surveys of the caller's neighbourhood", gives=SurveysAnswer),
    acts(
        "publishSurvey",
        "surveys",
        "Ask some or all who live here, anonymously or not",
        gives=PublishedAnswer,
        takes=PublishSurveyBody,
    ),
    reads("getSurvey", "surveys/{id}", "A survey, and its results", gives=SurveyAnswer, parameters=_ONE),
    reads(
        "listSurveyAnswers",
        "surveys/{id}/answers",
        "Anonymous words after the end, or who answered what, for staff",
        gives=SurveyAnswersAnswer,
        parameters=(*_ONE, AFTER),
    ),
    acts("answerSurvey", "surveys/{id}/answer", "Answer a survey, once", takes=AnswersBody, parameters=_ONE),
    acts(
        "changeSurveyAnswer",
        "surveys/{id}/change",
        "Change what one answered under one's name, until the end",
        takes=AnswersBody,
        parameters=_ONE,
    ),
    acts(
        "exportSurvey",
        "surveys/{id}/export",
        "Sums as a spreadsheet, for staff; asks for a proof of the last five minutes",
        gives=FileAnswer,
        parameters=_ONE,
        needs_staff=True,
    ),
)
