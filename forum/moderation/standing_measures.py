"""Measures as those who look after boards see them: which stand now, and what was done before about somebody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.moderation import keepers
from forum.moderation.house import house
from models.board import BoardName
from models.moderation import MeasureEnd, MeasureKind
from models.transaction import Row, fetch, moment
from people import shown
from people.scope import must_see
from people.shown import Shown
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure with the words it was about."""

    id: int
    kind: MeasureKind
    board: BoardName
    post_id: int
    title: str
    text: str
    rule: str
    reason: str
    note: str
    author: Shown | None
    by: str
    at: dt.datetime
    ends_at: dt.datetime | None
    ending: MeasureEnd | None


_LINES = "SELECT m.*, b.shown_name AS maker FROM measure m LEFT JOIN person b ON b.id=m.by_id WHERE m.place_id=$1 AND"


async def standing(*, viewer: Viewer, place_id: int) -> list[MeasureLine]:
    """现在有效的处理: on the boards the viewer looks after, the newest first; warnings and moves do not stand."""
    must_see(viewer, "post.review", place_id, thing="place")
    mine = keepers.boards_sql(viewer, "post.review", place_id)
    where = f"m.ended_at IS NULL AND m.kind IN ('hide','lock','mute','ban') AND m.board IN ({mine})"
    rows = await fetch(f"{_LINES} {where} ORDER BY m.id DESC LIMIT 100", place_id)
    return await _read(rows, viewer, place_id)


async def of_person(person_id: int, *, viewer: Viewer, place_id: int) -> list[MeasureLine]:
    """以前的处理: what was done about somebody before, the newest first; what was undone was never done."""
    must_see(viewer, "post.review", place_id, thing="place")
    mine = keepers.boards_sql(viewer, "post.review", place_id)
    where = f"m.person_id=$2 AND (m.ending IS NULL OR m.ending NOT IN ('undone','appealed')) AND m.board IN ({mine})"
    rows = await fetch(f"{_LINES} {where} ORDER BY m.id DESC LIMIT 20", place_id, person_id)
    return await _read(rows, viewer, place_id)


async def _read(rows: list[Row], viewer: Viewer, place_id: int) -> list[MeasureLine]:
    people = await shown.shown([row["person_id"] for row in rows], viewer=viewer, place_id=place_id)
    return [
        MeasureLine(
            id=row["id"],
            kind=MeasureKind(row["kind"]),
            board=BoardName(row["board"]),
            post_id=row["post_id"],
            title=row["title"],
            text=row["text"],
            rule=house().name_of(row["rule"]),
            reason=row["reason"],
            note=row["note"],
            author=people.get(row["person_id"]),
            by=row["maker"] or "",
            at=moment(row["created_at"]),
            ends_at=moment(row["ends_at"]) if row["ends_at"] else None,
            ending=MeasureEnd(row["ending"]) if row["ending"] else None,
        )
        for row in rows
    ]
