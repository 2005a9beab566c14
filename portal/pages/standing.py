"""What somebody is among neighbours: the name they chose, their badge; and for staff the roles of residents."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, Refusal, WrongState
from models.wording import say_refusal
from people import badges, shown, staff
from people.ranks import must_be_of_neighbours
from people.viewers import Viewer
from portal.forms import Sent, done, form, own_form, whole
from portal.fresh import fresh_form
from portal.render import page
from portal.session import somebody
from portal.staff import done_words


async def show_own(request: web.Request) -> web.Response:
    """我的称呼和身份."""
    return await _show_own(request)


async def _show_own(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "me_standing.html",
        status=refusal.status if refusal else 200,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request),
        own=await shown.own(viewer=who.viewer, place_id=who.place_id),
        badge=await badges.own_badge(viewer=who.viewer),
        typed=typed,
    )


@own_form
async def choose_name(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改称呼."""
    try:
        await shown.choose_name(sent.text("name"), by=sent.who.viewer)
    except Invalid as refusal:
        return await _show_own(request, refusal=refusal, typed=sent.text("name"))
    return done("/me/standing", "choose_name")


@own_form
async def show_badge(request: web.Request, sent: Sent) -> web.StreamResponse:
    """亮身份."""
    try:
        await badges.show(by=sent.who.viewer)
    except WrongState as refusal:
        return await _show_own(request, refusal=refusal)
    return done("/me/standing", "badge_show")


@own_form
async def withdraw_badge(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """收起身份."""
    await badges.withdraw(by=sent.who.viewer)
    return done("/me/standing", "badge_withdraw")


def _person(request: web.Request) -> int:
    return whole(request.match_info["id"])


@form
async def grant(request: web.Request, sent: Sent) -> web.StreamResponse:
    """给居民一个角色: 楼组长, 志愿者."""
    await _must_be_seen(request, sent.who.viewer)
    role = staff.role_named(sent.text("role"))
    must_be_of_neighbours(role)
    await staff.grant(_person(request), by=sent.who.viewer, role=role, place_id=sent.who.place_id)
    return done(f"/people/{_person(request)}", "user_grant")


@fresh_form()
async def revoke(request: web.Request, sent: Sent) -> web.StreamResponse:
    """收回居民的角色."""
    await _must_be_seen(request, sent.who.viewer)
    role = staff.role_named(sent.text("role"))
    must_be_of_neighbours(role)
    await staff.revoke(_person(request), by=sent.who.viewer, role=role, place_id=sent.who.place_id)
    return done(f"/people/{_person(request)}", "user_revoke")


async def _must_be_seen(request: web.Request, viewer: Viewer) -> None:
    await badges.badge_of(_person(request), viewer=viewer)


@form
async def mark(request: web.Request, sent: Sent) -> web.StreamResponse:
    """标为党员, or no longer."""
    verb = badges.mark if sent.text("marked") == "1" else badges.unmark
    await verb(_person(request), by=sent.who.viewer)
    return done(f"/people/{_person(request)}", "badge_mark")
