"""The audit log of a place for who leads it: filtered, a page at a time, taken out as a file, with the chain's."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, urlencode

from aiohttp import web

from models import clock
from models.errors import Invalid, Refusal
from models.transaction import transaction
from models.wording import say
from people import audit, audit_reading
from people.audit_reading import Filter
from people.permissions import PERMISSIONS
from people.records import export_sheet
from people.records.export_sheet import Sheet
from portal.forms import Sent, form, whole
from portal.staff import staff_page, worker

READ = "audit.read"
FIELDS = ("who", "verb", "number", "first", "last")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("form.not_a_time", text=text) from error


def _wanted(typed: dict[str, str]) -> Filter:
    number = typed["number"].strip()
    return Filter(
        who=typed["who"],
        verb=typed["verb"],
        subject_id=whole(number) if number else None,
        first=_day(typed["first"]),
        last=_day(typed["last"]),
    )


async def show(request: web.Request) -> web.Response:
    """操作记录."""
    who = await worker(request, READ)
    typed = {name: request.query.get(name, "") for name in FIELDS}
    try:
        wanted, refusal = _wanted(typed), None
    except Refusal as found:
        wanted, refusal = Filter(), found
    before = whole(request.query.get("before") or "0")
    lines = await audit_reading.audit_lines(wanted, viewer=who.viewer, place_id=who.place_id, before=before)
    following = {**typed, "before": str(lines[-1].number)} if len(lines) == audit_reading.PAGE else None
    return await staff_page(
        request,
        "staff/audit.html",
        refusal=refusal,
        lines=lines,
        typed=typed,
        verbs={verb: say(f"permission.{verb}") for verb in PERMISSIONS},
        following=f"/audit?{urlencode(following)}" if following else "",
        chain=await audit.state(),
    )


@form
async def take_out(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """导出操作记录: the file says whose it is; that it was taken out is on record."""
    who = sent.who
    async with transaction():
        found = await audit_reading.take_out(
            _wanted({name: sent.text(name) for name in FIELDS}), by=who.viewer, place_id=who.place_id
        )
    at = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    rows = [[str(value) for value in audit_reading.facts(one).values()] for one in found]
    heading = say("staff.audit.heading").split("|")
    mark = say("staff.audit.watermark", by=who.viewer.name, at=at)
    content = export_sheet.write(Sheet(say("staff.audit.sheet"), mark, heading, rows))
    name = export_sheet.file_name(say("staff.audit.sheet"), at[:10])
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.xlsx", "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=XLSX, headers=headers)
