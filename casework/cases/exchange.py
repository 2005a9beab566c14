"""Cases that come from another system (12345, 网格) by a file, and a place's own as a file, with numbers and times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from casework.cases import case_sheets, catalogue, reporting
from casework.cases.case_sheets import HOTLINE, Problem, SheetCase
from models.case import Case, CaseSource
from models.errors import Invalid, Taken
from models.export import ExportKind
from models.place import Place
from models.transaction import transaction
from models.wording import say
from people.audit import record
from people.records import exports, log_exports, taking
from people.records.taking import File
from people.scope import must_see
from people.viewers import Viewer

BRING_IN, GIVE_OUT = "case.bring_in", "case.give_out"
_PAGE = 1_000
_GIVEN = ("id", "number", "outside", "created_at", "kind_key", "state", "where_text", "text", "due_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Looked:
    """What taking a file in would do: how many cases are new, how many are known, and what is wrong in which row."""

    new: int
    known: int
    problems: tuple[Problem, ...]


async def look_through(content: bytes, *, viewer: Viewer, place_id: int) -> Looked:
    """先查一遍: nothing is changed and nothing kept."""
    must_see(viewer, BRING_IN, place_id, thing="place")
    return (await _looked(content, place_id))[0]


async def bring_in(content: bytes, *, by: Viewer, place_id: int) -> Looked:
    """导入工单: every case that is not known yet, each with its number there and the time at which it came in there.

    Each stands by itself: when it ends in the middle, the same file brings in the rest.
    """
    must_see(by, BRING_IN, place_id, thing="place")
    looked, new = await _looked(content, place_id)
    if looked.problems:
        raise Invalid("exchange.problems", count=len(looked.problems))
    taken = [one for one in new if await _take(one, by=by, place_id=place_id)]
    async with transaction():
        detail = f"{len(taken)} cases"
        await record(by, BRING_IN, subject="case", subject_id=None, place_id=place_id, detail=detail)
    return Looked(len(taken), looked.known + len(new) - len(taken), ())


async def _looked(content: bytes, place_id: int) -> tuple[Looked, list[SheetCase]]:
    sheet = case_sheets.read(content, kinds=await catalogue.kinds_of(place_id))
    known = await _known(place_id, [one.outside for one in sheet.cases])
    new = [one for one in sheet.cases if one.outside not in known]
    return Looked(len(new), len(sheet.cases) - len(new), sheet.problems), new


async def _known(place_id: int, numbers: Sequence[str]) -> frozenset[str]:
    """Those numbers under which the place has a case: another system's, or its own as it gives it out."""
    slug = (await Place.get(id=place_id)).slug
    own = [one.removeprefix(f"{slug}:") for one in numbers if one.startswith(f"{slug}:")]
    same = Q(outside__in=[*numbers] or [""]) | Q(outside__isnull=True, number__in=own or [""])
    rows = await Case.filter(same, place_id=place_id).values_list("number", "outside")
    return frozenset(outside or f"{slug}:{number}" for number, outside in rows)


async def _take(one: SheetCase, *, by: Viewer, place_id: int) -> bool:
    """Take one in; False where somebody did meanwhile."""
    source = CaseSource.HOTLINE if one.outside.startswith(f"{HOTLINE}:") else CaseSource.PATROL
    try:
        await reporting.report(one.facts, by=by, source=source, place_id=place_id, at=one.at)
    except Taken:
        return False
    return True


async def ask_out(*, by: Viewer, place_id: int, purpose: str, reason: str) -> int:
    """申请导出工单: every case of a place, for a purpose; a second person decides. Gives the number of the wish."""
    must_see(by, GIVE_OUT, place_id, thing="place")
    count = await Case.filter(place_id=place_id).count()
    kind = ExportKind.CASES
    return await exports.ask_for(kind, count, by=by, place_id=place_id, purpose=purpose, reason=reason)


async def give_out(export_id: int, *, by: Viewer) -> File:
    """导出工单: every case with masked words, and nobody's name or number; once, after a second person approved it."""
    row = await exports.export_of(export_id, by=by, verb="export.take")
    place_id = row["place_id"]
    must_see(by, GIVE_OUT, place_id, thing="export")
    slug = (await Place.get(id=place_id)).slug
    async with transaction():
        await taking.use(row, ExportKind.CASES, by=by)
        found = await _all(place_id)
        await taking.used(row, len(found), by=by)
        mark = taking.watermark(row, await taking.names_of(row), rows=len(found))
    names = {key: kind.name for key, kind in (await catalogue.kinds_of(place_id)).items()}
    cells = [_cells(case, slug, names.get(case.kind_key, case.kind_key)) for case in found]
    return File(f"{mark.name}.csv", await asyncio.to_thread(case_sheets.write, cells, mark=mark.line), "text/csv")


_GIVES = {ExportKind.PEOPLE: taking.take, ExportKind.CASES: give_out, ExportKind.AUDIT: log_exports.give_out}


async def give(export_id: int, *, by: Viewer) -> File:
    """下载: a list of any kind that was approved, once."""
    return await _GIVES[await exports.kind_of(export_id, viewer=by)](export_id, by=by)


async def _all(place_id: int) -> Sequence[Case]:
    found: list[Case] = []
    rows = Case.filter(place_id=place_id).order_by("id").only(*_GIVEN).limit(_PAGE)
    while page := await rows.filter(id__gt=found[-1].id if found else 0):
        found += page
    return found


def _cells(case: Case, slug: str, kind: str) -> dict[str, str]:
    system, _, outside = (case.outside or f"{slug}:{case.number}").partition(":")
    return {
        "number": case.number,
        "system": system,
        "outside": outside,
        "reported_at": case_sheets.local_text(case.created_at),
        "kind": kind,
        "state": say(f"cases.state.{case.state.value}"),
        "where": case.where_text,
        "text": case.text,
        "due_at": case_sheets.local_text(case.due_at),
        "closed_at": case_sheets.local_text(case.closed_at),
    }
