"""Spreadsheets of homes and people: handed in, looked through with every problem, taken over or dropped."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

from aiohttp import web

from casework.pack_cells import guarded
from models.errors import Invalid, Refusal, Taken, WrongState
from models.wording import say
from people.loading import files, sheets
from portal.forms import Sent, done, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker
from portal.uploads import handed_in

HOME = "/homes/files"
CHECK = "home.check"


async def show(request: web.Request) -> web.Response:
    """导入."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, CHECK)
    lines = await files.files(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(request, "staff/home_files.html", refusal=refusal, files=lines)


async def check(request: web.Request) -> web.StreamResponse:
    """查表."""
    await worker(request, CHECK)
    try:
        async with handed_in(request) as given:
            who = given.who
            file = await files.check(given.path, by=who.viewer, place_id=who.place_id, name=given.name)
    except Invalid as refusal:
        return await _show(request, refusal=refusal)
    return done(f"{HOME}/{file.id}", "home_check")


async def show_file(request: web.Request) -> web.Response:
    """查出来的问题，和会改什么."""
    return await _show_file(request)


async def _show_file(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    viewer, file_id = (await worker(request, CHECK)).viewer, whole(request.match_info["id"])
    found = await files.problems(file_id, viewer=viewer, after=whole(request.query.get("after", "0")))
    return await staff_page(
        request,
        "staff/home_file.html",
        refusal=refusal,
        file=await files.file_line(file_id, viewer=viewer),
        problems=found,
        following=found[-1].id if len(found) == files.PAGE else 0,
    )


@fresh_form()
async def load(request: web.Request, sent: Sent) -> web.StreamResponse:
    """导入."""
    file_id = whole(request.match_info["id"])
    try:
        await files.load(file_id, by=sent.who.viewer)
    except (Invalid, Taken, WrongState) as refusal:
        return await _show_file(request, refusal=refusal)
    return done(f"{HOME}/{file_id}", "home_load")


@fresh_form()
async def drop(request: web.Request, sent: Sent) -> web.StreamResponse:
    """放弃."""
    try:
        await files.drop(whole(request.match_info["id"]), by=sent.who.viewer)
    except (Taken, WrongState) as refusal:
        return await _show_file(request, refusal=refusal)
    return done(HOME, "home_drop")


def _download(content: bytes, *, name: str, kind: str) -> web.Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=kind, headers=headers)


async def template(request: web.Request) -> web.Response:
    """模板."""
    await worker(request, CHECK)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(sheets.template(), name=say("homes.template"), kind=kind)


async def problems(request: web.Request) -> web.Response:
    """问题清单，Excel 能打开."""
    viewer, file_id = (await worker(request, CHECK)).viewer, whole(request.match_info["id"])
    out, after = io.StringIO(newline=""), 0
    writer = csv.writer(out)
    writer.writerow(say("homes.problem_heading").split("|"))
    while found := await files.problems(file_id, viewer=viewer, after=after, limit=1_000):
        writer.writerows((guarded(one.sheet), one.row, one.column, one.words) for one in found)
        after = found[-1].id
    return _download(out.getvalue().encode("utf-8-sig"), name=say("homes.problem_file"), kind="text/csv")
