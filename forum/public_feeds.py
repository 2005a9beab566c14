"""Feeds of boards that a neighbourhood made public: what its offices published there, for everybody, known or not.

No name of anybody leaves: an entry stands under the office it was written in, names behind an @ are left out, and so is
where somebody lives. Who asks makes no difference: a board is public or it is as if it were not there.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from forum.boards import kind_of
from forum.kinds import BoardKind
from forum.sight import is_switched_on, maybe
from forum.states import SHOWN_SQL
from models.errors import NotFound
from models.person import RoleName
from models.transaction import Row, fetch, fetch_one, moment
from models.wording import say
from nlp.exposed import shield
from people.viewers import Viewer

MOST = 30
_NAMED = re.compile(r"@[^\s@]{1,40}")


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A post as everybody reads it; ``office`` is the one it was written in."""

    id: int
    title: str
    text: str
    office: RoleName
    at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PublicFeed:
    """The newest of a public board; ``changed_at`` is when the newest of them was written or changed, or else since
    when the place is here."""

    kind: BoardKind
    place: str
    intro: str
    changed_at: dt.datetime
    entries: tuple[PublicEntry, ...]


_BOARD = (
    "SELECT l.name AS place, l.is_rural, l.created_at, b.is_on, b.is_public, b.intro FROM place l"
    " LEFT JOIN board b ON b.place_id=l.id AND b.name=$2 WHERE l.id=$1"
)
_ENTRIES = (
    "SELECT p.id, p.title, p.text, p.as_role, p.created_at, p.edited_at FROM post p WHERE p.place_id=$1"
    f" AND p.board=$2 AND p.state IN ({SHOWN_SQL}) AND NOT p.is_private AND p.as_role IS NOT NULL"
    f" ORDER BY p.id DESC LIMIT {MOST}"
)


async def public_feed(name: str, *, viewer: Viewer, place_id: int) -> PublicFeed:
    """公开订阅: NotFound for everybody unless the board is on, of a kind that may be public, and was made so; two
    statements, of which nothing depends on who asks."""
    del viewer
    kind = kind_of(name)
    row = await fetch_one(_BOARD, place_id, kind.key.value)
    is_public = row is not None and kind.may_be_public and bool(row["is_public"])
    if row is None or not (is_public and is_switched_on(row, kind)):
        raise NotFound("board.not_found")
    entries = tuple(_entry(one) for one in await fetch(_ENTRIES, place_id, kind.key.value))
    since = moment(row["created_at"])
    changed_at = max((one.changed_at for one in entries), default=since)
    return PublicFeed(kind, row["place"], row["intro"] or kind.about, changed_at, entries)


def _entry(row: Row) -> PublicEntry:
    at = moment(row["created_at"])
    return PublicEntry(
        id=row["id"],
        title=_plain(row["title"]),
        text=_plain(row["text"]),
        office=RoleName(row["as_role"]),
        at=at,
        changed_at=maybe(row["edited_at"]) or at,
    )


def _plain(text: str) -> str:
    """Without where somebody lives, numbers of people, and whom it names with an @."""
    return _NAMED.sub(say("board.feed.somebody"), shield(text).text)
