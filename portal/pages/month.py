"""The monthly sheet: every number counted from rows, on a page and as a workbook; whole for the own staff only."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from aiohttp import web

from casework import month_lines, months
from casework.months import Span
from models import clock
from models.errors import Invalid
from models.wording import say, say_date
from people.permissions import allow
from people.records import export_sheet
from people.records.export_sheet import Sheet
from people.records.small_groups import LEAST
from portal.forms import Sent
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

READ = "figures.read"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(request: web.Request) -> web.Response:
    """月报."""
    viewer = (await worker(request, READ)).viewer
    span, refusal = _span(request)
    found = await months.months(span, viewer=viewer)
    return await staff_page(
        request,
        "staff/month.html",
        refusal=refusal,
        span=span,
        month=f"{span.first:%Y-%m}",
        before=_other(span.first - dt.timedelta(days=1)),
        after=_other(span.last + dt.timedelta(days=1)),
        first=f"{months.FIRST_YEAR}-01",
        present=f"{clock.today():%Y-%m}",
        least=LEAST,
        months=[(one, month_lines.lines(one)) for one in found],
    )


def _span(request: web.Request) -> tuple[Span, Invalid | None]:
    """The month asked for; where it is none, the present one and why."""
    try:
        return months.span_of(request.query.get("m", "")), None
    except Invalid as refusal:
        return months.span_of(""), refusal


def _other(day: dt.date) -> str:
    """Another month's name; '' where there is none."""
    is_there = day.year >= months.FIRST_YEAR and day <= clock.today()
    return f"{day:%Y-%m}" if is_there else ""


@fresh_form()
async def sheet(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """月报，Excel 能打开."""
    viewer = sent.who.viewer
    allow(viewer, READ, None)
    span = months.span_of(sent.text("m"))
    found = await months.months(span, viewer=viewer)
    rows = [[one.name, line.group, line.name, line.value] for one in found for line in month_lines.lines(one)]
    content = export_sheet.write(Sheet(say("records.month.sheet"), _mark(span), _heading(), rows))
    name = f"{export_sheet.file_name(say('records.month.sheet'), f'{span.first:%Y-%m}')}.xlsx"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=XLSX, headers=headers)


def _heading() -> list[str]:
    return say("records.month.heading").split("|")


def _mark(span: Span) -> str:
    at = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    year, month = span.first.year, span.first.month
    return say("records.month.watermark", year=year, month=month, as_of=say_date(span.as_of), at=at)
