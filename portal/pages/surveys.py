"""Surveys: the list, one with its form or its results, asking one, and for staff what was written and the sums as a
file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from forum.notices import targets
from forum.notices.targets import ROLES, Target
from forum.surveys import answering, lists, publishing, results
from forum.surveys.answering import Given
from forum.surveys.forms import MOST_QUESTIONS, questions_of
from forum.surveys.publishing import MOST_DAYS, NewSurvey
from forum.surveys.sight import Asked, survey
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.wording import say_refusal
from people.permissions import allow, may
from people.records import filters
from people.viewers import Viewer
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.fresh import fresh_form
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words

HOME = "/surveys"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """问卷."""
    who = await somebody(request)
    return await page(
        request,
        "surveys.html",
        lines=await lists.surveys(viewer=who.viewer, place_id=who.place_id),
        may_publish=may(who.viewer, "survey.publish", who.place_id),
        done=done_words(request),
    )


async def show_new(request: web.Request) -> web.Response:
    """发问卷."""
    return await _form(request)


async def _form(request: web.Request, sent: Sent | None = None, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    allow(who.viewer, "survey.publish", who.place_id)
    fields = dict(sent.fields) if sent else {}
    return await page(
        request,
        "survey_new.html",
        status=refusal.status if refusal else 200,
        fields=fields,
        key=fields.get("key") or new_key(),
        picked=sent.texts("buildings") + sent.texts("roles") if sent else [],
        buildings=await filters.building_choices(viewer=who.viewer, place_id=who.place_id),
        roles=[role.value for role in ROLES],
        today=clock.today(),
        most_questions=MOST_QUESTIONS,
        most_days=MOST_DAYS,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发问卷: what is typed stays in the form until it has been taken."""
    who = sent.who
    allow(who.viewer, "survey.publish", who.place_id)
    try:
        made = await publishing.publish(_new(sent), by=who.viewer, place_id=who.place_id)
    except (*CANNOT, NotFound) as refusal:
        return await _form(request, sent, refusal=refusal)
    return done(f"{HOME}/{made.id}", "survey_publish")


def _new(sent: Sent) -> NewSurvey:
    return NewSurvey(
        title=sent.text("title"),
        text=sent.text("text"),
        questions=questions_of(sent.text("questions")),
        until=sent.date("until"),
        is_anonymous=sent.text("how") != "named",
        target=Target(tuple(whole(one) for one in sent.texts("buildings")), (), tuple(sent.texts("roles"))),
        key=sent.text("key"),
    )


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_one(request: web.Request) -> web.Response:
    """看问卷."""
    return await _show(request)


async def _show(request: web.Request, *, given: Given | None = None, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    found = await survey(_id(request), viewer=who.viewer)
    names = await targets.building_names([found.target])
    return await page(
        request,
        "survey.html",
        status=refusal.status if refusal else 200,
        found=found,
        aimed=targets.in_words(found.target, names),
        given=given if given is not None else _own(found),
        results=await results.results_of(found),
        **await _of_staff(found, who.viewer, after=whole(request.query.get("after", "0"))),
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


def _own(found: Asked) -> Given:
    """What they said before, as a form holds it."""
    return {at: (value,) if found.questions[at].is_text else tuple(value.split(",")) for at, value in found.own.items()}


async def _of_staff(found: Asked, viewer: Viewer, *, after: int) -> dict[str, object]:
    """Words that were written, or of a named one who answered what."""
    none: dict[str, object] = {"written": [], "named": [], "next": 0}
    if not found.looks_after:
        return none
    if found.is_anonymous:
        return {**none, "written": await results.written(found.post.id, viewer=viewer)}
    lines = await results.named(found.post.id, viewer=viewer, after=after)
    return {**none, "named": lines, "next": lines[-1].person_id if len(lines) == results.MOST_PEOPLE else 0}


Deed = Callable[..., Awaitable[None]]
VERBS: dict[str, Deed] = {"answer": answering.answer, "change": answering.change}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """答问卷、改问卷."""
    verb, deed = verb_of(request, VERBS)
    found = await survey(_id(request), viewer=sent.who.viewer)
    given = {at: texts for at in found.questions if (texts := sent.texts(f"q{at}"))}
    try:
        await deed(found.post.id, by=sent.who.viewer, given=given)
    except CANNOT as refusal:
        return await _show(request, given=given, refusal=refusal)
    return done(f"{HOME}/{found.post.id}", f"survey_{verb}")


@fresh_form()
async def export(request: web.Request, sent: Sent) -> web.StreamResponse:
    """导出问卷合计."""
    try:
        file = await results.export(_id(request), by=sent.who.viewer)
    except WrongState as refusal:
        return await _show(request, refusal=refusal)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}", "Cache-Control": "no-store"}
    return web.Response(body=file.content, content_type=XLSX, headers=headers)
