"""What is looked at first when somebody new posts it: links, and what is much like what was posted a while ago."""

from __future__ import annotations

import datetime as dt
import re

from forum.moderation.house import house
from models import clock
from models.transaction import fetch, fetch_one, moment
from nlp.normalise import normalise
from nlp.similar import grams
from people.viewers import Viewer

LINKS, ALIKE = "links", "alike"
_LINK = re.compile(
    r"(?:https?://|www\.)([a-z0-9.-]+)|\b((?:[a-z0-9-]+\.)+(?:com|cn|net|org|cc|top|xyz|vip|info|io|app|shop|me|link))\b"
)
_SHORTEST = 20
"""Shorter texts, in pairs of characters, are alike by chance: one lamp, told by ten who see it."""
_MOST = 200
_LATELY = (
    "SELECT text FROM (SELECT p.text, p.author_id, p.created_at FROM post p WHERE p.place_id=$1 AND p.created_at>=$2"
    " AND p.state<>'deleted' UNION ALL SELECT r.text, r.author_id, r.created_at FROM reply r WHERE r.place_id=$1"
    " AND r.created_at>=$2 AND r.state<>'deleted') t JOIN person a ON a.id=t.author_id"
    " WHERE t.author_id=$3 OR a.created_at>=$4 ORDER BY t.created_at DESC LIMIT $5"
)


async def why_held(text: str, *, by: Viewer, place_id: int, is_change: bool = False) -> str:
    """Why what somebody new writes is looked at first: ``links``, ``alike``; '' where it is not. What is only changed
    is always like what it was."""
    since = clock.now() - dt.timedelta(days=house().new_days)
    row = await fetch_one("SELECT created_at FROM person WHERE id=$1", by.person_id)
    if row is None or moment(row["created_at"]) < since:
        return ""
    if has_foreign_link(text):
        return LINKS
    is_alike = not is_change and await _is_alike(text, by=by, place_id=place_id, since=since)
    return ALIKE if is_alike else ""


def has_foreign_link(text: str) -> bool:
    """Whether a text leads to a site that is not among those trusted."""
    hosts = (found[1] or found[2] for found in _LINK.finditer(normalise(text)))
    trusted = house().trusted_sites
    return any(not any(host == site or host.endswith(f".{site}") for site in trusted) for host in hosts)


async def _is_alike(text: str, *, by: Viewer, place_id: int, since: dt.datetime) -> bool:
    """Whether they themselves or others who are new posted nearly the same lately."""
    own = grams(text)
    if len(own) < _SHORTEST:
        return False
    lately = clock.now() - dt.timedelta(hours=house().alike_hours)
    rows = await fetch(_LATELY, place_id, lately, by.person_id, since, _MOST)
    return any(_nearness(own, grams(row["text"])) >= house().alike for row in rows)


def _nearness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
