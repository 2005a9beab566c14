"""Alarms that nobody has acknowledged yet, as every desk's banner and the page of one show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.transaction import fetch, moment
from people.scope import given_places, places_for
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An alarm that nobody has acknowledged yet, as the desk's banner shows it; ``number`` and ``where`` are its
    case's, '' where it is of none; ``question_id`` that of a question that staff took down."""

    id: int
    place_id: int
    conversation_id: int | None
    case_id: int | None
    question_id: int | None
    number: str
    where: str
    kind: str
    text: str
    raised_at: dt.datetime
    paged: str
    pages: int


async def open_alarms(*, viewer: Viewer) -> list[AlarmLine]:
    """Alarms nobody has acknowledged, the oldest first: those of the viewer's places, and those they were paged for."""
    places, given = places_for(viewer, "alarm.read"), await given_places(viewer, "alarm.read")
    rows = await fetch(
        "SELECT a.id, a.place_id, a.conversation_id, a.case_id, a.open_for, a.kind, a.text, a.created_at, a.pages,"
        " p.shown_name, COALESCE(c.number, '') AS number, COALESCE(c.where_text, '') AS where_text,"
        " EXISTS (SELECT 1 FROM alarm_page g WHERE g.alarm_id=a.id AND g.person_id=$1) AS is_mine"
        " FROM alarm a LEFT JOIN person p ON p.id=a.paged_id LEFT JOIN cases c ON c.id=a.case_id"
        " WHERE a.acknowledged_at IS NULL ORDER BY a.id",
        viewer.person_id,
    )
    return [
        AlarmLine(
            **{name: row[name] for name in _AS_READ},
            question_id=_question(row["open_for"]),
            where=row["where_text"],
            raised_at=moment(row["created_at"]),
            paged=row["shown_name"] or "",
        )
        for row in rows
        if places is None or row["place_id"] in places or (row["is_mine"] and row["place_id"] in given)
    ]


_AS_READ = ("id", "place_id", "conversation_id", "case_id", "number", "kind", "text", "pages")


def _question(open_for: str | None) -> int | None:
    return int(open_for[1:]) if open_for is not None and open_for.startswith("q") else None
