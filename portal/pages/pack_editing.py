"""Editing the pack: what there is, a form for every field, the difference, and the second person's decision."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping

from aiohttp import web

from casework import editing, guide, imports, judging, learning, misses, publishing
from casework.judging import Proposed, Worse
from casework.snapshots import Overlay, ShownEntry
from casework.versions import first_day
from models import clock
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.errors import Invalid, NotAllowed, Refusal, Taken, WrongState
from people.permissions import allow, may
from people.rules import rules_of
from portal.differences import plain
from portal.entries import facts_of
from portal.entry_form import WrongFields, content_of, overlay_of, rows_of, typed_from, typed_of, typed_overlay
from portal.forms import Sent, done, form, whole, wholes
from portal.fresh import fresh_form
from portal.session import Visitor
from portal.staff import staff_page, worker

WRITE = "guide.draft"
MORE_ROWS = 3


async def show(request: web.Request) -> web.Response:
    """政策条目."""
    who = await worker(request, WRITE)
    waiting = await editing.waiting(viewer=who.viewer)
    return await staff_page(
        request,
        "staff/pack.html",
        drafts=[one for one in waiting if one.imported_at is None],
        imports=imports.waiting(waiting),
        categories=await guide.categories(viewer=who.viewer, place_id=who.place_id),
    )


async def show_entry(request: web.Request) -> web.Response:
    """One entry with all its versions."""
    who, key = await worker(request, WRITE), request.match_info["key"]
    return await _entry_page(request, key, who=who)


async def _entry_page(request: web.Request, key: str, *, who: Visitor, refusal: Refusal | None = None) -> web.Response:
    found = await editing.editable(key, viewer=who.viewer)
    return await staff_page(
        request,
        "staff/pack_entry.html",
        refusal=refusal,
        found=found,
        versions=await editing.history(key, viewer=who.viewer),
        may_decide=editing.may_decide(who.viewer, found.place_id),
    )


async def _form(
    request: web.Request, typed: Mapping[str, str], *, action: str, title: str, refusal: Refusal | None = None
) -> web.Response:
    """The form as typed; one empty row more than was filled in everywhere, or several where more were asked for."""
    options, sources = rows_of(typed)
    more = MORE_ROWS if typed.get("more") else 1
    return await staff_page(
        request,
        "staff/pack_form.html",
        refusal=refusal,
        problems=refusal.problems if isinstance(refusal, WrongFields) else {},
        typed=typed,
        options=[count + more for count in options] + [more + 1] * (2 - len(options)),
        sources=sources + more,
        action=action,
        title=title,
    )


async def show_form(request: web.Request) -> web.Response:
    """改一条."""
    who, key = await worker(request, WRITE), request.match_info["key"]
    found = await editing.editable(key, viewer=who.viewer)
    typed = {**typed_of(found.content), "seen": str(found.number)}
    return await _form(request, typed, action=request.path, title=found.content.title)


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改一条: becomes a draft; what is wrong stands beside its field, with everything as it was typed."""
    await editing.editable(request.match_info["key"], viewer=sent.who.viewer)
    return await _save(request, sent, key=request.match_info["key"])


async def _save(request: web.Request, sent: Sent, *, key: str) -> web.StreamResponse:
    typed = typed_from(sent.fields)
    try:
        if not typed.get("more"):
            version = await _write(request, content_of(typed, key=key), typed=typed, who=sent.who)
            return done(f"/pack/versions/{version.id}", "draft")
    except (WrongFields, Taken, WrongState, Invalid) as refusal:
        return await _form(request, typed, action=request.path, title=typed.get("title", ""), refusal=refusal)
    return await _form(request, typed, action=request.path, title=typed.get("title", ""))


async def _write(
    request: web.Request, content: EntryContent, *, typed: Mapping[str, str], who: Visitor
) -> EntryVersion:
    seen = whole(typed.get("seen", "") or "0")
    if "id" in request.match_info:
        version_id = whole(request.match_info["id"])
        return await editing.redraft(version_id, content, by=who.viewer, seen_version=seen)
    if seen:
        return await editing.draft_change(content, by=who.viewer, seen_number=seen)
    slug = await learning.slug_of(content.category, viewer=who.viewer, place_id=who.place_id)
    asked = wholes(typed.get("misses", ""))
    return await publishing.draft(content, by=who.viewer, category_slug=slug, place_id=who.place_id, miss_ids=asked)


async def show_new(request: web.Request) -> web.Response:
    """写一条本居委的, for what was not answered where it comes from there."""
    who, miss = await worker(request, WRITE), request.query.get("miss", "")
    group = await misses.group_of(whole(miss), viewer=who.viewer, place_id=who.place_id) if miss else None
    asked = [group.text, *group.others] if group else []
    typed = typed_of(await learning.blank(asked, viewer=who.viewer, place_id=who.place_id))
    typed |= {"seen": "0", "misses": ",".join(map(str, group.miss_ids)) if group else ""}
    return await _form(request, typed, action="/pack/new", title="")


