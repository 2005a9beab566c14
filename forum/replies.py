"""Replies in a thread: answering, also officially; changing one's own, and taking it away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from courier import limits, signals
from forum import drafts, mentions, outside, posted, telling
from forum.mentions import Named
from forum.moderation.holding import put_before, screened_or_refused, state_for
from forum.moderation.screen import Screened, Words
from forum.posts import Published, office_of, put_photos
from forum.property.estates import must_answer_own
from forum.sight import Found, FoundReply, hold, visible, visible_reply
from forum.states import PUBLISHED, STATES, move
from forum.words import reason_of, text_of
from models import clock
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.person import RoleName
from models.post import PostState, Thing
from models.rules import rules
from models.transaction import fetch_one, transaction
from people.audit import record
from people.files import Parent
from people.permissions import allow
from people.viewers import Viewer

PARENT = "reply"
"""What a stored file of a reply belongs to."""


@dataclass(frozen=True, slots=True)
class NewReply:
    """What somebody wants to answer; ``quotes`` is a reply of the same thread. ``is_change``: it says the post's words
    otherwise, and is no repetition for being like it. ``is_told``: those who follow hear of it in another way. The rest
    as with a new post."""

    text: str
    quotes: int | None = None
    photos: tuple[str, ...] = ()
    key: str = ""
    draft_seq: int | None = None
    draft_slot: str = ""
    lines: tuple[int, ...] = ()
    is_change: bool = False
    is_told: bool = False


def may_reply(viewer: Viewer, post: Found) -> bool:
    """Whether somebody who sees a thread may answer in it."""
    return any(held.role in post.kind.replies and held.place_id == post.place_id for held in viewer.roles)


async def reply(
    post_id: int, new: NewReply, *, by: Viewer, along: Callable[[int], Awaitable[None]] | None = None
) -> Published:
    """回复: answer in a thread; from an office it is the official answer, which its author hears of at once.

    ``along`` is done with the new reply's id in the same transaction: what the reply stands for beside its words.
    """
    post = await visible(post_id, by)
    allow(by, "post.reply", post.place_id)
    if by.person_id is None or not may_reply(by, post):
        raise NotAllowed("post.no_reply_here", board=post.kind.name)
    await _must_be_theirs(post, by=by)
    if new.key and (there := await posted.with_key(Thing.REPLY, new.key, by=by)) is not None:
        return Published(there.id, there.state, is_repeat=True)
    text = text_of(new.text)
    await limits.spend("replies", str(by.person_id), rate=rules().limits.replies)
    words = Words(text, is_private=post.is_private, is_change=new.is_change)
    screened = await screened_or_refused(words, by=by, place_id=post.place_id, kind=post.kind)
    async with transaction():
        await _must_be_open(post)
        reply_id, state = await _insert(post, new, screened, by=by)
        if reply_id is None:
            return await _repeat(new, by=by)
        if along is not None:
            await along(reply_id)
        named = await _put_around(reply_id, post, new=new, screened=screened, by=by)
        await record(by, "post.reply", subject="reply", subject_id=reply_id, place_id=post.place_id)
        if state is PUBLISHED:
            role = office_of(by, post.kind, post.place_id)
            if not new.is_told:
                await telling.tell_of_reply(post, named=named, by=by, is_official=role is not None)
            await outside.answered(post, reply_id, role=role)
        signals.publish(signals.thread_topic(post.id))
    return Published(reply_id, state, screened.hidden, screened.reason)


async def _must_be_theirs(post: Found, *, by: Viewer) -> None:
    """A property company answers in its own estates alone."""
    if office_of(by, post.kind, post.place_id) is RoleName.PROPERTY:
        await must_answer_own(by, author_id=post.author_id, place_id=post.place_id)


async def _must_be_open(post: Found) -> None:
    """Under the post's row, which whoever locks or hides it changes."""
    state = await hold(post.id)
    if state is None or not STATES[state].takes_replies:
        raise WrongState("post.closed", state=post.state.value)


_INSERT = (
    "INSERT INTO reply (created_at, post_id, place_id, author_id, state, text, quotes_id, as_role, reason, like_count,"
    " thank_count, once, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'',0,0,$9,1) ON CONFLICT (once) DO NOTHING"
    " RETURNING id"
)


async def _insert(post: Found, new: NewReply, screened: Screened, *, by: Viewer) -> tuple[int | None, PostState]:
    state = state_for(screened)
    role: RoleName | None = office_of(by, post.kind, post.place_id)
    row = await fetch_one(
        _INSERT,
        clock.now(),
        post.id,
        post.place_id,
        by.person_id,
        state.value,
        screened.text,
        await _quoted(new.quotes, post),
        role.value if role else None,
        posted.once(new.key, by=by),
    )
    return (row["id"] if row else None), state


