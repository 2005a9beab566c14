"""Residents sign in: by the link from their chat, which asks first, or by digits from their chat or from the desk."""

from __future__ import annotations

import re

from aiohttp import web

from courier import limits
from courier.networks import network_of
from models.errors import Invalid, NotAllowed, TooMany
from models.wording import say_refusal
from people import entering, errands, login_codes
from portal.entrance import browser, digits_of, let_resident_in, ways_in
from portal.forms import fields_of, lead_to
from portal.proxy import address, is_https
from portal.render import page, safe_path

HOME = "/me"
_BEHIND_A_LINK = re.compile(r"/votes/[0-9]{1,18}")
BEGINS = "20/15minute"
"""How often browsers of one network may ask for a number."""


async def show_link(request: web.Request) -> web.Response:
    """确认登录: whom the link lets in; only the button uses it up, so that a preview in a chat does not."""
    return await _link_page(request, request.match_info["link"])


async def _link_page(request: web.Request, link: str) -> web.Response:
    try:
        owner = await login_codes.whose_link(link, token=browser(request).token)
    except Invalid as refusal:
        return await page(request, "login_link.html", status=404, name="", problem=say_refusal(refusal))
    back = request.query.get("back", "")
    return await page(request, "login_link.html", name=owner.name, back=back if _leads_to(back) else "", problem="")


def _leads_to(back: str) -> bool:
    """Whether a link from a chat may lead there: to a vote, which it was asked for, and to nothing else."""
    return _BEHIND_A_LINK.fullmatch(back) is not None


async def use_link(request: web.Request) -> web.StreamResponse:
    """登录: once."""
    try:
        entered = await entering.enter_by_link(request.match_info["link"], browser=browser(request))
    except (Invalid, NotAllowed) as refusal:
        return await page(request, "login_link.html", status=refusal.status, name="", problem=say_refusal(refusal))
    back = dict(await fields_of(request)).get("back", "")
    return await let_resident_in(request, entered, lead_to(back if _leads_to(back) else HOME))


async def begin(request: web.Request) -> web.StreamResponse:
    """只在这个浏览器里登录: four digits to write into one's chat, and a cookie by which this browser is known."""
    facts: dict[str, object] = {"username": "", "problem": "", "back": safe_path(HOME), "done": "", "code_problem": ""}
    try:
        await limits.spend("login_errand", network_of(address(request)), rate=BEGINS)
        token = errands.new_token()
        number, status = await errands.number_for(token), 200
    except TooMany as refusal:
        facts["code_problem"], token, number, status = say_refusal(refusal), "", "", refusal.status
    response = await page(request, "staff/login.html", status=status, ways=ways_in(request), number=number, **facts)
    if token:
        seconds = int(errands.LENGTH.total_seconds())
        response.set_cookie(
            errands.COOKIE, token, max_age=seconds, httponly=True, samesite="Lax", secure=is_https(request)
        )
    return response


async def use_code(request: web.Request) -> web.StreamResponse:
    """登录: by digits; what is wrong says no more than that."""
    fields = dict(await fields_of(request))
    back = safe_path(fields.get("back", ""))
    try:
        entered = await entering.enter_by_code(digits_of(fields.get("code", "")), browser=browser(request))
    except (Invalid, TooMany, NotAllowed) as refusal:
        facts: dict[str, object] = {"username": "", "problem": "", "back": back, "done": "", "number": ""}
        facts["ways"], problem = ways_in(request), say_refusal(refusal)
        return await page(request, "staff/login.html", status=refusal.status, code_problem=problem, **facts)
    return await let_resident_in(request, entered, lead_to(safe_path(back if back.startswith("/me/") else HOME)))
