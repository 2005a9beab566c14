"""The directory of services: who is listed, one of them with complaining, and for staff admitting and deciding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.services import complaints, directory
from forum.services.directory import ProviderLine, ProviderShape
from forum.services.opening import WEEKDAYS
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.provider import ProviderKind
from models.wording import say_refusal
from people.permissions import allow, may
from portal.forms import Sent, done, form, own_form, verb_of, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words, worker

HOME = "/providers"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """服务名录."""
    who, kind = await somebody(request), request.query.get("kind", "")
    return await page(
        request,
        "services.html",
        lines=await directory.providers(viewer=who.viewer, place_id=who.place_id, kind=kind),
        kinds=list(ProviderKind),
        kind=kind,
        may_admit=may(who.viewer, "provider.admit", who.place_id),
        done=done_words(request),
    )


async def show_one(request: web.Request) -> web.Response:
    """看一家服务."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, typed: str = "", reason: tuple[str, str] = ("", "")
) -> web.Response:
    """``reason``: a verb and the reason that was typed for it."""
    who = await somebody(request)
    found = await directory.provider(_id(request), viewer=who.viewer)
    verbs = ("complaint.make", "provider.change", "provider.remove", "provider.lift")
    return await page(
        request,
        "service.html",
        status=refusal.status if refusal else 200,
        one=found,
        may={verb.partition(".")[2] for verb in verbs if may(who.viewer, verb, found.place_id)},
        typed=typed,
        reason_for=reason[0],
        reason=reason[1],
        longest=complaints.LONGEST,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_new(request: web.Request) -> web.Response:
    """准入."""
    who = await worker(request, "provider.admit")
    allow(who.viewer, "provider.admit", who.place_id)
    return await _form(request, {})


async def show_edit(request: web.Request) -> web.Response:
    """改名录."""
    who = await worker(request, "provider.change")
    found = await directory.provider(_id(request), viewer=who.viewer)
    allow(who.viewer, "provider.change", found.place_id)
    return await _form(request, _fields(found), provider_id=found.id)


def _fields(found: ProviderLine) -> dict[str, str]:
    names = ("name", "about", "venue", "phone", "fees", "hours", "weekdays")
    same = {name: str(getattr(found, name)) for name in names}
    holidays = "yes" if found.on_holidays else ""
    return {**same, "kind": found.kind.value, "on_holidays": holidays, "version": str(found.version)}


async def _form(
    request: web.Request, fields: dict[str, str], *, provider_id: int = 0, refusal: Refusal | None = None
) -> web.Response:
    return await page(
        request,
        "service_form.html",
        status=refusal.status if refusal else 200,
        fields=fields,
        provider_id=provider_id,
        kinds=list(ProviderKind),
        days=WEEKDAYS,
        limits=directory.LIMITS,
        problem=say_refusal(refusal) if refusal else "",
    )


def _shape(sent: Sent) -> ProviderShape:
    words = {name: sent.text(name) for name in ("kind", *directory.LIMITS, "hours")}
    return ProviderShape(**words, weekdays="".join(sent.texts("weekdays")), on_holidays=bool(sent.text("on_holidays")))


def _typed(sent: Sent) -> dict[str, str]:
    return {**dict(sent.fields), "weekdays": "".join(sent.texts("weekdays"))}


@form
async def admit(request: web.Request, sent: Sent) -> web.StreamResponse:
    """准入."""
    who, reason = sent.who, sent.text("reason")
    allow(who.viewer, "provider.admit", who.place_id)
    try:
        made = await directory.admit(_shape(sent), by=who.viewer, place_id=who.place_id, reason=reason)
    except CANNOT as refusal:
        return await _form(request, _typed(sent), refusal=refusal)
    return done(f"{HOME}/{made}", "provider_admit")


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改名录."""
    provider_id = _id(request)
    found = await directory.provider(provider_id, viewer=sent.who.viewer)
    allow(sent.who.viewer, "provider.change", found.place_id)
    try:
        await directory.change(provider_id, _shape(sent), by=sent.who.viewer, seen_version=sent.number("version"))
    except CANNOT as refusal:
        return await _form(request, _typed(sent), provider_id=provider_id, refusal=refusal)
    return done(f"{HOME}/{provider_id}", "provider_change")


@own_form
async def complain(request: web.Request, sent: Sent) -> web.StreamResponse:
    """投诉: what is typed stays in the form until it has been taken."""
    text = sent.text("text")
    try:
        await complaints.complain(_id(request), by=sent.who.viewer, text=text)
    except CANNOT as refusal:
        return await _show(request, refusal=refusal, typed=text)
    return done(f"{HOME}/complaints/own", "complaint_make")


async def _remove(sent: Sent, provider_id: int) -> str:
    await directory.remove(provider_id, by=sent.who.viewer, reason=sent.text("reason"))
    return HOME


async def _lift(sent: Sent, provider_id: int) -> str:
    await directory.lift(provider_id, by=sent.who.viewer, reason=sent.text("reason"))
    return f"{HOME}/{provider_id}"


VERBS: dict[str, Callable[[Sent, int], Awaitable[str]]] = {"remove": _remove, "lift": _lift}


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出名录、恢复服务."""
    verb, work = verb_of(request, VERBS)
    try:
        path = await work(sent, _id(request))
    except CANNOT as refusal:
        return await _show(request, refusal=refusal, reason=(verb, sent.text("reason")))
    return done(path, f"provider_{verb}")


async def show_complaints(request: web.Request) -> web.Response:
    """对服务的投诉."""
    return await _complaints(request)


async def _complaints(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    who = await worker(request, "complaint.read")
    return await page(
        request,
        "service_complaints.html",
        status=refusal.status if refusal else 200,
        lines=await complaints.complaints(viewer=who.viewer, place_id=who.place_id),
        is_own=False,
        typed=typed,
        typed_for=_id(request) if typed else 0,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def show_own(request: web.Request) -> web.Response:
    """我的投诉."""
    who = await somebody(request)
    return await page(
        request,
        "service_complaints.html",
        lines=await complaints.mine(viewer=who.viewer),
        is_own=True,
        typed="",
        typed_for=0,
        problem="",
        done=done_words(request),
    )


@form
async def uphold(request: web.Request, sent: Sent) -> web.StreamResponse:
    """投诉属实."""
    try:
        suspended = await complaints.uphold(_id(request), by=sent.who.viewer, answer=sent.text("answer"))
    except CANNOT as refusal:
        return await _complaints(request, refusal=refusal, typed=sent.text("answer"))
    return done(f"{HOME}/complaints", "complaint_suspended" if suspended else "complaint_uphold")


@form
async def dismiss(request: web.Request, sent: Sent) -> web.StreamResponse:
    """投诉不属实."""
    try:
        await complaints.dismiss(_id(request), by=sent.who.viewer, answer=sent.text("answer"))
    except CANNOT as refusal:
        return await _complaints(request, refusal=refusal, typed=sent.text("answer"))
    return done(f"{HOME}/complaints", "complaint_dismiss")


@own_form
async def withdraw(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤回投诉."""
    await complaints.withdraw(_id(request), by=sent.who.viewer)
    return done(f"{HOME}/complaints/own", "complaint_withdraw")
