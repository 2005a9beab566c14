"""居务公开: what the committee must publish by the list of duty, and by when; a post on the board settles it.

Nothing about being due is kept: it is computed from the period, the posts that still stand, and today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from casework.duties import lists
from casework.duties.items import DutyList, Item
from forum import board_list, posted, posts
from forum.notices.periods import Every, Period, Rhythm, before, due, period_of, rhythms
from forum.posts import NewPost, Published
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.clock import local
from models.errors import Invalid, NotFound, Taken
from models.post import Thing
from models.transaction import fetch, fetch_one, moment
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

BOARDS = (BoardName.VILLAGE_AFFAIRS, BoardName.OPEN_AFFAIRS)
"""Where it is published: on the first of these that is on."""
LOOKS_BACK = 4
"""So many periods back it is looked whether one was left out."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A post that stands for an item: of which period, and since when."""

    period: str
    post_id: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Affair:
    """An item as it stands today. ``every``: how often it is due, None: when something changes. ``owed`` is the period
    that is late, or else the next one, ``due_on`` its last day; ``missed`` are late ones before it. ``open`` are all
    periods that can be published now."""

    key: str
    name: str
    about: str
    limit: str
    every: Every | None
    owed: str
    due_on: dt.date | None
    is_late: bool
    days_late: int
    missed: tuple[str, ...]
    open: tuple[str, ...]
    last: Publication | None


async def affairs(*, viewer: Viewer, place_id: int) -> list[Affair]:
    """居务公开目录: every item of the list 居委会必须公布, late ones first; two statements."""
    allow(viewer, "affair.read", place_id)
    items = [one for one in lists.items_of(place_id).values() if one.list is DutyList.PUBLISHES]
    done = await _published(place_id)
    since = await _since(place_id)
    found = [_affair(one, done.get(one.id, ()), since=since, today=clock.today()) for one in items]
    return sorted(found, key=lambda one: (not one.is_late, one.due_on or dt.date.max))


async def _published(place_id: int) -> Mapping[str, Sequence[Publication]]:
    """What stands on the board for each item, the newest first."""
    rows = await fetch(
        "SELECT a.key, a.period, a.post_id, p.created_at FROM affair_post a JOIN post p ON p.id=a.post_id"
        f" WHERE a.place_id=$1 AND p.state IN ({SHOWN_SQL}) ORDER BY p.created_at DESC, a.id DESC",
        place_id,
    )
    found: dict[str, list[Publication]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append(Publication(row["period"], row["post_id"], moment(row["created_at"])))
    return found


async def _since(place_id: int) -> dt.date:
    """Nothing is owed for periods that ended before the place was here."""
    row = await fetch_one("SELECT created_at FROM place WHERE id=$1", place_id)
    if row is None:
        raise NotFound("place.not_found")
    return local(moment(row["created_at"])).date()


def _affair(item: Item, done: Sequence[Publication], *, since: dt.date, today: dt.date) -> Affair:
    bare = Affair(
        key=item.id,
        name=item.name,
        about=item.about,
        limit=item.limit,
        every=None,
        owed="",
        due_on=None,
        is_late=False,
        days_late=0,
        missed=(),
        open=(),
        last=done[0] if done else None,
    )
    rhythm = rhythms().get(item.id)
    if rhythm is None:
        return bare
    unsettled = _owed(rhythm, {one.period for one in done}, since=since, today=today)
    overdue = [one for one in unsettled if today > due(one, rhythm)]
    owed = (overdue or unsettled)[-1]
    return replace(
        bare,
        every=rhythm.every,
        owed=owed.name,
        due_on=due(owed, rhythm),
        is_late=bool(overdue),
        days_late=max((today - due(owed, rhythm)).days, 0),
        missed=tuple(one.name for one in overdue[:-1]),
        open=tuple(one.name for one in unsettled),
    )


def _owed(rhythm: Rhythm, done: set[str], *, since: dt.date, today: dt.date) -> list[Period]:
    """Periods that are over and not published, the oldest first; the present one where there are none."""
    present = period_of(today, rhythm.every)
    found: list[Period] = []
    at = before(present, rhythm.every)
    for _ in range(LOOKS_BACK):
        if at.last < since:
            break
        if at.name not in done:
            found.insert(0, at)
        at = before(at, rhythm.every)
    return found or [present]


async def late(*, viewer: Viewer, place_id: int) -> list[Affair]:
    """逾期没有公布的."""
    return [one for one in await affairs(viewer=viewer, place_id=place_id) if one.is_late]


async def publish(key: str, new: NewPost, *, by: Viewer, place_id: int, period: str = "") -> Published:
    """公布: a post on the board of open affairs that settles an item for a period, by itself the one that is owed."""
    allow(by, "affair.publish", place_id)
    affair = next((one for one in await affairs(viewer=by, place_id=place_id) if one.key == key), None)
    if affair is None:
        raise NotFound("affair.not_found")
    board = await _board(by, place_id)
    if new.key and (there := await posted.with_key(Thing.POST, new.key, by=by)) is not None:
        return Published(there.id, there.state, is_repeat=True)
    settles = _period(affair, period)

    async def along(post_id: int) -> None:
        await _settle(affair, settles, post_id, by=by, place_id=place_id)

    return await posts.publish(replace(new, board=board), by=by, place_id=place_id, along=along)


async def _board(by: Viewer, place_id: int) -> str:
    on = {line.kind.key for line in await board_list.boards(viewer=by, place_id=place_id)}
    found = next((name for name in BOARDS if name in on), None)
    if found is None:
        raise Invalid("affair.no_board")
    return found.value


def _period(affair: Affair, wanted: str) -> str:
    """The one that is owed, or one that was left out; without a rhythm the day."""
    if affair.every is None:
        return clock.today().isoformat()
    if wanted and wanted not in affair.open:
        raise NotFound("affair.no_period")
    return wanted or affair.owed


async def _settle(affair: Affair, period: str, post_id: int, *, by: Viewer, place_id: int) -> None:
    """One post stands for a period; another may where that one is gone from the board."""
    row = await fetch_one(
        "INSERT INTO affair_post (created_at, place_id, key, period, post_id) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (place_id, key, period) DO UPDATE SET post_id=excluded.post_id, created_at=excluded.created_at"
        " WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id=affair_post.post_id"
        f" AND p.state IN ({SHOWN_SQL})) RETURNING id",
        clock.now(),
        place_id,
        affair.key,
        period,
        post_id,
    )
    if row is None:
        raise Taken("affair.done")
    detail = f"{affair.key} {period}"
    await record(by, "affair.publish", subject="post", subject_id=post_id, place_id=place_id, detail=detail)
