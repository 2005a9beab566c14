"""What was done on the boards, for everybody who reads them: when, where, by which rule and why; nobody is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.moderation.house import house
from models.board import BoardName
from models.moderation import AppealState, MeasureEnd, MeasureKind
from models.transaction import fetch, moment
from people.scope import must_see
from people.viewers import Viewer

PAGE, NEWEST = 50, 2**63 - 1


@dataclass(frozen=True, slots=True)
class LogLine:
    """One measure, without the words it was about, who wrote them and who decided."""

    id: int
    at: dt.datetime
    board: BoardName
    kind: MeasureKind
    rule: str
    reason: str
    ends_at: dt.datetime | None
    ending: MeasureEnd | None
    appeal: AppealState | None


async def log(*, viewer: Viewer, place_id: int, before: int = 0) -> list[LogLine]:
    """处理记录: the newest first, ``before`` one of them; what was undone at once was never done."""
    must_see(viewer, "measure.read_log", place_id, thing="place")
    rows = await fetch(
        "SELECT m.id, m.created_at, m.board, m.kind, m.rule, m.reason, m.ends_at, m.ending, a.state AS appeal"
        " FROM measure m LEFT JOIN appeal a ON a.measure_id=m.id WHERE m.place_id=$1 AND m.told_at IS NOT NULL"
        f" AND m.id<$2 ORDER BY m.id DESC LIMIT {PAGE}",
        place_id,
        before or NEWEST,
    )
    return [
        LogLine(
            id=row["id"],
            at=moment(row["created_at"]),
            board=BoardName(row["board"]),
            kind=MeasureKind(row["kind"]),
            rule=house().name_of(row["rule"]),
            reason=row["reason"],
            ends_at=moment(row["ends_at"]) if row["ends_at"] else None,
            ending=MeasureEnd(row["ending"]) if row["ending"] else None,
            appeal=AppealState(row["appeal"]) if row["appeal"] else None,
        )
        for row in rows
    ]
