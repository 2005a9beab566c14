"""One thread as a viewer sees it: the post, a page of its replies, what became of it, and what they may do there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courier.parts import shortened
from forum import case_results, mentions, posted, reactions, replies
from forum.case_results import CaseResult
from forum.deliberation import freezing
from forum.notices import receipts
from forum.notices.receipts import OwnNotice
from forum.posts import PARENT
from forum.sight import Found, confides_in, maybe, reads_trail, reviews, visible, visible_reply
from forum.states import STATES
from models.person import RoleName
from models.post import PostState, Thing
from models.thread import ReactionKind
from models.transaction import Row, fetch, fetch_one, moment
from people import files, shown
from people.files import FileLine
from people.permissions import may
from people.shown import Shown
from people.viewers import Viewer

PAGE = 50
MOST_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reply quotes; ``text`` is empty where that is no longer shown."""

    id: int
    author: Shown | None
    text: str


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply as shown. ``as_role`` marks an official one; ``reactions`` are the viewer's own."""

    id: int
    author: Shown | None
    is_own: bool
    as_role: RoleName | None
    state: PostState
    text: str
    at: dt.datetime
    edited_at: dt.datetime | None
    version: int
    likes: int
    thanks: int
    quote: Quote | None
    photos: tuple[FileLine, ...]
    mentions: tuple[str, ...]
    reactions: frozenset[ReactionKind]
    reason: str


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do in a thread."""

    reply: bool
    edit: bool
    delete: bool
    react: bool
    make_case: bool
    read_trail: bool
    review: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A post with a page of replies. ``next``: the reply after which the following page begins, None at the end.

    ``read_to``: up to which reply the viewer had read before now.
    """

    post: Found
    author: Shown | None
    is_own: bool
    photos: tuple[FileLine, ...]
    mentions: tuple[str, ...]
    reactions: frozenset[ReactionKind]
    replies: tuple[ReplyLine, ...]
    next: int | None
    read_to: int | None
    follows: bool
    case: CaseResult | None
    notice: OwnNotice | None
    may: May


async def thread(post_id: int, *, viewer: Viewer, after: int = 0, most: int = PAGE, last: int = 0) -> Thread:
    """一个帖子: as many statements for one reply as for ten thousand; ``last``: so many of its newest replies instead
    of a page of them."""
    post = await visible(post_id, viewer)
    rows = await (_last(post, viewer, most=last) if last else _rows(post, viewer, after=after, most=most + 1))
    here = rows[: last or most]
    people = await shown.shown(_people(post, here), viewer=viewer, place_id=post.place_id)
    lines = await _lines(here, people, viewer)
    mark = await fetch_one(_MARKS, post.id, viewer.person_id or 0)
    photos = await files.of(PARENT, [post.id])
    return Thread(
        post=post,
        author=people.get(post.author_id),
        is_own=post.author_id == viewer.person_id,
        photos=tuple(one for one in photos.get(post.id, []) if one.is_kept),
        mentions=tuple((await mentions.of(Thing.POST, [post.id])).get(post.id, ())),
        reactions=frozenset((await reactions.own(Thing.POST, [post.id], viewer=viewer)).get(post.id, ())),
        replies=lines,
        next=here[-1]["id"] if len(rows) > len(here) else None,
        read_to=mark["reply_id"] if mark else None,
        follows=bool(mark and mark["is_on"]),
        case=await case_results.of_post(post) if post.case_id is not None else None,
        notice=await receipts.of_post(post.id, viewer=viewer) if post.kind.takes_notices else None,
        may=_may(post, viewer, mark),
    )


async def fresh(post_id: int, *, viewer: Viewer, after: int) -> tuple[ReplyLine, ...]:
    """新回复: what came after one that the viewer has, for an open page."""
    post = await visible(post_id, viewer)
    rows = await _rows(post, viewer, after=after, most=PAGE)
    people = await shown.shown(_people(post, rows), viewer=viewer, place_id=post.place_id)
    return await _lines(rows, people, viewer)


async def page_of(reply_id: int, *, viewer: Viewer) -> int:
    """After which reply a page begins that shows this one: 0 while all before it fit on the first page."""
    reply = await visible_reply(reply_id, viewer)
    row = await fetch_one("SELECT count(*) AS n FROM reply WHERE post_id=$1 AND id<=$2", reply.post.id, reply_id)
    return 0 if row is None or row["n"] <= PAGE else reply_id - 1


async def see(post_id: int, *, by: Viewer, upto: int) -> None:
    """Somebody has read a thread up to a reply (0: the post itself)."""
    post = await visible(post_id, by)
    row = await fetch_one(_READ_TO, post_id, upto)
    last, came = (row["last"] or 0, row["came_at"]) if row else (0, None)
    until = post.last_at if upto >= last else maybe(came) or post.created_at
    await posted.mark_read(post_id, reply_id=min(upto, last), until=until, by=by)
    if post.kind.takes_notices:
        await receipts.mark_read(post.id, by=by)


