"""The catalogue of kinds of work, changed by a neighbourhood as data, with every version of each."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from casework.cases import catalogue, teams
from casework.cases.catalogue import KindLine
from models.errors import Invalid, NotFound, Refusal, Taken
from portal.forms import Sent, done, form
from portal.session import Visitor
from portal.staff import staff_page, worker

READ, CHANGE = "catalogue.read", "catalogue.change"


async def show(request: web.Request) -> web.Response:
    """事项目录."""
    who = await worker(request, READ)
    lines = await catalogue.kinds(viewer=who.viewer, place_id=who.place_id)
    groups = [(name, list(found)) for name, found in groupby(lines, lambda one: one.kind.field_name)]
    return await staff_page(request, "staff/cases_catalogue.html", groups=groups, count=len(lines))


async def show_kind(request: web.Request) -> web.Response:
    """一类事项."""
    return await _show(request, await worker(request, READ))


async def _show(
    request: web.Request, who: Visitor, *, typed: dict[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    line = await _line(request, who)
    return await staff_page(
        request,
        "staff/cases_kind.html",
        refusal=refusal,
        line=line,
        typed=typed or {},
        versions=await catalogue.versions(line.kind.id, viewer=who.viewer, place_id=who.place_id),
        units=await teams.unit_names(viewer=who.viewer, place_id=who.place_id),
    )


async def _line(request: web.Request, who: Visitor) -> KindLine:
    lines = await catalogue.kinds(viewer=who.viewer, place_id=who.place_id)
    line = next((one for one in lines if one.kind.id == request.match_info["key"]), None)
    if line is None:
        raise NotFound("catalogue.not_found")
    return line


def _values(sent: Sent) -> dict[str, object]:
    """A kind as the form has it."""
    amount = sent.text("amount").strip()
    measure = "hours" if sent.text("measure") == "hours" else "days"
    return {
        "name": sent.text("name").strip(),
        "spoken": [word.strip() for word in sent.text("spoken").splitlines() if word.strip()],
        "unit": sent.text("unit"),
        "standard": sent.text("standard").strip(),
        "limit": {measure: amount},
        "done": sent.text("done").strip(),
        "emergency": sent.text("emergency").strip(),
        "danger": [word.strip() for word in sent.text("danger").splitlines() if word.strip()],
        "is_private": sent.text("seen_by") == "private",
        "is_public": sent.text("seen_by") == "public",
    }


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改事项."""
    key = request.match_info["key"]
    try:
        await catalogue.change(
            key,
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            values=_values(sent),
            number=sent.number("number"),
            note=sent.text("note"),
        )
    except (Invalid, Taken) as refusal:
        return await _show(request, sent.who, typed=dict(sent.fields), refusal=refusal)
    return done(f"/cases/catalogue/{key}", "kind_change")


@form
async def restore(request: web.Request, sent: Sent) -> web.StreamResponse:
    """恢复共用."""
    key = request.match_info["key"]
    await catalogue.restore(key, by=sent.who.viewer, place_id=sent.who.place_id)
    return done(f"/cases/catalogue/{key}", "kind_restore")
