"""The directory of services as JSON: who is listed, complaining, and for staff admitting, changing and deciding."""

from __future__ import annotations

from aiohttp import web

from forum.services import complaints, directory
from forum.services.complaints import ComplaintLine
from forum.services.directory import ProviderLine, ProviderShape
from models.operation import Body, Operation, Parameter
from models.provider import ProviderKind
from portal.api.acting import REFUSED, TOKEN, acting, acting_as_somebody, id_of, reading, reading_as_somebody
from portal.api.boards import author_of
from portal.api.reading import answer, given, number_in_path, told
from portal.api.service_shapes import (
    AdmitBody,
    ChangeProviderBody,
    ComplainBody,
    ComplaintAnswer,
    ComplaintsAnswer,
    DecideComplaintBody,
    ProviderAnswer,
    ProviderBody,
    ProviderDoneAnswer,
    ProviderMadeAnswer,
    ProviderReasonBody,
    ProvidersAnswer,
    UpheldAnswer,
)


async def show(request: web.Request) -> web.Response:
    """服务名录."""
    who = await reading_as_somebody(request)
    kind = request.query.get("kind", "")
    lines = await directory.providers(viewer=who.viewer, place_id=who.place_id, kind=kind)
    return answer(ProvidersAnswer(providers=[_provider(one) for one in lines]))


def _provider(line: ProviderLine) -> ProviderAnswer:
    return told(ProviderAnswer, line, kind=line.kind.value, state=line.state.value)


async def show_one(request: web.Request) -> web.Response:
    """看一家服务."""
    who = await reading_as_somebody(request)
    return answer(_provider(await directory.provider(number_in_path(request, "id"), viewer=who.viewer)))


def _shape(body: ProviderBody) -> ProviderShape:
    found = body.model_dump(include=set(ProviderBody.model_fields))
    return ProviderShape(**{**found, "kind": body.kind.value})


async def admit(request: web.Request) -> web.Response:
    """准入."""
    who = await acting(request)
    body = await given(request, AdmitBody)
    made = await directory.admit(_shape(body), by=who.viewer, place_id=who.place_id, reason=body.reason)
    return answer(ProviderMadeAnswer(id=made))


async def change(request: web.Request) -> web.Response:
    """改名录."""
    who = await acting(request)
    body = await given(request, ChangeProviderBody)
    provider_id = number_in_path(request, "id")
    await directory.change(provider_id, _shape(body), by=who.viewer, seen_version=body.seen_version)
    return answer(ProviderDoneAnswer(done=True))


async def remove(request: web.Request) -> web.Response:
    """退出名录."""
    who = await acting(request)
    body = await given(request, ProviderReasonBody)
    await directory.remove(number_in_path(request, "id"), by=who.viewer, reason=body.reason)
    return answer(ProviderDoneAnswer(done=True))


async def lift(request: web.Request) -> web.Response:
    """恢复服务."""
    who = await acting(request)
    body = await given(request, ProviderReasonBody)
    await directory.lift(number_in_path(request, "id"), by=who.viewer, reason=body.reason)
    return answer(ProviderDoneAnswer(done=True))


async def complain(request: web.Request) -> web.Response:
    """投诉."""
    who = await acting_as_somebody(request)
    body = await given(request, ComplainBody)
    made = await complaints.complain(number_in_path(request, "id"), by=who.viewer, text=body.text)
    return answer(ProviderMadeAnswer(id=made))


async def show_complaints(request: web.Request) -> web.Response:
    """对服务的投诉."""
    who = await reading(request, "complaint.read")
    lines = await complaints.complaints(viewer=who.viewer, place_id=who.place_id)
    return answer(ComplaintsAnswer(complaints=[_complaint(one) for one in lines]))


async def show_own(request: web.Request) -> web.Response:
    """我的投诉."""
    who = await reading_as_somebody(request)
    lines = await complaints.mine(viewer=who.viewer)
    return answer(ComplaintsAnswer(complaints=[_complaint(one) for one in lines]))


def _complaint(line: ComplaintLine) -> ComplaintAnswer:
    return told(ComplaintAnswer, line, state=line.state.value, who=author_of(line.who))


async def withdraw(request: web.Request) -> web.Response:
    """撤回投诉."""
    who = await acting_as_somebody(request)
    await complaints.withdraw(number_in_path(request, "id"), by=who.viewer)
    return answer(ProviderDoneAnswer(done=True))


