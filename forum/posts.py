"""Posts: beginning a thread, changing it with its former words kept, and taking it away with a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from casework import attachments
from casework.cases import sight as case_sight
from courier import limits, signals
from forum import board_list, drafts, mentions, outside, posted, responses, telling
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.deliberation import freezing
from forum.items import goods
from forum.kinds import OFFICES, BoardKind, Carries
from forum.mentions import Named
from forum.moderation.holding import put_before, screened_or_refused, state_for, titled
from forum.moderation.screen import Screened, Words
from forum.search import indexing
from forum.sight import Found, visible
from forum.states import PUBLISHED, move
from forum.words import reason_of, text_of, title_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.person import RoleName
from models.post import PostState, Thing
from models.rules import rules
from models.transaction import fetch_one, transaction
from nlp.exposed import Exposed
from people import files
from people.audit import record
from people.files import Parent
from people.permissions import allow
from people.viewers import Viewer

PARENT, MOST_PHOTOS = "post", 6
"""What a stored file of a post belongs to, and how many it may have."""


@dataclass(frozen=True, slots=True)
class NewPost:
    """What somebody wants to post. ``key`` names the form or message it came by: the same one posts once.

    ``draft_seq``: the state of their draft that this is, which ends with it, in ``draft_slot`` where that is not the
    first. ``case_id``: a case it tells of.
    ``lines``: those of a chat whose photos it carries. ``is_offer``: it stands for an item whose goods were looked at;
    where somebody lives is hidden in it, whoever writes.
    """

    board: str
    text: str
    title: str = ""
    photos: tuple[str, ...] = ()
    is_private: bool = False
    key: str = ""
    draft_seq: int | None = None
    draft_slot: str = ""
    case_id: int | None = None
    lines: tuple[int, ...] = ()
    is_offer: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it: where it stands, what was masked, and why it is held, if it is."""

    id: int
    state: PostState
    hidden: tuple[Exposed, ...] = ()
    reason: str = ""
    is_repeat: bool = False


def may_post(viewer: Viewer, kind: BoardKind, place_id: int) -> bool:
    """Whether somebody may begin a thread on this kind of board."""
    return any(held.role in kind.posts and held.place_id == place_id for held in viewer.roles)


def office_of(viewer: Viewer, kind: BoardKind, place_id: int) -> RoleName | None:
    """The office in which somebody speaks on a board, by the roles they hold and nothing they write; None: none."""
    return next((role for role in OFFICES if role in kind.officials and viewer.holds(role, place_id)), None)


async def publish(
    new: NewPost, *, by: Viewer, place_id: int, along: Callable[[int], Awaitable[None]] | None = None
) -> Published:
    """发帖: begin a thread; numbers of people are masked, and a neighbour's post starts the clock where one runs.

    ``along`` is done with the new post's id in the same transaction: what the post stands for beside its words.
    """
    allow(by, "post.publish", place_id)
    line = await board_list.board(new.board, viewer=by, place_id=place_id)
    if by.person_id is None or not may_post(by, line.kind, place_id):
        raise NotAllowed("post.not_here", board=line.kind.name)
    await _must_be_asked_and_told(new, line.kind, by=by, place_id=place_id)
    if new.key and (there := await posted.with_key(Thing.POST, new.key, by=by)) is not None:
        return Published(there.id, there.state, is_repeat=True)
    text, title = text_of(new.text), title_of(new.title)
    await limits.spend("posts", str(by.person_id), rate=rules().limits.posts)
    if not new.is_offer:
        await _must_be_goods(f"{title}\n{text}", line.kind)
    words = Words(text, title, is_private=new.is_private, hides_homes=new.is_offer)
    screened = titled(await screened_or_refused(words, by=by, place_id=place_id, kind=line.kind))
    cut = await indexing.cut(screened.title, screened.text, place_id=place_id)
    async with transaction():
        post_id, state = await _insert(new, screened, line, by=by)
        if post_id is None:
            return await _repeat(new, by=by)
        await indexing.keep(post_id, cut)
        if along is not None:
            await along(post_id)
        named = await _put_around(post_id, new, screened, by=by, place_id=place_id)
        await record(by, "post.publish", subject="post", subject_id=post_id, place_id=place_id, detail=new.board)
        if state is PUBLISHED:
            await _tell(post_id, screened.title, line, is_private=new.is_private, named=named, by=by)
    return Published(post_id, state, screened.hidden, screened.reason)


