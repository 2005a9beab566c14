"""What a post is found by and what it is about, written with it: cut before the transaction, kept in it.

What was written past these verbs (posts of before there was a search, rows loaded in bulk) is cut by the clock: the
database itself says which (models/count_triggers.py).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from casework import guide
from casework.cases.recognising import topic_of
from models import clock
from models.transaction import execute, fetch
from nlp import finding
from people.permissions import allow
from people.viewers import Viewer

BATCH = 200
"""So many posts are cut at once by the clock."""
_DUE = (
    "SELECT w.post_id, p.title, p.text, p.place_id FROM post_word w JOIN post p ON p.id=w.post_id"
    " WHERE w.cut_at IS NULL ORDER BY w.id LIMIT $1"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The words a post is found by, a space between two, and the kind of work it is about ('': none)."""

    words: str
    kind_key: str


async def cut(title: str, text: str, *, place_id: int, more: str = "") -> Cut:
    """What is to be kept of a post with ``keep``; ``more``: what it is also found by and does not say."""
    words = await asyncio.to_thread(_cut, title, f"{text} {more}", place_id)
    return Cut(words, await topic_of(f"{title} {text}", place_id=place_id))


def _cut(title: str, text: str, place_id: int) -> str:
    return f"{of_place(place_id)} {finding.tokens(title, text, segmenter=guide.segmenter())}".rstrip()


def of_place(place_id: int) -> str:
    """The token that every post of a neighbourhood has, so that an index shared by all is searched for one."""
    return f"@{int(place_id)}"


_KEPT = "UPDATE post_word SET words=$1, kind_key=$2, cut_at=$3 WHERE post_id=$4"


async def keep(post_id: int, found: Cut) -> None:
    """Let a post be found by these words from now on, in the transaction that writes or changes it."""
    await execute(_KEPT, found.words, found.kind_key, clock.now(), post_id)


async def catch_up(*, by: Viewer) -> int:
    """Cut what nobody has cut; gives how many."""
    allow(by, "search.catch_up", None)
    rows = await fetch(_DUE, BATCH)
    for row in rows:
        found = await cut(row["title"], row["text"], place_id=row["place_id"])
        await execute(
            f"{_KEPT} AND cut_at IS NULL AND EXISTS (SELECT 1 FROM post p WHERE p.id=$4 AND p.title=$5 AND p.text=$6)",
            found.words,
            found.kind_key,
            clock.now(),
            row["post_id"],
            row["title"],
            row["text"],
        )
    return len(rows)