@form
async def write_new(request: web.Request, sent: Sent) -> web.StreamResponse:
    """写一条本居委的."""
    allow(sent.who.viewer, WRITE, sent.who.place_id)
    return await _save(request, sent, key=f"local-{sent.who.place_id}-{secrets.token_hex(4)}")


async def show_draft_form(request: web.Request) -> web.Response:
    """改草稿."""
    who = await worker(request, WRITE)
    found = await publishing.version(whole(request.match_info["id"]), viewer=who.viewer)
    typed = {**typed_of(found.content), "seen": str(found.version)}
    return await _form(request, typed, action=request.path, title=found.content.title)


@form
async def change_draft(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改草稿."""
    found = await publishing.version(whole(request.match_info["id"]), viewer=sent.who.viewer)
    return await _save(request, sent, key=found.entry.key)


async def show_version(request: web.Request) -> web.Response:
    """看改了什么."""
    return await _version_page(request, who=await worker(request, WRITE))


async def _version_page(
    request: web.Request, *, who: Visitor, refusal: Refusal | None = None, reason: str = "", despite: str = ""
) -> web.Response:
    version_id, viewer = whole(request.match_info["id"]), who.viewer
    found = await publishing.version(version_id, viewer=viewer)
    worse = await _worse(found)
    return await staff_page(
        request,
        "staff/pack_version.html",
        refusal=refusal,
        line=await editing.version_line(version_id, viewer=viewer),
        changes=[plain(change) for change in await publishing.difference(version_id, viewer=viewer)],
        facts=facts_of(_as_shown(found)),
        may_decide=editing.may_decide(viewer, found.entry.place_id),
        needs_two=rules_of(found.entry.place_id).two_people_to_publish,
        first_day=first_day(found.content),
        reason=reason,
        worse=judging.shown_to(viewer, worse),
        worse_count=len(worse),
        may_publish_worse=may(viewer, "guide.publish_worse", found.entry.place_id),
        despite=despite,
    )


async def _worse(version: EntryVersion) -> tuple[Worse, ...]:
    """Which published questions a draft would answer worse; of what is decided nothing is judged any more."""
    if version.state is not VersionState.DRAFT:
        return ()
    return (await judging.judge([Proposed(version.content, version.entry.place_id)])).worse


def _as_shown(version: EntryVersion) -> ShownEntry:
    """A version as residents would see it."""
    entry, content = version.entry, version.content
    return ShownEntry(
        key=entry.key,
        content=content,
        category_slug=entry.category_slug,
        position=entry.position,
        place_id=entry.place_id,
        number=version.number,
        remark="",
        is_stale=content.review_by < clock.today(),
    )


@form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发布."""
    version_id, despite = whole(request.match_info["id"]), sent.text("despite")
    try:
        day: dt.date | None = sent.date("shown_from")
        version = await publishing.publish(version_id, by=sent.who.viewer, shown_from=day, despite=despite)
    except (Taken, NotAllowed, Invalid) as refusal:
        return await _version_page(request, who=sent.who, refusal=refusal, despite=despite)
    word = "publish" if version.shown_from <= clock.today() else "publish_later"
    return done(f"/pack/versions/{version_id}", word)


@form
async def refuse(request: web.Request, sent: Sent) -> web.StreamResponse:
    """退回."""
    version_id, reason = whole(request.match_info["id"]), sent.text("reason")
    try:
        await publishing.refuse(version_id, by=sent.who.viewer, reason=reason)
    except (Taken, NotAllowed, Invalid) as refusal:
        return await _version_page(request, who=sent.who, refusal=refusal, reason=reason)
    return done(f"/pack/versions/{version_id}", "refuse")


@fresh_form()
async def withdraw(request: web.Request, sent: Sent) -> web.StreamResponse:
    """下架."""
    key = request.match_info["key"]
    try:
        await publishing.withdraw(key, by=sent.who.viewer)
    except NotAllowed as refusal:
        return await _entry_page(request, key, who=sent.who, refusal=refusal)
    return done(f"/pack/{key}", "withdraw")


async def show_overlay(request: web.Request) -> web.Response:
    """本居委的地址和电话."""
    who, key = await worker(request, "guide.overlay"), request.match_info["key"]
    shown = await guide.entry(key, viewer=who.viewer, place_id=who.place_id)
    return await _overlay_page(request, who=who, typed=typed_overlay(shown))


async def _overlay_page(
    request: web.Request, *, who: Visitor, typed: Mapping[str, str], refusal: Refusal | None = None
) -> web.Response:
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    problems = refusal.problems if isinstance(refusal, WrongFields) else {}
    return await staff_page(request, "staff/overlay.html", refusal=refusal, shown=shown, typed=typed, problems=problems)


@form
async def overlay(request: web.Request, sent: Sent) -> web.StreamResponse:
    """本居委的地址和电话; emptied, the entry's own hold again."""
    key, typed = request.match_info["key"], dict(sent.fields)
    try:
        body = Overlay() if typed.get("clear") else overlay_of(typed)
        await publishing.overlay(key, by=sent.who.viewer, place_id=sent.who.place_id, body=body)
    except WrongFields as refusal:
        return await _overlay_page(request, who=sent.who, typed=typed, refusal=refusal)
    return done(f"/pack/{key}", "overlay")
