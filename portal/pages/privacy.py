"""One's own data: what is kept and who looked, a copy to take along, and the account that goes for good."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from casework.privacy import copies, kept, leaving
from models import clock
from models.errors import Invalid, Refusal, WrongState
from models.rules import rules
from models.wording import say, say_refusal
from people import sessions
from people.records import cards
from portal.forms import Sent, lead_to, own_form, whole
from portal.fresh import fresh_form
from portal.proxy import is_https
from portal.render import page
from portal.session import STAFF_COOKIE, somebody
from portal.staff import staff_page, worker


async def show(request: web.Request) -> web.Response:
    """我的信息."""
    who = await somebody(request)
    in_full = await sessions.is_settled(who.session_id)
    found = await kept.kept(viewer=who.viewer)
    return await page(request, "me_privacy.html", kept=found, rules=rules(), in_full=in_full)


@own_form
async def take_copy(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """导出我的信息: made at the press, kept nowhere."""
    in_full = await sessions.is_settled(sent.who.session_id)
    body = await copies.copy_of(by=sent.who.viewer, in_full=in_full)
    name = say("privacy.file", day=f"{clock.today():%Y%m%d}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return web.Response(body=body, content_type="application/json", charset="utf-8", headers=headers)


async def ask(request: web.Request) -> web.Response:
    """注销账号: what goes, what stays, and one more question."""
    return await _ask(request)


async def _ask(request: web.Request, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    if refusal is None and not await sessions.is_settled(who.session_id):
        problem, status = say_refusal(WrongState("privacy.session_too_young")), 200
    else:
        problem, status = (say_refusal(refusal), refusal.status) if refusal else ("", 200)
    return await page(request, "me_leave.html", status=status, problem=problem, word=say("privacy.word"))


@own_form
async def leave(request: web.Request, sent: Sent) -> web.StreamResponse:
    """注销账号: only with the word typed that says so."""
    try:
        if sent.text("word").strip() != say("privacy.word"):
            raise Invalid("privacy.word_missing", word=say("privacy.word"))
        if not await sessions.is_settled(sent.who.session_id):
            raise WrongState("privacy.session_too_young")
        await leaving.delete_account(by=sent.who.viewer)
    except Refusal as refusal:
        return await _ask(request, refusal)
    response = lead_to("/login?done=left")
    response.del_cookie(STAFF_COOKIE, httponly=True, samesite="Lax", secure=is_https(request))
    return response


async def ask_for(request: web.Request) -> web.Response:
    """代为注销: for somebody who signed a request on paper."""
    who = await worker(request, "person.delete")
    card = await cards.person(whole(request.match_info["id"]), viewer=who.viewer)
    return await staff_page(request, "staff/person_leave.html", card=card, paper="")


@fresh_form()
async def leave_for(request: web.Request, sent: Sent) -> web.StreamResponse:
    """代为注销."""
    person_id = whole(request.match_info["id"])
    try:
        await leaving.delete_account_of(person_id, by=sent.who.viewer, paper=sent.text("paper"))
    except Refusal as refusal:
        card = await cards.person(person_id, viewer=sent.who.viewer)
        return await staff_page(
            request, "staff/person_leave.html", refusal=refusal, card=card, paper=sent.text("paper")
        )
    return lead_to("/people?done=person_left")
