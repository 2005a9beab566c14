"""The desk as JSON: the queue, one question, and the verbs staff do with it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework import corrections, desk, questions, replies
from casework.desk import QueueLine, Shown
from casework.replies import ReplyLine
from models.operation import Body, Operation
from portal.api.acting import REFUSED, TOKEN, acting, id_of
from portal.api.reading import MOST_ID, answer, given, number_in_path, told
from portal.session import Visitor, staff


class QuestionBrief(Body):
    """A question as the queue shows it; ``due`` is empty while it waits for the resident.

    ``reach``: how far the replies to it came (undelivered, by_phone, doubted, waiting, delivered, told), '' before the
    first."""

    id: int
    number: str
    kind: str
    state: str
    text: str
    asked_at: dt.datetime
    due: dt.datetime | None
    is_overdue: bool
    owner: str
    claimed_by: str
    reach: str
    is_muted: bool


class ReplyAnswer(Body):
    """A reply of staff: whether it stands (standing, corrected, withdrawn) and how far it came."""

    id: int
    text: str
    by: str
    said_at: dt.datetime
    is_final: bool
    state: str
    reason: str
    reach: str


class QueueAnswer(Body):
    """What waits at the desk, the oldest first."""

    questions: list[QuestionBrief]


class QuestionAnswer(Body):
    """One question; ``version`` goes back with a reply, so that nobody answers an old view."""

    question: QuestionBrief
    version: int
    where: str
    on_behalf_of: str
    candidates: list[tuple[str, float]]
    first_due: dt.datetime
    done_due: dt.datetime
    solved: bool | None
    satisfied: bool | None
    replies: list[ReplyAnswer]


class ReplyBody(Body):
    """What the resident will read."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    version: int


class CorrectBody(Body):
    """Which reply is wrong, what the resident will read instead, and why."""

    reply: Annotated[int, Field(ge=0, le=MOST_ID)]
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class WithdrawBody(Body):
    """Which reply no longer counts, and why."""

    reply: Annotated[int, Field(ge=0, le=MOST_ID)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ReachBody(Body):
    """Which reply was told in another way."""

    reply: Annotated[int, Field(ge=0, le=MOST_ID)]


class CloseBody(Body):
    """Why it ends, needed where it was not answered."""

    reason: Annotated[str, Field(max_length=2000)] = ""


def _brief(line: QueueLine) -> QuestionBrief:
    return told(QuestionBrief, line, reach=line.reach or "")


def _reply(line: ReplyLine) -> ReplyAnswer:
    return told(ReplyAnswer, line)


def _answer(shown: Shown, said: list[ReplyLine]) -> web.Response:
    body = QuestionAnswer(
        question=_brief(shown.line),
        version=shown.version,
        where=shown.where_text,
        on_behalf_of=shown.on_behalf_of,
        candidates=list(shown.candidates),
        first_due=shown.first_due,
        done_due=shown.done_due,
        solved=shown.solved,
        satisfied=shown.satisfied,
        replies=[_reply(line) for line in said],
    )
    return answer(body)


async def _acting(request: web.Request) -> tuple[Visitor, int]:
    """Who acts on which question."""
    return await acting(request), number_in_path(request, "id")


async def _after(who: Visitor, question_id: int) -> web.Response:
    said = await replies.of_question(question_id, viewer=who.viewer)
    return _answer(await desk.question(question_id, viewer=who.viewer), said)


async def queue(request: web.Request) -> web.Response:
    """What waits."""
    who = await staff(request)
    return answer(QueueAnswer(questions=[_brief(line) for line in await desk.queue(viewer=who.viewer)]))


async def question(request: web.Request) -> web.Response:
    """One question."""
    who = await staff(request)
    return await _after(who, number_in_path(request, "id"))


async def claim(request: web.Request) -> web.Response:
    """接手."""
    who, question_id = await _acting(request)
    await questions.claim(question_id, by=who.viewer)
    return await _after(who, question_id)


async def reply(request: web.Request) -> web.Response:
    """答复."""
    who, question_id = await _acting(request)
    body = await given(request, ReplyBody)
    await questions.reply(question_id, by=who.viewer, text=body.text, seen_version=body.version)
    return await _after(who, question_id)


async def correct(request: web.Request) -> web.Response:
    """更正."""
    who, question_id = await _acting(request)
    body = await given(request, CorrectBody)
    await corrections.correct(question_id, reply_id=body.reply, by=who.viewer, text=body.text, reason=body.reason)
    return await _after(who, question_id)


async def withdraw(request: web.Request) -> web.Response:
    """撤回."""
    who, question_id = await _acting(request)
    body = await given(request, WithdrawBody)
    await corrections.withdraw(question_id, reply_id=body.reply, by=who.viewer, reason=body.reason)
    return await _after(who, question_id)


async def reach(request: web.Request) -> web.Response:
    """已另外告诉居民."""
    who, question_id = await _acting(request)
    body = await given(request, ReachBody)
    await corrections.reach(question_id, reply_id=body.reply, by=who.viewer)
    return await _after(who, question_id)


async def release(request: web.Request) -> web.Response:
    """放回."""
    who, question_id = await _acting(request)
    await questions.release(question_id, by=who.viewer)
    return await _after(who, question_id)


async def close(request: web.Request) -> web.Response:
    """结束."""
    who, question_id = await _acting(request)
    body = await given(request, CloseBody)
    await questions.close(question_id, by=who.viewer, note=body.reason)
    return await _after(who, question_id)


_ID = (id_of("question"),)


def _verb(name: str, about: str, *, body: type[Body] | None = None) -> Operation:
    return Operation(
        f"{name}Question",
        "POST",
        f"/api/v1/desk/questions/{{id}}/{name}",
        about,
        QuestionAnswer,
        body=body,
        parameters=(*_ID, TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    )


ROUTES = (
    web.get("/api/v1/desk/questions", queue),
    web.get("/api/v1/desk/questions/{id}", question),
    web.post("/api/v1/desk/questions/{id}/claim", claim),
    web.post("/api/v1/desk/questions/{id}/reply", reply),
    web.post("/api/v1/desk/questions/{id}/correct", correct),
    web.post("/api/v1/desk/questions/{id}/withdraw", withdraw),
    web.post("/api/v1/desk/questions/{id}/reach", reach),
    web.post("/api/v1/desk/questions/{id}/release", release),
    web.post("/api/v1/desk/questions/{id}/close", close),
)

OPERATIONS = (
    Operation(
        "listQuestions",
        "GET",
        "/api/v1/desk/questions",
        "What waits at the desk and what is being answered, the oldest first",
        QueueAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
    Operation(
        "readQuestion",
        "GET",
        "/api/v1/desk/questions/{id}",
        "One question",
        QuestionAnswer,
        parameters=_ID,
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    _verb("claim", "Answer it oneself; of many who try one wins"),
    _verb("reply", "Answer; refused when the question changed since it was read", body=ReplyBody),
    _verb("correct", "Say what is right in place of a reply that was wrong", body=CorrectBody),
    _verb("withdraw", "Take a wrong reply back; without another answer the question waits again", body=WithdrawBody),
    _verb("reach", "A reply that did not arrive was told in another way", body=ReachBody),
    _verb("release", "Stop answering; it waits with its owner again"),
    _verb("close", "End it", body=CloseBody),
)