async def _tell(
    post_id: int, title: str, line: BoardLine, *, is_private: bool, named: Sequence[Named], by: Viewer
) -> None:
    """Whom it asks; where every neighbour sees it whom it mentions, and the neighbourhood's other system."""
    place_id, kind, role = line.place_id, line.kind, office_of(by, line.kind, line.place_id)
    if role is None:
        await telling.tell_asked(post_id, kind, place_id=place_id, title=title, is_private=is_private)
    if is_private:
        return
    if named:
        await telling.tell_mentioned(post_id, title=title, place_id=place_id, named=named, by=by, board=kind.key)
    await outside.published(post_id, kind, place_id=place_id, role=role)


async def _must_be_goods(text: str, kind: BoardKind) -> None:
    """Where things are offered, nothing that may not be is named."""
    if kind.carries is Carries.ITEM:
        await goods.must_be_allowed(text)


_INSERT = (
    "INSERT INTO post (created_at, place_id, board, author_id, state, title, text, is_private, as_role, last_at,"
    " due_at, reason, reply_count, like_count, thank_count, once, case_id, version)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$1,$10,'',0,0,0,$11,$12,1) ON CONFLICT (once) DO NOTHING RETURNING id"
)


async def _insert(new: NewPost, screened: Screened, line: BoardLine, *, by: Viewer) -> tuple[int | None, PostState]:
    now, state, kind = clock.now(), state_for(screened), line.kind
    role = office_of(by, kind, line.place_id)
    row = await fetch_one(
        _INSERT,
        now,
        line.place_id,
        kind.key.value,
        by.person_id,
        state.value,
        screened.title,
        screened.text,
        new.is_private,
        role.value if role else None,
        responses.due(line, since=now) if role is None else None,
        posted.once(new.key, by=by),
        new.case_id,
    )
    return (row["id"] if row else None), state


async def _repeat(new: NewPost, *, by: Viewer) -> Published:
    there = await posted.with_key(Thing.POST, new.key, by=by)
    if there is None:
        raise Taken("post.changed")
    return Published(there.id, there.state, is_repeat=True)


async def _put_around(post_id: int, new: NewPost, screened: Screened, *, by: Viewer, place_id: int) -> list[Named]:
    """Photos, that its author follows it, the end of the draft it was, and whom it mentions."""
    await put_photos(new.photos, new.lines, to=Parent(PARENT, post_id), by=by)
    named = await mentions.keep(Thing.POST, post_id, text=screened.text, place_id=place_id)
    if state_for(screened) is PostState.HELD:
        await put_before(Thing.POST, post_id, screened, place_id=place_id, board=BoardName(new.board), by=by)
    await posted.follow_if_new(post_id, by=by)
    await posted.mark_read(post_id, reply_id=0, until=clock.now(), by=by)
    await board_list.mark_seen(kind_of(new.board).key, by=by, place_id=place_id)
    slot = drafts.slot_beside(drafts.slot_for_new(new.board), new.draft_slot)
    await drafts.end(slot, seq=new.draft_seq, sent=new.text, by=by)
    return named


async def put_photos(photos: Sequence[str], lines: Sequence[int], *, to: Parent, by: Viewer) -> None:
    """Photos of a form by their names, and those that came with lines of a chat."""
    await files.attach(photos[:MOST_PHOTOS], to=to, by=by)
    await attachments.pass_on(lines, to=to, by=by, most=MOST_PHOTOS)


async def _must_be_asked_and_told(new: NewPost, kind: BoardKind, *, by: Viewer, place_id: int) -> None:
    """A private question needs somebody to read it, and a case somebody who may tell of it."""
    if new.is_private:
        await _must_have_confidant(kind, place_id)
    if new.case_id is not None:
        await _must_tell_of(new.case_id, by=by, place_id=place_id)


async def _must_have_confidant(kind: BoardKind, place_id: int) -> None:
    """A private question is asked only where somebody would read it."""
    if not kind.has_private:
        raise Invalid("post.no_private", board=kind.name)
    listed = ", ".join(f"'{role.value}'" for role in sorted(kind.confidants))
    reads = f"SELECT r.id FROM role r JOIN person p ON p.id=r.person_id AND p.is_active WHERE r.name IN ({listed})"
    if await fetch_one(f"{reads} AND r.place_id=$1 LIMIT 1", place_id) is None:
        raise Invalid("post.no_confidant", board=kind.name)


