"""Lines of the audit log as a list that is taken out: asked for by who leads, approved by another, downloaded once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from models.export import ExportKind
from models.transaction import transaction
from models.wording import say
from people import audit_reading
from people.audit_reading import AuditRow, Filter
from people.permissions import allow
from people.records import export_sheet, exports, taking
from people.records.export_sheet import Sheet
from people.records.taking import File, Mark
from people.scope import must_see
from people.viewers import Viewer


async def ask_out(wanted: Filter, *, by: Viewer, place_id: int, purpose: str, reason: str) -> int:
    """申请导出操作记录: what a filter finds, for a purpose; a second person decides. Gives the number of the wish."""
    must_see(by, "audit.export", place_id, thing="place")
    found = await audit_reading.count(wanted, viewer=by, place_id=place_id)
    kind, kept = ExportKind.AUDIT, wanted.to_json()
    return await exports.ask_for(kind, found, by=by, place_id=place_id, purpose=purpose, reason=reason, wanted=kept)


async def give_out(export_id: int, *, by: Viewer) -> File:
    """导出操作记录: once, after a second person approved it; what was done meanwhile stands in it too."""
    row = await exports.export_of(export_id, by=by, verb="export.take")
    allow(by, "audit.export", row["place_id"])
    async with transaction():
        await taking.use(row, ExportKind.AUDIT, by=by)
        wanted = audit_reading.filter_from(row["wanted"])
        lines = await audit_reading.take_out(wanted, by=by, place_id=row["place_id"])
        await taking.used(row, len(lines), by=by)
        mark = taking.watermark(row, await taking.names_of(row), rows=len(lines))
    return await asyncio.to_thread(_file, mark, lines)


def _file(mark: Mark, lines: Sequence[AuditRow]) -> File:
    rows = [[str(value) for value in audit_reading.facts(one).values()] for one in lines]
    heading = say("staff.audit.heading").split("|")
    return File(f"{mark.name}.xlsx", export_sheet.write(Sheet(mark.title, mark.line, heading, rows)))