async def uphold(request: web.Request) -> web.Response:
    """投诉属实."""
    who = await acting(request)
    body = await given(request, DecideComplaintBody)
    suspended = await complaints.uphold(number_in_path(request, "id"), by=who.viewer, answer=body.answer)
    return answer(UpheldAnswer(suspended=suspended))


async def dismiss(request: web.Request) -> web.Response:
    """投诉不属实."""
    who = await acting(request)
    body = await given(request, DecideComplaintBody)
    await complaints.dismiss(number_in_path(request, "id"), by=who.viewer, answer=body.answer)
    return answer(ProviderDoneAnswer(done=True))


_PROVIDER, _COMPLAINT = id_of("provider"), id_of("complaint")
_KIND = Parameter("kind", "query", {"type": "string", "enum": [kind.value for kind in ProviderKind]}, "only this kind")
ROUTES = (
    web.get("/api/v1/providers", show),
    web.post("/api/v1/providers", admit),
    web.get("/api/v1/providers/{id}", show_one),
    web.post("/api/v1/providers/{id}/change", change),
    web.post("/api/v1/providers/{id}/remove", remove),
    web.post("/api/v1/providers/{id}/lift", lift),
    web.post("/api/v1/providers/{id}/complain", complain),
    web.get("/api/v1/complaints", show_complaints),
    web.get("/api/v1/complaints/own", show_own),
    web.post("/api/v1/complaints/{id}/withdraw", withdraw),
    web.post("/api/v1/complaints/{id}/uphold", uphold),
    web.post("/api/v1/complaints/{id}/dismiss", dismiss),
)


def _act(
    name: str,
    path: str,
    about: str,
    *,
    takes: type[Body] | None = None,
    gives: type[Body] = ProviderDoneAnswer,
    of: tuple[Parameter, ...] = (),
    needs_staff: bool = True,
) -> Operation:
    """An operation that changes something."""
    refusals = (*REFUSED, 429) if takes is ComplainBody else REFUSED
    full = f"/api/v1/{path}"
    return Operation(
        name,
        "POST",
        full,
        about,
        gives,
        body=takes,
        parameters=(*of, TOKEN),
        refusals=refusals,
        needs_staff=needs_staff,
    )


OPERATIONS = (
    Operation(
        "listProviders",
        "GET",
        "/api/v1/providers",
        "The directory of services",
        ProvidersAnswer,
        parameters=(_KIND,),
        refusals=(403, 404),
    ),
    _act("admitProvider", "providers", "Put somebody on the list", takes=AdmitBody, gives=ProviderMadeAnswer),
    Operation(
        "readProvider",
        "GET",
        "/api/v1/providers/{id}",
        "One of the directory",
        ProviderAnswer,
        parameters=(_PROVIDER,),
        refusals=(403, 404, 422),
    ),
    _act("changeProvider", "providers/{id}/change", "Change it", takes=ChangeProviderBody, of=(_PROVIDER,)),
    _act("removeProvider", "providers/{id}/remove", "Take it off the list", takes=ProviderReasonBody, of=(_PROVIDER,)),
    _act("liftSuspension", "providers/{id}/lift", "It serves again", takes=ProviderReasonBody, of=(_PROVIDER,)),
    _act(
        "complain",
        "providers/{id}/complain",
        "Complain of it, to staff alone",
        takes=ComplainBody,
        gives=ProviderMadeAnswer,
        of=(_PROVIDER,),
        needs_staff=False,
    ),
    Operation(
        "listComplaints",
        "GET",
        "/api/v1/complaints",
        "What waits to be decided, and what was",
        ComplaintsAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
    Operation(
        "listOwnComplaints", "GET", "/api/v1/complaints/own", "The caller's own", ComplaintsAnswer, refusals=(403,)
    ),
    _act("withdrawComplaint", "complaints/{id}/withdraw", "Take it back", of=(_COMPLAINT,), needs_staff=False),
    _act(
        "upholdComplaint",
        "complaints/{id}/uphold",
        "It is so; the third suspends by itself",
        takes=DecideComplaintBody,
        gives=UpheldAnswer,
        of=(_COMPLAINT,),
    ),
    _act("dismissComplaint", "complaints/{id}/dismiss", "It is not so", takes=DecideComplaintBody, of=(_COMPLAINT,)),
)
