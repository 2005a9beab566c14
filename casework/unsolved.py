"""Answers of the bot that residents called 没解决: by entry, with near-duplicate questions together."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from casework import guide
from models import clock
from models.transaction import Row, fetch, listed, moment
from nlp.similar import group
from people.scope import places_for
from people.viewers import Viewer

MOST = 5_000
RECENT_DAYS = 7
OTHERS = 5


@dataclass(frozen=True, slots=True)
class UnsolvedGroup:
    """Near-duplicate questions (masked) that an entry did not solve; the title is '' where it is shown no more."""

    place_id: int
    entry_key: str
    title: str
    text: str
    others: tuple[str, ...]
    count: int
    last_at: dt.datetime


async def groups(*, viewer: Viewer, recent_only: bool = False) -> list[UnsolvedGroup]:
    """What was called 没解决 in the viewer's places, the most often first; ``recent_only``: in the last seven days."""
    since = clock.now() - dt.timedelta(days=RECENT_DAYS) if recent_only else None
    rows = await _rows(places_for(viewer, "feedback.read"), since=since)
    snapshot, found = await guide.current(), []
    for (place_id, key), part in groupby(sorted(rows, key=_whose), key=_whose):
        title = snapshot.entries[key].content.title if snapshot.visible(key, place_id) else ""
        found += await asyncio.to_thread(_grouped, list(part), title)
    return sorted(found, key=lambda one: (-one.count, -one.last_at.timestamp()))


def _whose(row: Row) -> tuple[int, str]:
    return row["place_id"], row["entry_key"]


async def _rows(places: frozenset[int] | None, *, since: dt.datetime | None) -> list[Row]:
    """The newest first. What was judged before the question was kept with it is shown by the line before the answer."""
    where = "" if places is None else f" AND c.place_id IN ({listed(sorted(places))})"
    recent = "" if since is None else " AND f.created_at>=$1"
    return await fetch(
        "SELECT f.entry_key, f.created_at, c.place_id, COALESCE(NULLIF(f.question, ''), (SELECT u.text FROM utterance u"
        " WHERE u.conversation_id=f.conversation_id AND u.author='resident' AND u.id<f.utterance_id"
        " ORDER BY u.id DESC LIMIT 1), '') AS text FROM feedback f JOIN conversation c ON c.id=f.conversation_id"
        f" WHERE f.verdict='unsolved'{where}{recent} ORDER BY f.id DESC LIMIT {MOST}",
        *([] if since is None else [since]),
    )


def _grouped(rows: Sequence[Row], title: str) -> list[UnsolvedGroup]:
    parts = group([row["text"] for row in rows])
    return [_group([rows[position] for position in part], title) for part in parts]


def _group(rows: Sequence[Row], title: str) -> UnsolvedGroup:
    texts = list(dict.fromkeys(row["text"] for row in rows))
    return UnsolvedGroup(
        place_id=rows[0]["place_id"],
        entry_key=rows[0]["entry_key"],
        title=title,
        text=texts[0],
        others=tuple(texts[1 : 1 + OTHERS]),
        count=len(rows),
        last_at=max(moment(row["created_at"]) for row in rows),
    )