_READ_TO = (
    "SELECT (SELECT max(id) FROM reply WHERE post_id=$1 AND state='published') AS last,"
    " (SELECT created_at FROM reply WHERE id=$2 AND post_id=$1) AS came_at"
)
_MARKS = (
    "SELECT s.reply_id, f.is_on, q.stage, q.text_number, COALESCE(n.id, w.id, t.id) AS binds FROM post p"
    " LEFT JOIN post_seen s ON s.post_id=p.id AND s.person_id=$2"
    " LEFT JOIN post_follow f ON f.post_id=p.id AND f.person_id=$2"
    " LEFT JOIN proposal q ON q.post_id=p.id LEFT JOIN notice n ON n.post_id=p.id"
    " LEFT JOIN wish w ON w.post_id=p.id AND w.state='claimed' LEFT JOIN item i ON i.post_id=p.id"
    " LEFT JOIN reservation t ON t.id=(SELECT min(l.id) FROM reservation l WHERE l.item_id=i.id AND l.state='lent')"
    " WHERE p.id=$1"
)
"""How far somebody has read a thread and whether they follow it; whether its words are frozen, and whether it is a
notice, a wish somebody took on, or lent to somebody."""
_READ = (
    "SELECT r.*, q.text AS quoted_text, q.state AS quoted_state, q.author_id AS quoted_author FROM reply r"
    " LEFT JOIN reply q ON q.id=r.quotes_id WHERE r.post_id=$1 AND r.id>$2 AND r.state<>'deleted'"
    " AND (r.state='published' OR r.author_id=$3 OR $4) ORDER BY r.id"
)


async def _rows(post: Found, viewer: Viewer, *, after: int, most: int, order: str = "") -> list[Row]:
    """Those that are shown, one's own that are not, and for who reviews the board all of them."""
    is_reviewer = not post.is_private and reviews(viewer, post.place_id, post.kind)
    return await fetch(f"{_READ}{order} LIMIT {most}", post.id, after, viewer.person_id or 0, is_reviewer)


async def _last(post: Found, viewer: Viewer, *, most: int) -> list[Row]:
    """The newest that are shown, in the order they were written."""
    return (await _rows(post, viewer, after=0, most=most, order=" DESC"))[::-1]


def _people(post: Found, rows: Sequence[Row]) -> list[int]:
    quoted = [row["quoted_author"] for row in rows if row["quoted_author"]]
    return [post.author_id, *(row["author_id"] for row in rows), *quoted]


async def _lines(rows: Sequence[Row], people: Mapping[int, Shown], viewer: Viewer) -> tuple[ReplyLine, ...]:
    ids = [row["id"] for row in rows]
    photos = await files.of(replies.PARENT, ids)
    named = await mentions.of(Thing.REPLY, ids)
    said = await reactions.own(Thing.REPLY, ids, viewer=viewer)
    return tuple(
        ReplyLine(
            id=row["id"],
            author=people.get(row["author_id"]),
            is_own=row["author_id"] == viewer.person_id,
            as_role=RoleName(row["as_role"]) if row["as_role"] else None,
            state=PostState(row["state"]),
            text=row["text"],
            at=moment(row["created_at"]),
            edited_at=maybe(row["edited_at"]),
            version=row["version"],
            likes=row["like_count"],
            thanks=row["thank_count"],
            quote=_quote(row, people),
            photos=tuple(one for one in photos.get(row["id"], []) if one.is_kept),
            mentions=tuple(named.get(row["id"], ())),
            reactions=frozenset(said.get(row["id"], ())),
            reason=row["reason"],
        )
        for row in rows
    )


def _quote(row: Row, people: Mapping[int, Shown]) -> Quote | None:
    """The beginning of what is quoted; of what is hidden or gone only that it was there."""
    if row["quotes_id"] is None:
        return None
    is_shown = row["quoted_state"] is not None and STATES[PostState(row["quoted_state"])].is_shown
    flat = " ".join((row["quoted_text"] or "").split()) if is_shown else ""
    author = people.get(row["quoted_author"]) if is_shown else None
    return Quote(row["quotes_id"], author, shortened(flat, most=MOST_QUOTED))


def _may(post: Found, viewer: Viewer, mark: Row | None) -> May:
    """What the verbs would take: a proposal others have a part in is neither changed nor taken away here, nor is a
    notice or what somebody has promised to do taken away."""
    is_own = viewer.person_id is not None and post.author_id == viewer.person_id
    is_open = post.takes_replies
    makes = may(viewer, "post.to_case", post.place_id) and post.kind.becomes_case and post.case_id is None
    return May(
        reply=is_open and replies.may_reply(viewer, post),
        edit=is_own and is_open and not (mark and mark["text_number"]),
        delete=is_own and (mark is None or (mark["binds"] is None and freezing.may_go(mark["stage"]))),
        react=is_open and not is_own and may(viewer, "post.react", post.place_id),
        make_case=makes and STATES[post.state].is_shown and (not post.is_private or confides_in(viewer, post)),
        read_trail=reads_trail(viewer, post),
        review=not post.is_private and reviews(viewer, post.place_id, post.kind),
    )
