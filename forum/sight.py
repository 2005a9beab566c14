"""Which posts and replies a viewer may see: on boards of their own neighbourhood that are on, what stands there shown.

What is held or hidden is seen by who wrote it and by who reviews the board. A private question is seen by who asked and
by the board's officials alone (of several property companies by that of the estate in which the asker lives), by
nobody else who works here, and nothing of it is counted or listed for others. So is
a notice that is for some only: those see it, and who writes notices.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from forum.board_list import may_read
from forum.boards import kind_of
from forum.defaults import defaults
from forum.kinds import BoardKind
from forum.property.estates import is_anothers
from forum.states import STATES, Standing
from models.errors import NotFound
from models.person import RoleName
from models.post import PostState, Thing
from models.transaction import Row, fetch_one, moment
from people.permissions import may, may_on
from people.scope import sees
from people.viewers import Viewer, ViewerKind


@dataclass(frozen=True, slots=True)
class Found:
    """A post as it was just read, for whoever may see it."""

    id: int
    place_id: int
    kind: BoardKind
    author_id: int
    state: PostState
    version: int
    title: str
    text: str
    is_private: bool
    as_role: RoleName | None
    case_id: int | None
    created_at: dt.datetime
    last_at: dt.datetime
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    edited_at: dt.datetime | None
    reason: str
    replies: int
    likes: int
    thanks: int
    is_addressed: bool = False
    """A notice for some only, and the viewer is one of them, or of those who write such."""
    is_anothers: bool = False
    """A private question for another company than the viewer's."""

    @property
    def post(self) -> Found:
        """Itself: the post of a thing, whichever of both it is."""
        return self

    @property
    def standing(self) -> Standing:
        """What a verb is guarded by."""
        return Standing(Thing.POST, self.id, self.state, self.version)

    @property
    def takes_replies(self) -> bool:
        """Whether one may still answer."""
        return STATES[self.state].takes_replies


@dataclass(frozen=True, slots=True)
class FoundReply:
    """A reply as it was just read, with its post."""

    id: int
    post: Found
    author_id: int
    state: PostState
    version: int
    text: str
    as_role: RoleName | None
    created_at: dt.datetime

    @property
    def standing(self) -> Standing:
        """What a verb is guarded by."""
        return Standing(Thing.REPLY, self.id, self.state, self.version)


def reviews(viewer: Viewer, place_id: int, kind: BoardKind) -> bool:
    """Whether the viewer looks after what is posted on a board: the committee, and its moderators."""
    return may_on(viewer, "post.review", place_id, board=kind.key.value)


def is_confidant(viewer: Viewer, place_id: int, kind: BoardKind) -> bool:
    """Whether private questions of a board are for the viewer to answer, but for those in ``OF_ANOTHER``."""
    return any(viewer.holds(role, place_id) for role in kind.confidants)


OF_ANOTHER = is_anothers(person="{person}", author="p.author_id", place="p.place_id")
"""In SQL, whether a question ``p`` is for another company than somebody's; to be asked of who is a confidant, where
the kind of board confides by estate."""


def not_theirs(kind: BoardKind, *, person: str) -> str:
    """In SQL, which questions ``p`` of a board are not for a confidant of it."""
    return OF_ANOTHER.format(person=person) if kind.confides_by_estate else "1=0"


def confides_in(viewer: Viewer, post: Found) -> bool:
    """Whether a private question is for the viewer to answer."""
    return is_confidant(viewer, post.place_id, post.kind) and not post.is_anothers


def shows(viewer: Viewer, post: Found) -> bool:
    """Whether a viewer who may read the board may see a post of it."""
    if viewer.kind is ViewerKind.SYSTEM:
        return True
    is_author = viewer.person_id == post.author_id
    facts = STATES[post.state]
    if post.is_private:
        seen = is_author or post.is_addressed or confides_in(viewer, post)
        return seen and (facts.is_shown or (is_author and facts.author_sees))
    return facts.is_shown or (is_author and facts.author_sees) or reviews(viewer, post.place_id, post.kind)


LIVES = "EXISTS (SELECT 1 FROM role o WHERE o.person_id={who} AND o.place_id={at})"
"""That somebody still belongs to a place; in SQL."""
SEES_NOTICE = (
    "EXISTS (SELECT 1 FROM notice n JOIN notice_receipt a ON a.notice_id=n.id AND a.person_id={person}"
    " WHERE n.post_id=p.id)"
)
"""Whether a post of a notice for some only is for somebody."""
_READ = (
    "SELECT p.*, b.is_on, l.is_rural, w.id AS notice_id,"
    f" {SEES_NOTICE.format(person='$2')} AS is_for_me,"
    f" CASE WHEN p.is_private THEN {OF_ANOTHER.format(person='$2')} ELSE FALSE END AS is_anothers"
    " FROM post p JOIN place l ON l.id=p.place_id LEFT JOIN board b ON b.place_id=p.place_id AND b.name=p.board"
    " LEFT JOIN notice w ON w.post_id=p.id WHERE p.id=$1"
)