async def _must_tell_of(case_id: int, *, by: Viewer, place_id: int) -> None:
    """A case is told of by who works on cases, and only where it is no private one of another place."""
    allow(by, "post.to_case", place_id)
    case = await case_sight.visible(case_id, by)
    if case.place_id != place_id or case.is_private:
        raise Invalid("post.case_private")


async def edit(post_id: int, *, by: Viewer, text: str, title: str = "", seen_version: int | None = None) -> Published:
    """修改: one's own post; what it said before stays in the trail that staff can read."""
    post = await own(post_id, by=by, verb="post.edit", seen_version=seen_version)
    words = text_of(text)
    await _must_be_goods(f"{title}\n{words}", post.kind)
    changed = Words(words, title_of(title), is_private=post.is_private, is_change=True)
    screened = titled(await screened_or_refused(changed, by=by, place_id=post.place_id, kind=post.kind))
    if (screened.title, screened.text) == (post.title, post.text):
        return Published(post.id, post.state)
    cut = await indexing.cut(screened.title, screened.text, place_id=post.place_id)
    async with transaction():
        state = await move(post.standing, "post.edit", title=screened.title, text=screened.text, edited_at=clock.now())
        await freezing.must_be_free(post.id)
        if state_for(screened) is PostState.HELD:
            was_seen, place_id = state is PUBLISHED, post.place_id
            state = await posted.hold(Thing.POST, post.id) if was_seen else state
            await put_before(
                Thing.POST, post.id, screened, place_id=place_id, board=post.kind.key, by=by, was_seen=was_seen
            )
        await indexing.keep(post.id, cut)
        await posted.keep_former(Thing.POST, post.id, place_id=post.place_id, title=post.title, text=post.text, by=by)
        named = await mentions.keep(Thing.POST, post.id, text=screened.text, place_id=post.place_id)
        await record(by, "post.edit", subject="post", subject_id=post.id, place_id=post.place_id)
        if named and not post.is_private and state is PUBLISHED:
            await telling.tell_mentioned(
                post.id, title=screened.title, place_id=post.place_id, named=named, by=by, board=post.kind.key
            )
        signals.publish(signals.thread_topic(post.id))
    return Published(post.id, state, screened.hidden, screened.reason)


async def delete(post_id: int, *, by: Viewer, reason: str = "", seen_version: int | None = None) -> None:
    """删除: one's own post; with it the thread is gone for neighbours. What staff take away is moderation's."""
    post = await own(post_id, by=by, verb="post.delete", seen_version=seen_version)
    async with transaction():
        now, why = clock.now(), reason_of(reason)
        await move(post.standing, "post.delete", settled_at=now, settled_by_id=by.person_id, reason=why)
        await freezing.must_be_deletable(post.id)
        await _must_bind_nobody(post.id)
        await record(by, "post.delete", subject="post", subject_id=post.id, place_id=post.place_id)
        signals.publish(signals.thread_topic(post.id))


async def _must_bind_nobody(post_id: int) -> None:
    """A notice is withdrawn, which ends the telling of it, too; who took a wish on is let go first, and hears so; what
    is lent comes back first."""
    if await fetch_one("SELECT id FROM notice WHERE post_id=$1", post_id) is not None:
        raise WrongState("notice.withdraw_first")
    if await fetch_one("SELECT id FROM wish WHERE post_id=$1 AND state='claimed'", post_id) is not None:
        raise WrongState("wish.release_first")
    lent = "SELECT r.id FROM reservation r JOIN item i ON i.id=r.item_id WHERE i.post_id=$1 AND r.state='lent' LIMIT 1"
    if await fetch_one(lent, post_id) is not None:
        raise WrongState("item.take_back_first")


async def own(post_id: int, *, by: Viewer, verb: str, seen_version: int | None = None) -> Found:
    """A post of one's own for a verb; Taken where it changed since it was seen."""
    post = await visible(post_id, by)
    allow(by, verb, post.place_id)
    if post.author_id != by.person_id:
        raise NotAllowed("post.not_yours", verb=verb)
    if seen_version is not None and seen_version != post.version:
        raise Taken("post.changed")
    return post
