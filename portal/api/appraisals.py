"""评议 as JSON: what is rated once it was carried out, rating, and what came out."""

from __future__ import annotations

from aiohttp import web

from forum.promises import appraisals
from forum.promises.appraisals import NewAppraisal, appraisal
from forum.promises.tallies import Tally
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.appraisal_shapes import (
    AppraisalAnswer,
    AppraisalLineAnswer,
    AppraisalsAnswer,
    BeginAppraisalBody,
    RateAppraisalBody,
    TallyAnswer,
)
from portal.api.promise_shapes import PromiseMadeAnswer
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def show(request: web.Request) -> web.Response:
    """评议."""
    who = await reading_as_somebody(request)
    found = await appraisals.appraisals(viewer=who.viewer, place_id=who.place_id)
    return answer(AppraisalsAnswer(appraisals=[told(AppraisalLineAnswer, one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
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


async def begin(request: web.Request) -> web.Response:
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
    web.get("/api/v1/appraisals", show),
    web.post("/api/v1/appraisals", begin),
    web.get("/api/v1/appraisals/{id}", show_one),
    web.post("/api/v1/appraisals/{id}/rate", rate),
)
_ONE = (id_of("appraisal"),)
OPERATIONS = (
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
        parameters=_ONE,
    ),
    acts(
        "rateAppraisal",
        "appraisals/{id}/rate",
        "Rate once what came of it and who carried it out",
        takes=RateAppraisalBody,
        parameters=_ONE,
    ),
)
