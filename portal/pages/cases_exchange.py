"""Cases by a file: those of 12345 and of the grid handed in, looked through and taken in; the place's own given out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from casework.cases import exchange
from casework.cases.case_sheets import MOST_ROWS
from casework.cases.exchange import Looked
from models.errors import Invalid, Refusal, TooMany
from models.rules import rules
from people.records import exports
from portal.forms import Sent, done, form
from portal.staff import staff_page, worker
from portal.uploads import handed_in

VERB = exchange.BRING_IN


async def show(request: web.Request) -> web.Response:
    """12345 和网格工单."""
    await worker(request, VERB)
    return await _show(request)


async def _show(
    request: web.Request,
    *,
    looked: Looked | None = None,
    taken: Looked | None = None,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> web.Response:
    return await staff_page(
        request,
        "staff/cases_exchange.html",
        refusal=refusal,
        looked=looked,
        taken=taken,
        typed=typed,
        most=MOST_ROWS,
        purposes=rules().purposes,
        longest=exports.LONGEST_REASON,
        hours=rules().export_wait_hours,
    )


async def check(request: web.Request) -> web.Response:
    """先查一遍."""
    await worker(request, VERB)
    try:
        async with handed_in(request) as given:
            content = await asyncio.to_thread(given.path.read_bytes)
            who = given.who
            looked = await exchange.look_through(content, viewer=who.viewer, place_id=who.place_id)
    except Invalid as refusal:
        return await _show(request, refusal=refusal)
    return await _show(request, looked=looked)


async def load(request: web.Request) -> web.Response:
    """导入工单."""
    await worker(request, VERB)
    try:
        async with handed_in(request) as given:
            content = await asyncio.to_thread(given.path.read_bytes)
            taken = await exchange.bring_in(content, by=given.who.viewer, place_id=given.who.place_id)
    except Invalid as refusal:
        return await _show(request, refusal=refusal)
    return await _show(request, taken=taken)


@form
async def ask_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """申请导出工单: it is downloaded with the other lists, after a second person approved it."""
    try:
        await exchange.ask_out(
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            purpose=sent.text("purpose"),
            reason=sent.text("reason"),
        )
    except (Invalid, TooMany) as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields))
    return done("/exports", "export_ask")