async def _quoted(reply_id: int | None, post: Found) -> int | None:
    """The reply that is quoted, which must be of this thread and shown."""
    if reply_id is None:
        return None
    row = await fetch_one(
        "SELECT id FROM reply WHERE id=$1 AND post_id=$2 AND state=$3", reply_id, post.id, PUBLISHED.value
    )
    if row is None:
        raise Invalid("post.quote_gone")
    return row["id"]


async def _repeat(new: NewReply, *, by: Viewer) -> Published:
    there = await posted.with_key(Thing.REPLY, new.key, by=by)
    if there is None:
        raise Taken("post.changed")
    return Published(there.id, there.state, is_repeat=True)


async def _put_around(reply_id: int, post: Found, *, new: NewReply, screened: Screened, by: Viewer) -> list[Named]:
    """Photos, who follows from now on, the end of the draft it was, and whom it mentions."""
    await put_photos(new.photos, new.lines, to=Parent(PARENT, reply_id), by=by)
    named = await mentions.keep(Thing.REPLY, reply_id, text=screened.text, place_id=post.place_id)
    await posted.follow_if_new(post.id, by=by)
    await posted.mark_read(post.id, reply_id=reply_id, until=clock.now(), by=by)
    slot = drafts.slot_beside(drafts.slot_for_reply(post.id), new.draft_slot)
    await drafts.end(slot, seq=new.draft_seq, sent=new.text, by=by)
    if state_for(screened) is PostState.HELD:
        await _put_before(reply_id, post, screened, by=by)
    return named


async def _put_before(reply_id: int, post: Found, screened: Screened, *, by: Viewer, was_seen: bool = False) -> None:
    board = post.kind.key
    at = {"place_id": post.place_id, "post_id": post.id, "was_seen": was_seen}
    await put_before(Thing.REPLY, reply_id, screened, board=board, by=by, **at)


async def edit(reply_id: int, *, by: Viewer, text: str, seen_version: int | None = None) -> Published:
    """修改回复: one's own; what it said before stays in the trail."""
    mine = await own(reply_id, by=by, verb="post.edit", seen_version=seen_version)
    post = mine.post
    words = Words(text_of(text), is_private=post.is_private, is_change=True)
    screened = await screened_or_refused(words, by=by, place_id=post.place_id, kind=post.kind)
    if screened.text == mine.text:
        return Published(mine.id, mine.state)
    async with transaction():
        state = await move(mine.standing, "post.edit", text=screened.text, edited_at=clock.now())
        if state_for(screened) is PostState.HELD:
            was_seen = state is PUBLISHED
            state = await posted.hold(Thing.REPLY, mine.id) if was_seen else state
            await _put_before(mine.id, post, screened, by=by, was_seen=was_seen)
        await posted.keep_former(Thing.REPLY, mine.id, place_id=post.place_id, text=mine.text, by=by)
        named = await mentions.keep(Thing.REPLY, mine.id, text=screened.text, place_id=post.place_id)
        await record(by, "post.edit", subject="reply", subject_id=mine.id, place_id=post.place_id)
        if named and not post.is_private and state is PUBLISHED and STATES[post.state].is_shown:
            await telling.tell_mentioned(
                post.id, title=post.title, place_id=post.place_id, named=named, by=by, board=post.kind.key
            )
        signals.publish(signals.thread_topic(post.id))
    return Published(mine.id, state, screened.hidden, screened.reason)


async def delete(reply_id: int, *, by: Viewer, reason: str = "", seen_version: int | None = None) -> None:
    """删除回复: one's own."""
    mine = await own(reply_id, by=by, verb="post.delete", seen_version=seen_version)
    async with transaction():
        now, why = clock.now(), reason_of(reason)
        await move(mine.standing, "post.delete", settled_at=now, settled_by_id=by.person_id, reason=why)
        await record(by, "post.delete", subject="reply", subject_id=mine.id, place_id=mine.post.place_id)
        signals.publish(signals.thread_topic(mine.post.id))


async def own(reply_id: int, *, by: Viewer, verb: str, seen_version: int | None = None) -> FoundReply:
    """A reply of one's own for a verb; Taken where it changed since it was seen."""
    found = await visible_reply(reply_id, by)
    allow(by, verb, found.post.place_id)
    if found.author_id != by.person_id:
        raise NotAllowed("post.not_yours", verb=verb)
    if seen_version is not None and seen_version != found.version:
        raise Taken("post.changed")
    return found
