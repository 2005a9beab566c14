"""公示 as JSON: what is published before it counts, objections and their answers."""

from __future__ import annotations

from aiohttp import web

from forum.promises import objections, paper_objections, publications
from forum.promises.objections import Objection
from forum.promises.paper_objections import NewPaper
from forum.promises.publications import NewPublication, publication
from people.permissions import allow
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.promise_shapes import PromiseMadeAnswer
from portal.api.publication_shapes import (
    AnswerObjectionBody,
    CheckObjectionBody,
    EnterObjectionBody,
    ObjectBody,
    ObjectionAnswer,
    PaperObjectionAnswer,
    PublicationAnswer,
    PublicationLineAnswer,
    PublicationsAnswer,
    PublishPublicationBody,
    RetypeObjectionBody,
)
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def show(request: web.Request) -> web.Response:
    """公示."""
    who = await reading_as_somebody(request)
    found = await publications.publications(viewer=who.viewer, place_id=who.place_id)
    return answer(PublicationsAnswer(publications=[told(PublicationLineAnswer, one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """看公示."""
    who = await reading_as_somebody(request)
    number = number_in_path(request, "id")
    found = await publication(number, viewer=who.viewer)
    lines = [_objection(one) for one in await objections.objections(number, viewer=who.viewer)]
    return answer(told(PublicationAnswer, found, line=told(PublicationLineAnswer, found.line), objections=lines))


def _objection(one: Objection) -> ObjectionAnswer:
    who, role = one.who.words if one.who else "", one.as_role.value if one.as_role else ""
    paper = told(PaperObjectionAnswer, one.paper, photos=list(one.paper.photos)) if one.paper else None
    return told(ObjectionAnswer, one, who=who, as_role=role, paper=paper)


async def publish(request: web.Request) -> web.Response:
    """发布公示."""
    who = await acting_as_somebody(request)
    body = await given(request, PublishPublicationBody)
    new = NewPublication(body.proposal_id, body.outcome, body.title, body.text, body.days)
    return answer(PromiseMadeAnswer(id=await publications.publish(new, by=who.viewer)))


async def make_objection(request: web.Request) -> web.Response:
    """提异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await publication(number, viewer=who.viewer)
    body = await given(request, ObjectBody)
    return answer(PromiseMadeAnswer(id=await objections.make(number, by=who.viewer, text=body.text)))


async def withdraw_objection(request: web.Request) -> web.Response:
    """撤回异议."""
    who = await acting_as_somebody(request)
    await objections.withdraw(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def close(request: web.Request) -> web.Response:
    """公示期满往下走."""
    who = await acting_as_somebody(request)
    await publications.close(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def enter_objection(request: web.Request) -> web.Response:
    """录入纸上的异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    found = await publication(number, viewer=who.viewer)
    allow(who.viewer, paper_objections.ENTER, found.decided.place_id)
    body = await given(request, EnterObjectionBody)
    new = NewPaper(body.who, body.text, body.brought_by, body.photos)
    return answer(PromiseMadeAnswer(id=await paper_objections.enter(number, new, by=who.viewer)))


async def retype_objection(request: web.Request) -> web.Response:
    """改录纸上的异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await objections.publication_of(number, viewer=who.viewer)
    body = await given(request, RetypeObjectionBody)
    await paper_objections.retype(number, by=who.viewer, text=body.text, seen_entry=body.entry)
    return answer(DoneAnswer())


async def check_objection(request: web.Request) -> web.Response:
    """核对纸上的异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await objections.publication_of(number, viewer=who.viewer)
    body = await given(request, CheckObjectionBody)
    await paper_objections.check(number, by=who.viewer, seen_entry=body.entry, shows=body.shows)
    return answer(DoneAnswer())


async def answer_objection(request: web.Request) -> web.Response:
    """答复异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await objections.publication_of(number, viewer=who.viewer)
    body = await given(request, AnswerObjectionBody)
    await objections.answer(number, by=who.viewer, text=body.text, shows=body.shows)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/publications", show),
    web.post("/api/v1/publications", publish),
    web.get("/api/v1/publications/{id}", show_one),
    web.post("/api/v1/publications/{id}/object", make_objection),
    web.post("/api/v1/publications/{id}/withdraw", withdraw_objection),
    web.post("/api/v1/publications/{id}/close", close),
    web.post("/api/v1/publications/{id}/enter", enter_objection),
    web.post("/api/v1/objections/{id}/retype", retype_objection),
    web.post("/api/v1/objections/{id}/check", check_objection),
    web.post("/api/v1/objections/{id}/answer", answer_objection),
)
_PUBLICATION, _OBJECTION = (id_of("publication"),), (id_of("objection"),)
OPERATIONS = (
    reads("listPublications", "publications", "What is published before it counts", gives=PublicationsAnswer),
    acts(
        "publishPublication",
        "publications",
        "Publish the result of a proposal, its text fixed, for some working days",
        gives=PromiseMadeAnswer,
        takes=PublishPublicationBody,
    ),
    reads(
        "getPublication",
        "publications/{id}",
        "A publication with its objections and their answers",
        gives=PublicationAnswer,
        parameters=_PUBLICATION,
    ),
    acts(
        "makeObjection",
        "publications/{id}/object",
        "Object once, while it is published",
        gives=PromiseMadeAnswer,
        takes=ObjectBody,
        parameters=_PUBLICATION,
    ),
    acts(
        "withdrawObjection",
        "publications/{id}/withdraw",
        "Take one's own objection back before it is answered",
        parameters=_PUBLICATION,
    ),
    acts(
        "closePublication",
        "publications/{id}/close",
        "Let a proposal go on: its days are over and no objection waits",
        parameters=_PUBLICATION,
    ),
    acts(
        "enterPaperObjection",
        "publications/{id}/enter",
        "Type in an objection that was handed in on paper, with its photo",
        gives=PromiseMadeAnswer,
        takes=EnterObjectionBody,
        parameters=_PUBLICATION,
    ),
    acts(
        "retypePaperObjection",
        "objections/{id}/retype",
        "Type an objection on paper anew, before somebody else has held it against the paper",
        takes=RetypeObjectionBody,
        parameters=_OBJECTION,
    ),
    acts(
        "checkPaperObjection",
        "objections/{id}/check",
        "Say that what a colleague typed stands on the paper",
        takes=CheckObjectionBody,
        parameters=_OBJECTION,
    ),
    acts(
        "answerObjection",
        "objections/{id}/answer",
        "Answer an objection officially, for everybody",
        takes=AnswerObjectionBody,
        parameters=_OBJECTION,
    ),
)