async def visible(post_id: int, viewer: Viewer) -> Found:
    """A post, or NotFound for whoever may not see it, also where its board is off."""
    row = await fetch_one(_READ, post_id, viewer.person_id or 0)
    if row is None or not sees(viewer, "board.read", row["place_id"]):
        raise NotFound("post.not_found")
    writes = row["notice_id"] is not None and may(viewer, "notice.read", row["place_id"])
    post = found(row, is_addressed=writes or bool(row["is_for_me"]))
    post = replace(post, is_anothers=post.kind.confides_by_estate and bool(row["is_anothers"]))
    is_open = is_switched_on(row, post.kind) or may(viewer, "board.set", post.place_id)
    if not (is_open and may_read(viewer, post.kind, post.place_id) and shows(viewer, post)):
        raise NotFound("post.not_found")
    return post


async def hold(post_id: int) -> PostState | None:
    """Hold a post's row until the commit, so that nobody takes it away meanwhile; gives how it stands now."""
    row = await fetch_one("UPDATE post SET version=version WHERE id=$1 RETURNING state", post_id)
    return PostState(row["state"]) if row is not None else None


def is_switched_on(row: Row, kind: BoardKind) -> bool:
    """Whether a board is on in a place, of a row with ``is_on`` and ``is_rural``."""
    if row["is_on"] is not None:
        return bool(row["is_on"])
    return defaults().is_on(kind.key, is_rural=bool(row["is_rural"]))


def found(row: Row, *, is_addressed: bool = False) -> Found:
    """A row of ``post`` as it was read."""
    return Found(
        id=row["id"],
        place_id=row["place_id"],
        kind=kind_of(row["board"]),
        author_id=row["author_id"],
        state=PostState(row["state"]),
        version=row["version"],
        title=row["title"],
        text=row["text"],
        is_private=bool(row["is_private"]),
        as_role=RoleName(row["as_role"]) if row["as_role"] else None,
        case_id=row["case_id"],
        created_at=moment(row["created_at"]),
        last_at=moment(row["last_at"]),
        due_at=maybe(row["due_at"]),
        answered_at=maybe(row["answered_at"]),
        edited_at=maybe(row["edited_at"]),
        reason=row["reason"],
        replies=row["reply_count"],
        likes=row["like_count"],
        thanks=row["thank_count"],
        is_addressed=is_addressed,
    )


def maybe(value: str | dt.datetime | None) -> dt.datetime | None:
    """A moment read by plain SQL where there is one."""
    return moment(value) if value is not None else None


async def visible_reply(reply_id: int, viewer: Viewer) -> FoundReply:
    """A reply and its post, or NotFound for whoever may not see both."""
    row = await fetch_one("SELECT * FROM reply WHERE id=$1", reply_id)
    if row is None:
        raise NotFound("post.not_found")
    post = await visible(row["post_id"], viewer)
    reply = FoundReply(
        id=row["id"],
        post=post,
        author_id=row["author_id"],
        state=PostState(row["state"]),
        version=row["version"],
        text=row["text"],
        as_role=RoleName(row["as_role"]) if row["as_role"] else None,
        created_at=moment(row["created_at"]),
    )
    if not shows_reply(viewer, reply):
        raise NotFound("post.not_found")
    return reply


def shows_reply(viewer: Viewer, reply: FoundReply) -> bool:
    """Whether a viewer who sees the thread sees a reply of it. Of a private question nobody reviews the replies."""
    facts = STATES[reply.state]
    is_author = viewer.person_id is not None and viewer.person_id == reply.author_id
    if viewer.kind is ViewerKind.SYSTEM or facts.is_shown or (is_author and facts.author_sees):
        return True
    return not reply.post.is_private and reviews(viewer, reply.post.place_id, reply.post.kind)


async def visible_thing(thing: Thing, thing_id: int, viewer: Viewer) -> Found | FoundReply:
    """Either of both."""
    return await (visible(thing_id, viewer) if thing is Thing.POST else visible_reply(thing_id, viewer))


def reads_trail(viewer: Viewer, post: Found) -> bool:
    """Whether somebody reads what a thread said before it was changed: who reviews the board; of a private question
    those it was for."""
    if post.is_private:
        return confides_in(viewer, post)
    return reviews(viewer, post.place_id, post.kind)
