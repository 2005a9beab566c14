"""Lists of posts: a board's, a neighbourhood's, one's own; a page at a time by key, at a cost that does not grow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from courier.parts import shortened
from forum import board_list
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.kinds import BoardKind
from forum.posts import PARENT
from forum.sight import SEES_NOTICE, is_confidant, maybe, not_theirs
from forum.states import OWN_SQL, SHOWN_SQL
from models.errors import Invalid
from models.person import RoleName
from models.post import PostState
from models.transaction import Row, fetch, moment
from people import files, shown
from people.files import FileLine
from people.permissions import allow
from people.shown import Shown
from people.viewers import Viewer

PAGE = 20
MOST_PAGE = 50
EXCERPT = 120


@dataclass(frozen=True, slots=True)
class After:
    """Where a page begins: behind the post that stood last on the one before."""

    last_at: dt.datetime
    id: int

    def __str__(self) -> str:
        return f"{int(self.last_at.timestamp() * 1_000_000)}-{self.id}"


def after(text: str) -> After | None:
    """What an address says of where to go on; None at the beginning."""
    if not text:
        return None
    micro, _, number = text.partition("-")
    if not (micro.isdecimal() and number.isdecimal() and len(micro) < 18 and len(number) < 19):
        raise Invalid("post.page_wrong")
    return After(dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(micro)), int(number))


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in a list. ``is_unread``: something in it is new to the viewer. ``owes``: an official reply is owed."""

    id: int
    kind: BoardKind
    title: str
    excerpt: str
    author: Shown | None
    is_own: bool
    as_role: RoleName | None
    state: PostState
    is_private: bool
    at: dt.datetime
    last_at: dt.datetime
    is_edited: bool
    replies: int
    likes: int
    is_unread: bool
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    has_case: bool
    photo: FileLine | None
    photos: int

    @property
    def owes(self) -> bool:
        """Whether an official reply is still owed."""
        return self.due_at is not None and self.answered_at is None


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of posts; ``next`` is where the following one begins, None at the end."""

    lines: tuple[PostLine, ...]
    next: After | None


COLUMNS = (
    "p.id, p.board, p.title, substr(p.text, 1, 400) AS text, p.author_id, p.as_role, p.state, p.is_private,"
    " p.created_at, p.last_at, p.edited_at, p.reply_count, p.like_count, p.due_at, p.answered_at, p.case_id, s.seen_at"
)
"""What a line is made of, of a post ``p`` and how far the viewer has read it ``s``."""
_FROM = f"SELECT {COLUMNS} FROM post p LEFT JOIN post_seen s ON s.post_id=p.id AND s.person_id=$1"
_BEFORE = " AND (p.last_at, p.id)<($3, $4)"
"""As one comparison, which both databases begin in the index; an OR is read up to from the top."""
_ORDER = " ORDER BY p.last_at DESC, p.id DESC LIMIT "


async def feed(board: str, *, viewer: Viewer, place_id: int, after: After | None = None, most: int = PAGE) -> Feed:
    """一个板块的帖子, where something happened last first; whoever may read the board."""
    line = await board_list.board(board, viewer=viewer, place_id=place_id)
    private = _private(line.kind, is_asked=is_confidant(viewer, place_id, line.kind))
    state = f"(p.state IN ({SHOWN_SQL}) OR (p.author_id=$1 AND p.state IN ({OWN_SQL})))"
    where = f" WHERE p.place_id=$2 AND p.board='{line.kind.key.value}' AND {state}{private}"
    rows = await _page(where, viewer, place_id, after=after, most=most)
    return await _feed(rows, viewer=viewer, place_id=place_id, most=most)


def _private(kind: BoardKind, *, is_asked: bool) -> str:
    """What of the private the viewer does not see, of a post ``p``."""
    if is_asked and not kind.confides_by_estate:
        return ""
    asked = f" OR NOT {not_theirs(kind, person='$1')}" if is_asked else ""
    return f" AND (NOT p.is_private OR {_own(kind)}{asked})"


def _own(kind: BoardKind) -> str:
    """What is private and the viewer's all the same: they wrote it, or it is a notice for them."""
    return f"p.author_id=$1 OR {SEES_NOTICE.format(person='$1')}" if kind.takes_notices else "p.author_id=$1"


