"""Chat groups of the neighbourhood: which are bound, a code to bind another, and letting one go."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, NotFound, Refusal
from models.group import GroupKind
from people import group_binding, groups
from people.joining import links
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME = "/groups"
READ = "group.read"
STAFF = "staff"


async def show(request: web.Request) -> web.Response:
    """群."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/groups.html",
        refusal=refusal,
        groups=await groups.groups(viewer=who.viewer, place_id=who.place_id),
        estates=await links.estates(viewer=who.viewer, place_id=who.place_id),
    )


@form
async def make_code(request: web.Request, sent: Sent) -> web.StreamResponse:
    """绑群码: shown once, in answer to the press; no address shows it again."""
    what = sent.text("what")
    try:
        code = await group_binding.make_code(
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            kind=GroupKind.STAFF if what == STAFF else GroupKind.RESIDENTS,
            estate_id=None if what == STAFF else _estate(what),
        )
    except (Invalid, NotFound) as refusal:
        return await _show(request, refusal=refusal)
    return await staff_page(request, "staff/group_code.html", code=code)


def _estate(what: str) -> int:
    if not what:
        raise Invalid("group.kind_missing")
    return whole(what)


@fresh_form()
async def unbind(request: web.Request, sent: Sent) -> web.StreamResponse:
    """解绑."""
    try:
        await group_binding.unbind(whole(request.match_info["id"]), by=sent.who.viewer)
    except NotFound as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "group_unbind")
