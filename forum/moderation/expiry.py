"""What happens to measures by the clock: they end at their time, and authors of many at once are told after a while."""

from __future__ import annotations

import datetime as dt

from courier.letters import Letter, Link
from forum.moderation import alerts, ending, keepers, telling
from forum.moderation.house import house
from models import clock
from models.board import BoardName
from models.errors import Taken
from models.moderation import Measure, MeasureEnd
from models.transaction import execute, fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import Viewer

_BATCH = 100


async def end_due(*, by: Viewer) -> int:
    """到期解除: every measure whose time is over, once each; gives how many."""
    allow(by, "measure.end", None)
    rows = await fetch(
        "SELECT id FROM measure WHERE ended_at IS NULL AND ends_at<=$1 ORDER BY ends_at, id LIMIT $2",
        clock.now(),
        _BATCH,
    )
    return sum([await _end(row["id"], by=by) for row in rows])


async def _end(measure_id: int, *, by: Viewer) -> bool:
    try:
        async with transaction():
            measure = await Measure.get(id=measure_id)
            await ending.end(measure, MeasureEnd.EXPIRED, by=by)
            await record(by, "measure.end", subject="measure", subject_id=measure.id, place_id=measure.place_id)
            await telling.tell_ended(measure, MeasureEnd.EXPIRED)
            await ending.tell_first(measure)
    except Taken:
        return False
    return True


async def remind(*, by: Viewer) -> int:
    """催审: tell the moderators of a board once of what waits there for some hours, and of what reports held at night,
    by day; gives how many waited."""
    allow(by, "review.remind", None)
    if is_quiet(clock.now()):
        return 0
    held = await alerts.tell_waiting()
    late = clock.now() - dt.timedelta(hours=house().remind_hours)
    rows = await fetch(
        "SELECT DISTINCT place_id, board FROM review WHERE state='open' AND reminded_at IS NULL AND since<=$1"
        " ORDER BY place_id, board",
        late,
    )
    return held + sum([await _remind(row["place_id"], BoardName(row["board"]), before=late) for row in rows])


async def _remind(place_id: int, board: BoardName, *, before: dt.datetime) -> int:
    async with transaction():
        taken = await execute(
            "UPDATE review SET reminded_at=$1 WHERE place_id=$2 AND board=$3 AND state='open' AND reminded_at IS NULL"
            " AND since<=$4",
            clock.now(),
            place_id,
            board.value,
            before,
        )
        if taken:
            words = say("moderation.tell.waiting", board=telling.board_name(board), count=taken)
            link = Link(say("moderation.tell.waiting_link"), "/moderation")
            letter, choice = Letter(words, links=(link,)), say("moderation.tell.open_reviews")
            people = await keepers.moderators(place_id, board)
            kind, verb = "review.waits", "post.review"
            await keepers.tell(
                letter, people, kind=kind, place_id=place_id, verb=verb, but=(), opens="reviews", choice=choice
            )
    return taken


async def tell_due(*, by: Viewer) -> int:
    """Tell authors of what was done to many at once and can no longer be undone; gives how many."""
    allow(by, "measure.end", None)
    rows = await fetch(
        "SELECT id FROM measure WHERE told_at IS NULL AND tells_at<=$1 AND (ending IS NULL OR ending<>'undone')"
        " ORDER BY tells_at, id LIMIT $2",
        clock.now(),
        _BATCH,
    )
    for row in rows:
        async with transaction():
            await telling.tell(await Measure.get(id=row["id"]))
    return len(rows)