async def newest(*, viewer: Viewer, place_id: int, after: After | None = None, most: int = PAGE) -> Feed:
    """各板块最新: what every neighbour sees, of all boards that are on."""
    lines = await board_list.boards(viewer=viewer, place_id=place_id)
    where = (
        f" WHERE p.place_id=$2 AND p.state IN ({SHOWN_SQL}) AND NOT p.is_private AND p.board IN ({names_sql(lines)})"
    )
    rows = await _page(where, viewer, place_id, after=after, most=most)
    return await _feed(rows, viewer=viewer, place_id=place_id, most=most)


def names_sql(lines: Sequence[BoardLine]) -> str:
    """Boards as the list of an SQL ``IN``."""
    return ", ".join(f"'{line.kind.key.value}'" for line in lines) or "''"


async def own_posts(*, viewer: Viewer, place_id: int, after: After | None = None, most: int = PAGE) -> Feed:
    """我的帖子: everything the viewer began here, also what is held or hidden."""
    allow(viewer, "post.publish", place_id)
    # The author's index is meant: their few posts are sorted, and those of the place are not read through for them.
    where = f" WHERE p.author_id=$1 AND p.place_id+0=$2 AND p.state IN ({OWN_SQL})"
    rows = await _page(where, viewer, place_id, after=after, most=most)
    return await _feed(rows, viewer=viewer, place_id=place_id, most=most)


async def _page(where: str, viewer: Viewer, place_id: int, *, after: After | None, most: int) -> list[Row]:
    values: tuple[object, ...] = (viewer.person_id or 0, place_id, *((after.last_at, after.id) if after else ()))
    begun = _BEFORE if after else ""
    return await fetch(f"{_FROM}{where}{begun}{_ORDER}{min(most, MOST_PAGE) + 1}", *values)


async def _feed(rows: list[Row], *, viewer: Viewer, place_id: int, most: int) -> Feed:
    here, more = rows[:most], len(rows) > most
    lines = await lines_of(here, viewer=viewer, place_id=place_id)
    return Feed(lines, After(lines[-1].last_at, lines[-1].id) if more and lines else None)


async def lines_of(rows: Sequence[Row], *, viewer: Viewer, place_id: int) -> tuple[PostLine, ...]:
    """Rows of ``COLUMNS`` as lines: three statements more, however many there are."""
    people = await shown.shown([row["author_id"] for row in rows], viewer=viewer, place_id=place_id)
    photos = await files.of(PARENT, [row["id"] for row in rows])
    return tuple(_line(row, people.get(row["author_id"]), photos.get(row["id"], []), viewer=viewer) for row in rows)


def _line(row: Row, author: Shown | None, photos: list[FileLine], *, viewer: Viewer) -> PostLine:
    last, seen = moment(row["last_at"]), maybe(row["seen_at"])
    kept = [one for one in photos if one.is_kept]
    return PostLine(
        id=row["id"],
        kind=kind_of(row["board"]),
        title=row["title"],
        excerpt=excerpt(row["text"], row["title"]),
        author=author,
        is_own=row["author_id"] == viewer.person_id,
        as_role=RoleName(row["as_role"]) if row["as_role"] else None,
        state=PostState(row["state"]),
        is_private=bool(row["is_private"]),
        at=moment(row["created_at"]),
        last_at=last,
        is_edited=row["edited_at"] is not None,
        replies=row["reply_count"],
        likes=row["like_count"],
        is_unread=seen is None or seen < last,
        due_at=maybe(row["due_at"]),
        answered_at=maybe(row["answered_at"]),
        has_case=row["case_id"] is not None,
        photo=kept[0] if kept else None,
        photos=len(kept),
    )


def excerpt(text: str, title: str) -> str:
    """The beginning on one line; nothing where the title says it all."""
    flat = " ".join(text.split())
    return "" if flat == title else shortened(flat, most=EXCERPT)
