"""没来: how often somebody did not come to what they had agreed to. It is counted from rows, and fades by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models import clock
from models.errors import NotFound, Taken
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, listed, moment, transaction
from models.wording import say
from people import shown
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.shown import Shown
from people.viewers import Viewer

_COUNTED = "n.struck_at IS NULL AND n.created_at>$1"


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody did not come, of which item's appointment, and who said so."""

    id: int
    post_id: int
    title: str
    who: str
    said_by: str
    meet_at: dt.datetime


def _since() -> dt.datetime:
    return clock.now() - dt.timedelta(days=rules().items.missed_days)


async def counts(person_ids: Collection[int], *, place_id: int) -> Mapping[int, int]:
    """How often some people did not come of late, for a caller whose viewer may know it."""
    if not person_ids:
        return {}
    rows = await fetch(
        f"SELECT n.person_id, count(*) AS n FROM no_show n WHERE {_COUNTED} AND n.place_id=$2"
        f" AND n.person_id IN ({listed(person_ids)}) GROUP BY n.person_id",
        _since(),
        place_id,
    )
    return {row["person_id"]: row["n"] for row in rows}


async def own(*, viewer: Viewer, place_id: int) -> int:
    """我没来的次数: one's own, as those see it for whom one is in line."""
    must_see(viewer, "board.read", place_id, thing="place")
    return (await counts([viewer.person_id or 0], place_id=place_id)).get(viewer.person_id or 0, 0)


async def missed(*, viewer: Viewer, place_id: int) -> list[Missed]:
    """没来的记录: those that count now, for staff, who strike what was not so."""
    must_see(viewer, "item.strike", place_id, thing="place")
    rows = await fetch(
        "SELECT n.id, n.person_id, n.by_id, n.meet_at, p.id AS post_id, p.title FROM no_show n"
        " JOIN reservation r ON r.id=n.reservation_id JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id"
        f" WHERE {_COUNTED} AND n.place_id=$2 ORDER BY n.id DESC LIMIT 100",
        _since(),
        place_id,
    )
    ids = {one for row in rows for one in (row["person_id"], row["by_id"])}
    people = await shown.shown(ids, viewer=viewer, place_id=place_id)
    return [_missed(row, people) for row in rows]


def _missed(row: Row, people: Mapping[int, Shown]) -> Missed:
    names = [people[one].words if one in people else say("privacy.gone") for one in (row["person_id"], row["by_id"])]
    return Missed(row["id"], row["post_id"], row["title"], names[0], names[1], moment(row["meet_at"]))


async def strike(missed_id: int, *, by: Viewer) -> None:
    """划掉: it was not so; it counts no longer."""
    row = await fetch_one("SELECT place_id FROM no_show WHERE id=$1", missed_id)
    if row is None:
        raise NotFound("item.not_found")
    must_see(by, "item.strike", row["place_id"], thing="item")
    allow(by, "item.strike", row["place_id"])
    async with transaction():
        changed = await execute(
            "UPDATE no_show SET struck_at=$1 WHERE id=$2 AND struck_at IS NULL", clock.now(), missed_id
        )
        if changed != 1:
            raise Taken("item.changed")
        await record(by, "item.strike", subject="no_show", subject_id=missed_id, place_id=row["place_id"])
