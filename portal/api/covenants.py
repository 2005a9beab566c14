"""公约 as JSON: versions, how many signed, signing, and publishing a version."""

from __future__ import annotations

from aiohttp import web

from forum.promises import covenants, signatures
from forum.promises.covenants import NewVersion, covenant
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.covenant_shapes import (
    CovenantAnswer,
    CovenantsAnswer,
    CovenantVersionAnswer,
    PublishCovenantBody,
    ShowNameBody,
    SignBody,
)
from portal.api.promise_shapes import PromiseMadeAnswer
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def show(request: web.Request) -> web.Response:
    """公约."""
    who = await reading_as_somebody(request)
    found = await covenants.covenants(viewer=who.viewer, place_id=who.place_id)
    return answer(CovenantsAnswer(covenants=[told(CovenantVersionAnswer, one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """看公约."""
    who = await reading_as_somebody(request)
    found = await covenant(number_in_path(request, "id"), viewer=who.viewer)
    own = await signatures.own(found, viewer=who.viewer)
    return answer(
        CovenantAnswer(
            id=found.id,
            title=found.title,
            versions=[told(CovenantVersionAnswer, one) for one in found.versions],
            names=await signatures.names(found.newest, place_id=found.place_id, viewer=who.viewer),
            may_sign=own.may_sign,
            has_signed=own.has_signed,
        )
    )


async def publish(request: web.Request) -> web.Response:
    """发布公约."""
    who = await acting_as_somebody(request)
    body = await given(request, PublishCovenantBody)
    new = NewVersion(**body.model_dump())
    return answer(PromiseMadeAnswer(id=await covenants.publish(new, by=who.viewer)))


async def sign(request: web.Request) -> web.Response:
    """签公约."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await covenant(number, viewer=who.viewer)
    body = await given(request, SignBody)
    await signatures.sign(number, by=who.viewer, number=body.number, shows_name=body.shows_name)
    return answer(DoneAnswer())


async def show_name(request: web.Request) -> web.Response:
    """公不公开称呼."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await covenant(number, viewer=who.viewer)
    body = await given(request, ShowNameBody)
    await signatures.show_name(number, by=who.viewer, is_on=body.shows_name)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/covenants", show),
    web.post("/api/v1/covenants", publish),
    web.get("/api/v1/covenants/{id}", show_one),
    web.post("/api/v1/covenants/{id}/sign", sign),
    web.post("/api/v1/covenants/{id}/show_name", show_name),
)
_ONE = (id_of("covenant"),)
OPERATIONS = (
    reads("listCovenants", "covenants", "What neighbours agreed on", gives=CovenantsAnswer),
    acts(
        "publishCovenant",
        "covenants",
        "Publish a covenant or its next version",
        gives=PromiseMadeAnswer,
        takes=PublishCovenantBody,
    ),
    reads("getCovenant", "covenants/{id}", "A covenant with its versions", gives=CovenantAnswer, parameters=_ONE),
    acts("signCovenant", "covenants/{id}/sign", "Sign the newest version", takes=SignBody, parameters=_ONE),
    acts(
        "showNameOnCovenant",
        "covenants/{id}/show_name",
        "Let neighbours read that one signed, or not",
        takes=ShowNameBody,
        parameters=_ONE,
    ),
)
