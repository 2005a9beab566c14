"""One's own password: changed when one likes, and before anything else where somebody else made the first one."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany
from models.wording import say_refusal
from people import login
from people.login import Gate
from people.viewers import Viewer
from portal.devices import device_of
from portal.forms import TOKEN, done, fields_of
from portal.render import page
from portal.security import must_match
from portal.session import Visitor, keep_signed_in, start_of, visitor


def _person(who: Visitor) -> Viewer:
    """Whoever signed in, also with a password to begin with; nobody who still stands before the second step."""
    if who.starting is not None and who.gate is Gate.PASSWORD:
        return who.starting
    if not who.is_staff:
        raise NotAllowed("login.needed")
    return who.viewer


async def show(request: web.Request) -> web.Response:
    """改密码."""
    return await _form(request)


async def _form(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await visitor(request)
    return await page(
        request,
        "staff/password.html",
        status=refusal.status if refusal else 200,
        problem=say_refusal(refusal) if refusal else "",
        name=_person(who).name,
        username=await login.username_of(_person(who)),
        is_start=who.starting is not None,
    )


async def change(request: web.Request) -> web.StreamResponse:
    """改密码: signed in anew here, signed out everywhere else."""
    who, fields = await visitor(request), dict(await fields_of(request))
    by = _person(who)
    must_match(who.session_token or "", fields.get(TOKEN, ""))
    try:
        if fields.get("new", "") != fields.get("again", ""):
            raise Invalid("login.passwords_differ")
        old = None if who.starting else fields.get("old", "")
        await login.change_password(by=by, old=old, new=fields.get("new", ""))
    except (Invalid, TooMany, Taken) as refusal:
        return await _form(request, refusal=refusal)
    response = done(start_of(by), "password_change")
    named = device_of(request.headers.get("User-Agent", ""))
    begin = login.begin_after_password if who.starting else login.begin
    token = await begin(by, device=named)
    keep_signed_in(request, response, token)
    return response
