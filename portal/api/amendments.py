"""Amendments as JSON: writing one, and what becomes of it by the author of the proposal alone."""

from __future__ import annotations

from aiohttp import web

from forum.deliberation import amending
from forum.deliberation.amending import NewAmendment
from portal.api.acting import acting_as_somebody, acts, id_of
from portal.api.boards import PublishedAnswer, published
from portal.api.proposal_shapes import (
    AcceptAmendmentBody,
    AmendBody,
    BegunProposalAnswer,
    ProposalNowAnswer,
    RefuseAmendmentBody,
)
from portal.api.proposals import now_answer, put_answer
from portal.api.reading import DoneAnswer, answer, given, number_in_path


async def amend(request: web.Request) -> web.Response:
    """提修改建议."""
    who, body = await acting_as_somebody(request), await given(request, AmendBody)
    new = NewAmendment(**body.model_dump())
    return published(await amending.amend(number_in_path(request, "id"), new, by=who.viewer))


async def accept(request: web.Request) -> web.Response:
    """采纳修改建议."""
    who, body = await acting_as_somebody(request), await given(request, AcceptAmendmentBody)
    return now_answer(await amending.accept(number_in_path(request, "id"), by=who.viewer, seen_number=body.seen_number))


async def refuse(request: web.Request) -> web.Response:
    """不采纳修改建议."""
    who, body = await acting_as_somebody(request), await given(request, RefuseAmendmentBody)
    await amending.refuse(number_in_path(request, "id"), by=who.viewer, reason=body.reason)
    return answer(DoneAnswer())


async def withdraw(request: web.Request) -> web.Response:
    """收回修改建议."""
    who = await acting_as_somebody(request)
    await amending.withdraw(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def put_as_own(request: web.Request) -> web.Response:
    """另提一个."""
    who = await acting_as_somebody(request)
    return put_answer(await amending.put_as_own(number_in_path(request, "id"), by=who.viewer))


ROUTES = (
    web.post("/api/v1/proposals/{id}/amend", amend),
    web.post("/api/v1/amendments/{id}/accept", accept),
    web.post("/api/v1/amendments/{id}/refuse", refuse),
    web.post("/api/v1/amendments/{id}/withdraw", withdraw),
    web.post("/api/v1/amendments/{id}/put", put_as_own),
)
_ONE, _AMENDMENT = (id_of("proposal"),), (id_of("amendment"),)
OPERATIONS = (
    acts(
        "amendProposal",
        "proposals/{id}/amend",
        "Other words for a proposal",
        gives=PublishedAnswer,
        takes=AmendBody,
        parameters=_ONE,
    ),
    acts(
        "acceptAmendment",
        "amendments/{id}/accept",
        "By the author of the proposal alone",
        gives=ProposalNowAnswer,
        takes=AcceptAmendmentBody,
        parameters=_AMENDMENT,
    ),
    acts(
        "refuseAmendment",
        "amendments/{id}/refuse",
        "By the author of the proposal alone, with a reason",
        takes=RefuseAmendmentBody,
        parameters=_AMENDMENT,
    ),
    acts("withdrawAmendment", "amendments/{id}/withdraw", "Take back one's own", parameters=_AMENDMENT),
    acts(
        "putAmendmentAsProposal",
        "amendments/{id}/put",
        "Put a refused one as a proposal of its own",
        gives=BegunProposalAnswer,
        parameters=_AMENDMENT,
    ),
)
