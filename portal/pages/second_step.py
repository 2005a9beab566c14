"""The second step: typed after the password, set up with a QR code, and the recovery codes that are shown once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from models.errors import Invalid, NotAllowed, TooMany, WrongState
from models.wording import say, say_refusal
from people import login, second_step
from people.login import Gate
from people.viewers import Viewer
from portal.entrance import device, let_in
from portal.forms import TOKEN, Sent, done, fields_of, lead_to
from portal.fresh import fresh_form
from portal.qr import svg_of
from portal.render import page
from portal.security import must_match
from portal.session import Visitor, keep_signed_in, start_of, visitor
from portal.staff import done_words

OWN = "/me/second"
Take = Callable[[web.Request, Viewer, dict[str, str]], Awaitable[web.StreamResponse]]


def _before_code(who: Visitor) -> Viewer:
    if who.starting is None or who.gate is not Gate.CODE:
        raise NotAllowed("login.needed")
    return who.starting


async def show(request: web.Request) -> web.StreamResponse:
    """登录第二步."""
    who = await visitor(request)
    if who.is_staff:
        return lead_to(who.start)
    return await page(request, "staff/second_login.html", name=_before_code(who).name, problem="")


async def take(request: web.Request) -> web.StreamResponse:
    """登录第二步: a code of the app or a recovery code; then a new session."""
    who, fields = await visitor(request), dict(await fields_of(request))
    by = _before_code(who)
    must_match(who.session_token or "", fields.get(TOKEN, ""))
    try:
        await second_step.must_know(fields.get("code", ""), person_id=by.person_id)
    except (Invalid, TooMany) as refusal:
        facts = {"name": by.name, "problem": say_refusal(refusal)}
        return await page(request, "staff/second_login.html", status=refusal.status, **facts)
    token = await login.begin(by, device=device(request))
    return await let_in(request, token, back=start_of(by))


def _owner(who: Visitor) -> Viewer:
    """Whoever works here, also who may do nothing before it is set up."""
    if who.starting is not None and who.gate is Gate.ENROL:
        return who.starting
    if not who.is_staff:
        raise NotAllowed("login.needed")
    return who.viewer


def _own(handler: Take) -> Handler:
    async def taken(request: web.Request) -> web.StreamResponse:
        who, fields = await visitor(request), dict(await fields_of(request))
        by = _owner(who)
        must_match(who.session_token or "", fields.get(TOKEN, ""))
        return await handler(request, by, fields)

    return taken


async def show_own(request: web.Request) -> web.StreamResponse:
    """我的第二步."""
    who = await visitor(request)
    by = _owner(who)
    standing = await second_step.standing(viewer=by)
    is_first = who.starting is not None
    return await page(request, "staff/second.html", standing=standing, is_first=is_first, done=done_words(request))


@_own
async def enrol(request: web.Request, by: Viewer, _fields: dict[str, str]) -> web.StreamResponse:
    """设第二步: the secret as a picture and as text, shown in answer to the press."""
    return await _enrolling(request, by, problem="", status=200)


async def _enrolling(request: web.Request, by: Viewer, *, problem: str, status: int) -> web.Response:
    named = await login.username_of(by) or by.name
    try:
        made = await second_step.enrol(by=by, name=named, issuer=say("second_step.issuer"))
    except WrongState as refusal:
        return await page(request, "error.html", status=refusal.status, words=say_refusal(refusal))
    picture = svg_of(made.address, label=say("second_step.issuer"))
    return await page(
        request, "staff/second_enrol.html", status=status, secret=made.secret, picture=picture, problem=problem
    )


@_own
async def confirm(request: web.Request, by: Viewer, fields: dict[str, str]) -> web.StreamResponse:
    """启用第二步: a wrong code brings a new picture, since nothing keeps the old one readable."""
    try:
        codes = await second_step.confirm(fields.get("code", ""), by=by)
    except (Invalid, TooMany) as refusal:
        return await _enrolling(request, by, problem=say_refusal(refusal), status=refusal.status)
    who = await visitor(request)
    response = await page(request, "staff/second_codes.html", codes=codes, next=start_of(by))
    if who.session_id is not None:
        await login.sign_out(who.session_id)
    keep_signed_in(request, response, await login.begin(by, device=device(request)))
    return response


@fresh_form()
async def renew_codes(request: web.Request, sent: Sent) -> web.StreamResponse:
    """换恢复码."""
    codes = await second_step.renew_codes(by=sent.who.viewer)
    return await page(request, "staff/second_codes.html", codes=codes, next=OWN)


@fresh_form()
async def drop(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用第二步."""
    await second_step.drop(by=sent.who.viewer)
    return done(OWN, "second_step_drop")
