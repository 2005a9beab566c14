"""Lists of people, cases or lines of the log that are taken out: asked for, approved by a second person, taken once."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from casework.cases import exchange
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany
from models.rules import rules
from people.records import exports, filters
from people.records.querying import Wanted, wanted
from portal.forms import Sent, done, fields_of, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME, READ, ASK = "/exports", "export.read", "export.ask"


async def show(request: web.Request) -> web.Response:
    """导出名单."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None, answer: str = "") -> web.Response:
    who = await worker(request, READ)
    lines = await exports.exports(viewer=who.viewer, place_id=who.place_id)
    refused_id = whole(request.match_info["id"]) if answer else 0
    return await staff_page(
        request,
        "staff/exports.html",
        refusal=refusal,
        lines=lines,
        answer=answer,
        refused_id=refused_id,
        has_form=any(one.id == refused_id and one.waits for one in lines),
    )


async def show_new(request: web.Request) -> web.Response:
    """申请导出: the people of a filter, and what for."""
    query = request.query
    given = [
        *(("tags", one) for one in query.getall("tags", [])),
        *(("without", one) for one in query.getall("without", [])),
    ]
    return await _show_new(request, fields=[*given, ("building", query.get("building", ""))])


def _chosen(fields: Sequence[tuple[str, str]]) -> Wanted:
    building = next((value for name, value in fields if name == "building"), "")
    kept = {which: [value for name, value in fields if name == which] for which in ("tags", "without")}
    return wanted(**kept, building=whole(building or "0"))


async def _show_new(
    request: web.Request, *, fields: Sequence[tuple[str, str]], refusal: Refusal | None = None
) -> web.Response:
    who, chosen = await worker(request, ASK), _chosen(fields)
    choices = await filters.building_choices(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(
        request,
        "staff/export_new.html",
        refusal=refusal,
        chosen=chosen,
        building=next((one.name for one in choices if one.id == chosen.building), ""),
        people=(await filters.sums(chosen, viewer=who.viewer, place_id=who.place_id)).people,
        purposes=rules().purposes,
        typed=dict(fields),
        longest=exports.LONGEST_REASON,
        hours=rules().export_wait_hours,
    )


@form
async def ask(request: web.Request, sent: Sent) -> web.StreamResponse:
    """申请导出."""
    try:
        await exports.ask(
            _chosen(sent.fields),
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            purpose=sent.text("purpose"),
            reason=sent.text("reason"),
            with_phones=sent.text("with_phones") == "1",
        )
    except (Invalid, NotAllowed, TooMany) as refusal:
        return await _show_new(request, fields=await fields_of(request), refusal=refusal)
    return done(HOME, "export_ask")


@fresh_form()
async def approve(request: web.Request, sent: Sent) -> web.StreamResponse:
    """批准导出."""
    try:
        await exports.approve(whole(request.match_info["id"]), by=sent.who.viewer)
    except (NotAllowed, Taken) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "export_approve")


@form
async def refuse(request: web.Request, sent: Sent) -> web.StreamResponse:
    """退回导出."""
    try:
        await exports.refuse(whole(request.match_info["id"]), by=sent.who.viewer, answer=sent.text("answer"))
    except (Invalid, NotAllowed, Taken) as refusal:
        return await _show(request, refusal=refusal, answer=sent.text("answer"))
    return done(HOME, "export_refuse")


@form
async def withdraw(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤回申请."""
    try:
        await exports.withdraw(whole(request.match_info["id"]), by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "export_withdraw")


@fresh_form()
async def take(request: web.Request, sent: Sent) -> web.StreamResponse:
    """下载名单: the file itself, which no browser keeps for another time."""
    export_id, by = whole(request.match_info["id"]), sent.who.viewer
    try:
        file = await exchange.give(export_id, by=by)
    except (NotAllowed, Taken) as refusal:
        return await _show(request, refusal=refusal)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}", "Cache-Control": "no-store"}
    return web.Response(body=file.content, content_type=file.content_type, headers=headers)
