"""What a side does to its own mediation as JSON: asking for it, wanting it or not, what was agreed, and whether it is
kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.mediation import agreements, applying, consents, ending, following_up, private
from casework.mediation.applying import Asked
from models.operation import Body
from people.permissions import allow
from people.viewers import Viewer
from portal.api.acting import acting_as_somebody, acts, id_of
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, told
from portal.session import neighbours_in

Number = Annotated[int, Field(ge=0, le=MOST_ID)]
Said = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=120)]


class ApplyMediationBody(Body):
    """What it is about (both sides read it), who the other side is, and ``private``, for the mediator alone. ``wish``:
    whom of the list of mediators one would like."""

    matter: Said
    other: Short = ""
    where: Short = ""
    phone: Short = ""
    private: Said = ""
    wish: Number | None = None


class MadeMediationAnswer(Body):
    """The mediation that was asked for."""

    id: int
    number: str


class ConsentBody(Body):
    """Whom of the list of mediators one would like."""

    wish: Number | None = None


class ConfirmAgreementBody(Body):
    """The draft that one has read, by its number."""

    agreement: Number


class PrivateWordsBody(Body):
    """Words for the mediator alone."""

    text: Said = ""


async def apply(request: web.Request) -> web.Response:
    """申请调解."""
    who, body = await acting_as_somebody(request), await given(request, ApplyMediationBody)
    place_id = neighbours_in(who)
    allow(who.viewer, "mediation.apply", place_id)
    asked = Asked(body.matter, body.other, body.where, body.phone, body.private, body.wish)
    return answer(told(MadeMediationAnswer, await applying.apply(asked, by=who.viewer, place_id=place_id)))


async def consent(request: web.Request) -> web.Response:
    """同意调解."""
    who, body = await acting_as_somebody(request), await given(request, ConsentBody)
    await consents.consent(number_in_path(request, "id"), by=who.viewer, wish_id=body.wish)
    return answer(DoneAnswer())


async def confirm(request: web.Request) -> web.Response:
    """确认协议."""
    who, body = await acting_as_somebody(request), await given(request, ConfirmAgreementBody)
    await agreements.confirm(number_in_path(request, "id"), by=who.viewer, agreement=body.agreement)
    return answer(DoneAnswer())


def _pressed(verb: Callable[[int, Viewer], Awaitable[object]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A verb that takes nothing but who presses it."""

    async def press(request: web.Request) -> web.Response:
        who = await acting_as_somebody(request)
        await verb(number_in_path(request, "id"), who.viewer)
        return answer(DoneAnswer())

    return press


def _said(verb: Callable[[int, Viewer, str], Awaitable[object]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A verb with words for the mediator alone."""

    async def say(request: web.Request) -> web.Response:
        who, body = await acting_as_somebody(request), await given(request, PrivateWordsBody)
        await verb(number_in_path(request, "id"), who.viewer, body.text)
        return answer(DoneAnswer())

    return say


_ONE = "/api/v1/my/mediations/{id}"
ROUTES = (
    web.post("/api/v1/my/mediations", apply),
    web.post(f"{_ONE}/consent", consent),
    web.post(f"{_ONE}/refuse", _pressed(lambda one, by: consents.refuse(one, by=by))),
    web.post(f"{_ONE}/withdraw", _pressed(lambda one, by: consents.withdraw(one, by=by))),
    web.post(f"{_ONE}/tell", _said(lambda one, by, text: private.tell(one, by=by, text=text))),
    web.post(f"{_ONE}/confirm", confirm),
    web.post(f"{_ONE}/object", _said(lambda one, by, text: agreements.object_to(one, by=by, text=text))),
    web.post(f"{_ONE}/stop", _pressed(lambda one, by: ending.stop(one, by=by))),
    web.post(f"{_ONE}/say_kept", _pressed(lambda one, by: following_up.say_kept(one, by=by))),
    web.post(f"{_ONE}/say_broken", _said(lambda one, by, text: following_up.say_broken(one, by=by, text=text))),
)
_ID = (id_of("mediation"),)
_VERB = "my/mediations/{id}"
OPERATIONS = (
    acts(
        "applyForMediation",
        "my/mediations",
        "The other side is asked whether it wants it",
        takes=ApplyMediationBody,
        gives=MadeMediationAnswer,
    ),
    acts("consentToMediation", f"{_VERB}/consent", "One's own yes", takes=ConsentBody, parameters=_ID),
    acts("refuseMediation", f"{_VERB}/refuse", "One's own no; it ends there", parameters=_ID),
    acts("withdrawMediation", f"{_VERB}/withdraw", "By who asked, before both have agreed", parameters=_ID),
    acts("tellMediator", f"{_VERB}/tell", "Words for the mediator alone", takes=PrivateWordsBody, parameters=_ID),
    acts(
        "confirmAgreement",
        f"{_VERB}/confirm",
        "The draft that one has read",
        takes=ConfirmAgreementBody,
        parameters=_ID,
    ),
    acts(
        "objectToAgreement",
        f"{_VERB}/object",
        "The draft is to be changed; why is for the mediator alone",
        takes=PrivateWordsBody,
        parameters=_ID,
    ),
    acts("stopMediation", f"{_VERB}/stop", "Either side, before both have signed", parameters=_ID),
    acts("sayKept", f"{_VERB}/say_kept", "What was agreed is kept", parameters=_ID),
    acts(
        "sayBroken",
        f"{_VERB}/say_broken",
        "It is not kept; what is missing is for the mediator alone",
        takes=PrivateWordsBody,
        parameters=_ID,
    ),
)
