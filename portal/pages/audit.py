"""The audit log of a place for who leads it: filtered, a page at a time, with the chain's; parts are asked for."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from models.errors import Invalid, Refusal, TooMany
from models.rules import rules
from people import audit, audit_reading
from people.audit_reading import Filter
from people.records import exports, log_exports
from portal.forms import Sent, day_of, done, form, whole
from portal.staff import staff_page, worker

READ = "audit.read"
FIELDS, WHY = ("who", "verb", "number", "first", "last"), ("purpose", "reason")


def _wanted(typed: dict[str, str]) -> Filter:
    number = typed["number"].strip()
    return Filter(
        who=typed["who"],
        verb=typed["verb"],
        subject_id=whole(number) if number else None,
        first=day_of(typed["first"]),
        last=day_of(typed["last"]),
    )


async def show(request: web.Request) -> web.Response:
    """操作记录."""
    return await _show(request, typed={name: request.query.get(name, "") for name in (*FIELDS, *WHY)})


async def _show(request: web.Request, *, typed: dict[str, str], refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    try:
        wanted = _wanted(typed)
    except Refusal as found:
        wanted, refusal = Filter(), found
    before = whole(request.query.get("before") or "0")
    lines = await audit_reading.audit_lines(wanted, viewer=who.viewer, place_id=who.place_id, before=before)
    following = (
        {**{name: typed[name] for name in FIELDS}, "before": str(lines[-1].number)}
        if len(lines) == audit_reading.PAGE
        else None
    )
    return await staff_page(
        request,
        "staff/audit.html",
        refusal=refusal,
        lines=lines,
        typed=typed,
        verbs=await audit_reading.verbs(viewer=who.viewer, place_id=who.place_id),
        following=f"/audit?{urlencode(following)}" if following else "",
        chain=await audit.state(),
        fields=FIELDS,
        purposes=rules().purposes,
        longest=exports.LONGEST_REASON,
        hours=rules().export_wait_hours,
    )


@form
async def ask_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """申请导出操作记录: it is downloaded with the other lists, after a second person approved it."""
    try:
        await log_exports.ask_out(
            _wanted({name: sent.text(name) for name in FIELDS}),
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            purpose=sent.text("purpose"),
            reason=sent.text("reason"),
        )
    except (Invalid, TooMany) as refusal:
        return await _show(request, typed={name: sent.text(name) for name in (*FIELDS, *WHY)}, refusal=refusal)
    return done("/exports", "export_ask")
