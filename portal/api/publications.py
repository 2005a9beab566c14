"""公示 and 评议 as JSON: what is published, objections and answers; what is rated, and what came out."""

from __future__ import annotations

from aiohttp import web

from forum.promises import appraisals, objections, publications
from forum.promises.appraisals import NewAppraisal, Tally, appraisal
from forum.promises.objections import Objection
from forum.promises.publications import NewPublication, publication
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.promise_shapes import (
    AnswerObjectionBody,
    AppraisalAnswer,
    AppraisalLineAnswer,
    AppraisalsAnswer,
    BeginAppraisalBody,
    ObjectBody,
    ObjectionAnswer,
    PromiseMadeAnswer,
    PublicationAnswer,
    PublicationLineAnswer,
    PublicationsAnswer,
    PublishPublicationBody,
    RateAppraisalBody,
    TallyAnswer,
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
    return told(ObjectionAnswer, one, who=who, as_role=role)


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


async def answer_objection(request: web.Request) -> web.Response:
    """答复异议."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await objections.publication_of(number, viewer=who.viewer)
    body = await given(request, AnswerObjectionBody)
    await objections.answer(number, by=who.viewer, text=body.text, shows=body.shows)
    return answer(DoneAnswer())


async def show_appraisals(request: web.Request) -> web.Response:
    """评议."""
    who = await reading_as_somebody(request)
    found = await appraisals.appraisals(viewer=who.viewer, place_id=who.place_id)
    return answer(AppraisalsAnswer(appraisals=[told(AppraisalLineAnswer, one) for one in found]))


async def show_appraisal(request: web.Request) -> web.Response:
    """看评议."""
    who = await reading_as_somebody(request)
    found = await appraisal(number_in_path(request, "id"), viewer=who.viewer)
    result = found.result
    return answer(
        told(
            AppraisalAnswer,
            found,
            line=told(AppraisalLineAnswer, found.line),
            rated=result.rated if result else None,
            outcome=_tally(result.outcome if result else None),
            unit=_tally(result.unit if result else None),
            words=list(found.words),
        )
    )


def _tally(tally: Tally | None) -> TallyAnswer | None:
    return TallyAnswer(counts=[*tally.counts.values()], average=tally.average) if tally else None


async def begin_appraisal(request: web.Request) -> web.Response:
    """开始评议."""
    who = await acting_as_somebody(request)
    body = await given(request, BeginAppraisalBody)
    made = await appraisals.begin(NewAppraisal(body.proposal_id, body.unit, body.days), by=who.viewer)
    return answer(PromiseMadeAnswer(id=made))


async def rate(request: web.Request) -> web.Response:
    """评一评."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await appraisal(number, viewer=who.viewer)
    body = await given(request, RateAppraisalBody)
    await appraisals.rate(number, by=who.viewer, outcome=body.outcome, unit=body.unit, words=body.words)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/publications", show),
    web.post("/api/v1/publications", publish),
    web.get("/api/v1/publications/{id}", show_one),
    web.post("/api/v1/publications/{id}/object", make_objection),
    web.post("/api/v1/publications/{id}/withdraw", withdraw_objection),
    web.post("/api/v1/publications/{id}/close", close),
    web.post("/api/v1/objections/{id}/answer", answer_objection),
    web.get("/api/v1/appraisals", show_appraisals),
    web.post("/api/v1/appraisals", begin_appraisal),
    web.get("/api/v1/appraisals/{id}", show_appraisal),
    web.post("/api/v1/appraisals/{id}/rate", rate),
)
_PUBLICATION, _OBJECTION, _APPRAISAL = (id_of("publication"),), (id_of("objection"),), (id_of("appraisal"),)
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
        "answerObjection",
        "objections/{id}/answer",
        "Answer an objection officially, for everybody",
        takes=AnswerObjectionBody,
        parameters=_OBJECTION,
    ),
    reads("listAppraisals", "appraisals", "What is rated, and what was", gives=AppraisalsAnswer),
    acts(
        "beginAppraisal",
        "appraisals",
        "Let those who live here rate what was carried out",
        gives=PromiseMadeAnswer,
        takes=BeginAppraisalBody,
    ),
    reads(
        "getAppraisal",
        "appraisals/{id}",
        "An appraisal, and its result once it is counted",
        gives=AppraisalAnswer,
        parameters=_APPRAISAL,
    ),
    acts(
        "rateAppraisal",
        "appraisals/{id}/rate",
        "Rate once what came of it and who carried it out",
        takes=RateAppraisalBody,
        parameters=_APPRAISAL,
    ),
)
