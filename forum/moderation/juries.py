"""Neighbours who are drawn to look at an appeal: five who live here, not of either side, nor of the author's home."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from casework.conversations import OPENS
from courier.letters import Letter, Link
from forum.moderation.house import house
from models import clock
from models.board import BoardName
from models.errors import NotFound, Taken, WrongState
from models.moderation import Appeal, Measure, MeasureKind
from models.transaction import execute, fetch, fetch_one, moment
from models.wording import say
from people.permissions import allow
from people.rules import rules_of
from people.telling import tell_resident
from people.viewers import Viewer

SIZE, ENOUGH = 5, 3
_chance = random.SystemRandom()
_ELIGIBLE = (
    "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1"
    " AND r.name='resident' AND p.is_active AND r.person_id NOT IN ($2,$3)"
    " AND NOT EXISTS (SELECT 1 FROM flag f JOIN review v ON v.id=f.review_id"
    " WHERE v.thing=$4 AND v.thing_id=$5 AND f.person_id=r.person_id)"
    " AND NOT EXISTS (SELECT 1 FROM residence a JOIN residence b ON b.open_home_id=a.open_home_id"
    " WHERE a.person_id=$2 AND b.person_id=r.person_id AND a.open_home_id IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM role w WHERE w.person_id=r.person_id AND w.place_id=$1"
    " AND w.name IN ('worker','secretary','admin','moderator')) ORDER BY r.person_id"
)


@dataclass(frozen=True, slots=True)
class Votes:
    """How many of those drawn think the decision was fair, and how many do not."""

    fair: int
    unfair: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody who was drawn is shown: what was written, what was done about it and why, and why not. No names."""

    appeal_id: int
    kind: MeasureKind
    board: BoardName
    title: str
    text: str
    rule: str
    reason: str
    why: str
    closes_at: dt.datetime
    said: bool | None


async def draw(measure: Measure) -> list[int]:
    """The five, where the neighbourhood wants it and so many may; none otherwise."""
    if not rules_of(measure.place_id).appeal_jury:
        return []
    rows = await fetch(
        _ELIGIBLE, measure.place_id, measure.person_id, measure.by_id, measure.thing.value, measure.thing_id
    )
    people = [row["person_id"] for row in rows]
    return sorted(_chance.sample(people, SIZE)) if len(people) >= SIZE else []


async def call(made: Appeal, jury: Sequence[int]) -> None:
    """Write down who was drawn, and ask them."""
    link = (Link(say("moderation.jury.link"), f"/moderation/jury/{made.id}"),)
    words, choices = say("moderation.jury.call", days=house().jury_days), (say("moderation.tell.open_jury"),)
    letter = Letter(words, choices=choices, links=link)
    for person_id in jury:
        await execute(
            "INSERT INTO juror (created_at, appeal_id, person_id) VALUES ($1,$2,$3)", clock.now(), made.id, person_id
        )
        await tell_resident(letter, person_id=person_id, kind="appeal.jury", facts={OPENS: "jury"})


_STILL_HERE = (
    " AND EXISTS (SELECT 1 FROM role h WHERE h.person_id=j.person_id AND h.place_id=a.place_id AND h.name='resident')"
)
"""Who was drawn and moved away looks at it no more."""
_SHOWN = (
    "SELECT a.id, a.state, a.text AS why, a.closes_at, j.is_for, m.kind, m.board, m.title, m.text, m.rule, m.reason"
    " FROM juror j JOIN appeal a ON a.id=j.appeal_id JOIN measure m ON m.id=a.measure_id"
    f" WHERE j.person_id=$1 AND a.state='open' AND a.closes_at>$2{_STILL_HERE}"
)


async def own_calls(*, viewer: Viewer) -> list[int]:
    """The appeals the viewer was drawn for, is still asked about and has said nothing of, the oldest first."""
    allow(viewer, "appeal.judge", None)
    rows = await fetch(f"{_SHOWN} AND j.said_at IS NULL ORDER BY a.id", viewer.person_id or 0, clock.now())
    return [row["id"] for row in rows]


async def judged(appeal_id: int, *, viewer: Viewer) -> Judged:
    """请您评议: an appeal the viewer was drawn for, while it is with neighbours."""
    allow(viewer, "appeal.judge", None)
    row = await fetch_one(f"{_SHOWN} AND a.id=$3", viewer.person_id or 0, clock.now(), appeal_id)
    if row is None:
        raise NotFound("appeal.not_found")
    return Judged(
        appeal_id=row["id"],
        kind=MeasureKind(row["kind"]),
        board=BoardName(row["board"]),
        title=row["title"],
        text=row["text"],
        rule=house().name_of(row["rule"]),
        reason=row["reason"],
        why=row["why"],
        closes_at=moment(row["closes_at"]),
        said=None if row["is_for"] is None else bool(row["is_for"]),
    )


async def must_be_drawn(appeal_id: int, *, by: Viewer) -> int:
    """Refuse whoever was not drawn, and when it is no longer with neighbours; gives the place."""
    allow(by, "appeal.judge", None)
    row = await fetch_one(
        "SELECT a.state, a.closes_at, a.place_id FROM juror j JOIN appeal a ON a.id=j.appeal_id"
        f" WHERE a.id=$1 AND j.person_id=$2{_STILL_HERE}",
        appeal_id,
        by.person_id or 0,
    )
    if row is None:
        raise NotFound("appeal.not_found")
    if row["state"] != "open" or row["closes_at"] is None or moment(row["closes_at"]) <= clock.now():
        raise WrongState("appeal.closed")
    return row["place_id"]


async def say_once(appeal_id: int, *, by: Viewer, is_for: bool) -> None:
    """Write down what one of them thinks; under the appeal's row, so that the third is counted once."""
    await execute("UPDATE appeal SET state=state WHERE id=$1", appeal_id)
    changed = await execute(
        "UPDATE juror SET is_for=$1, said_at=$2 WHERE appeal_id=$3 AND person_id=$4 AND said_at IS NULL",
        is_for,
        clock.now(),
        appeal_id,
        by.person_id,
    )
    if changed != 1:
        raise Taken("appeal.said")


async def votes(appeal_id: int) -> Votes:
    """What has been said so far."""
    rows = await fetch("SELECT is_for FROM juror WHERE appeal_id=$1 AND said_at IS NOT NULL", appeal_id)
    unfair = sum(bool(row["is_for"]) for row in rows)
    return Votes(len(rows) - unfair, unfair)
