"""Posts and replies by the thousand or the million, written by SQL as years would have left them, cut for search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import guide
from models import clock
from models.person import Person, Role, RoleName
from models.transaction import execute, execute_many, fetch_one, is_postgres, transaction
from nlp import finding

CHUNK = 1_000
AUTHORS = 40
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Square:
    """Two neighbourhoods, the numbers of those who write there (they follow each other), and how many texts there
    are."""

    place: int
    other: int
    first_author: int
    texts: int


_TEXTS = "CREATE TABLE many_text (n INTEGER PRIMARY KEY, title TEXT, body TEXT, words TEXT)"
_POSTS = """
INSERT INTO post (created_at, place_id, board, author_id, state, title, text, is_private, last_at, reason, reply_count,
  like_count, thank_count, once, version)
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT {at}, CASE i % 5 WHEN 4 THEN {other} ELSE {place} END, CASE i % 4 WHEN 3 THEN 'issues' ELSE 'neighbours' END,
  {author} + i % {authors}, 'published', t.title, t.body, FALSE, {at}, '', 0, 0, 0, 'many-' || CAST(i AS TEXT), 1
FROM n JOIN many_text t ON t.n = i % {texts} ORDER BY i
"""
_CUT = """
UPDATE post_word SET cut_at = {at}, words = (SELECT '@' || CAST(p.place_id AS TEXT) || ' ' || t.words FROM post p
  JOIN many_text t ON t.n = CAST(substr(p.once, 6) AS INTEGER) % {texts} WHERE p.id = post_word.post_id)
WHERE post_id > {above}
"""
_REPLIES = """
INSERT INTO reply (created_at, post_id, place_id, author_id, state, text, reason, like_count, thank_count, version)
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT {at}, {post}, {place}, {author} + i % {authors}, 'published', t.body, '', 0, 0, 1
FROM n JOIN many_text t ON t.n = i % {texts} ORDER BY i
"""


async def settled(texts: list[tuple[str, str]], *, place: int, other: int) -> Square:
    """Neighbours who write, and titles with texts to write, each cut once."""
    now = clock.now()
    authors = [
        await Person.create(created_at=now, place_id=place, name=f"邻居{number}", shown_name=f"邻居{number}")
        for number in range(AUTHORS)
    ]
    for author in authors:
        await Role.create(created_at=now, person=author, place_id=place, name=RoleName.RESIDENT)
    await execute(_TEXTS)
    segmenter = guide.segmenter()
    rows = [(n, title, body, finding.tokens(title, body, segmenter=segmenter)) for n, (title, body) in enumerate(texts)]
    async with transaction():
        await execute_many("INSERT INTO many_text (n, title, body, words) VALUES ($1, $2, $3, $4)", rows)
    return Square(place, other, authors[0].id, len(texts))


async def grow(square: Square, *, already: int, until: int) -> None:
    """Write posts number ``already`` to ``until``, spread over the year before now; one in five stands elsewhere."""
    firsts = [*range(already, until, CHUNK)]
    for step, first in enumerate(firsts, start=1):
        at = clock.now() - YEAR * (1 - step / len(firsts))
        async with transaction():
            above = await fetch_one("SELECT coalesce(max(id), 0) AS id FROM post")
            assert above is not None
            await _run(_POSTS, square, at=at, first=first, last=min(first + CHUNK, until) - 1)
            await _run(_CUT, square, at=at, above=above["id"])


async def answer(square: Square, post: int, *, already: int, until: int) -> None:
    """Write replies number ``already`` to ``until`` of a post here."""
    for first in range(already, until, CHUNK):
        async with transaction():
            last = min(first + CHUNK, until) - 1
            await _run(_REPLIES, square, at=clock.now(), first=first, last=last, post=post)


async def _run(statement: str, square: Square, *, at: dt.datetime, **numbers: int) -> None:
    stamp = "CAST($1 AS TIMESTAMPTZ)" if is_postgres() else "$1"
    facts = {"place": square.place, "other": square.other, "author": square.first_author, "texts": square.texts}
    await execute(statement.format(at=stamp, authors=AUTHORS, **facts, **numbers), at)
