"""Residents sign in: by the link from their chat, which asks first, or by digits from their chat or from the desk."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, NotAllowed, TooMany
from models.wording import say_refusal
from nlp.normalise import normalise
from people import entering, login_codes
from portal.entrance import browser, let_resident_in
from portal.forms import fields_of
from portal.render import page, safe_path

HOME = "/me"
_LONGEST = 40


def _digits(text: str) -> str:
    """Digits however they were typed: wide, with blanks or dashes between them."""
    return "".join(one for one in normalise(text[:_LONGEST]) if one.isascii() and one.isdecimal())


async def show_link(request: web.Request) -> web.Response:
    """确认登录: whom the link lets in; only the button uses it up, so that a preview in a chat does not."""
    return await _link_page(request, request.match_info["link"])


async def _link_page(request: web.Request, link: str) -> web.Response:
    try:
        owner = await login_codes.whose_link(link)
    except Invalid as refusal:
        return await page(request, "login_link.html", status=404, name="", problem=say_refusal(refusal))
    return await page(request, "login_link.html", name=owner.name, problem="")


async def use_link(request: web.Request) -> web.StreamResponse:
    """登录: once."""
    try:
        entered = await entering.enter_by_link(request.match_info["link"], browser=browser(request))
    except (Invalid, NotAllowed) as refusal:
        return await page(request, "login_link.html", status=refusal.status, name="", problem=say_refusal(refusal))
    return await let_resident_in(request, entered, back=HOME)


async def use_code(request: web.Request) -> web.StreamResponse:
    """登录: by digits; what is wrong says no more than that."""
    fields = dict(await fields_of(request))
    back = safe_path(fields.get("back", ""))
    try:
        entered = await entering.enter_by_code(_digits(fields.get("code", "")), browser=browser(request))
    except (Invalid, TooMany, NotAllowed) as refusal:
        facts = {"username": "", "problem": "", "back": back, "done": ""}
        problem = say_refusal(refusal)
        return await page(request, "staff/login.html", status=refusal.status, code_problem=problem, **facts)
    return await let_resident_in(request, entered, back=back if back.startswith("/me/") else HOME)
