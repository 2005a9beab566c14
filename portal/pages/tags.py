"""The words a neighbourhood tags people with: everybody's fixed ones, and its own, added, renamed and retired."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from models.errors import Invalid, Refusal, Taken
from models.rules import rules
from people.records import tags
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker

HOME = "/people/tags"


async def show(request: web.Request) -> web.Response:
    """标签."""
    return await _show(request)


async def _show(
    request: web.Request,
    *,
    refusal: Refusal | None = None,
    typed: str = "",
    renamed: Mapping[int, str] = MappingProxyType({}),
) -> web.Response:
    who = await worker(request, "person.read")
    words = await tags.words(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(
        request,
        "staff/tags.html",
        refusal=refusal,
        typed=typed,
        renamed=renamed,
        fixed=[one for one in words if one.is_fixed],
        own=[one for one in words if not one.is_fixed],
        computed=rules().age_tags,
        longest=tags.LONGEST,
    )


@form
async def add(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加标签词."""
    try:
        await tags.add(sent.text("name"), by=sent.who.viewer, place_id=sent.who.place_id)
    except (Invalid, Taken) as refusal:
        return await _show(request, refusal=refusal, typed=sent.text("name"))
    return done(HOME, "tag_add")


@form
async def rename(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改标签词."""
    word_id, name = whole(request.match_info["id"]), sent.text("name")
    try:
        await tags.rename(word_id, by=sent.who.viewer, to=name)
    except (Invalid, Taken) as refusal:
        return await _show(request, refusal=refusal, renamed={word_id: name})
    return done(HOME, "tag_rename")


@form
async def retire(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用标签词."""
    try:
        await tags.retire(whole(request.match_info["id"]), by=sent.who.viewer)
    except (Invalid, Taken) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "tag_retire")
