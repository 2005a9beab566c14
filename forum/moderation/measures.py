"""What is done about a post, a reply or its author: by a rule of the list, with a reason they read, and until when.

Each keeps the words as they stood. One that has an end comes to it by itself (``expiry``); until then whoever looks
after the board may lift it (``ending``). Nobody decides about what they wrote.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from courier import signals
from forum import board_list, bound, responses
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.deliberation import freezing
from forum.moderation import reviews, telling
from forum.moderation.house import house
from forum.moderation.reasons import reason_of
from forum.sight import Found, FoundReply, visible_thing
from forum.states import STATES, move
from forum.telling import tell_asked
from forum.words import one_line
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.moderation import Measure, MeasureKind
from models.person import RoleName
from models.post import PostState, Thing
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import may_on
from people.viewers import Viewer

WARN, HIDE, LOCK = MeasureKind.WARN, MeasureKind.HIDE, MeasureKind.LOCK
MOVE, MUTE, BAN = MeasureKind.MOVE, MeasureKind.MUTE, MeasureKind.BAN
VERBS = {
    WARN: "author.warn",
    HIDE: "post.hide",
    LOCK: "post.lock",
    MOVE: "post.move",
    MUTE: "author.mute",
    BAN: "author.ban",
}
"""The permission, audit line and sentence of each."""
NEEDS_END = frozenset({MUTE, BAN})
HAS_END = frozenset({HIDE, LOCK, MUTE, BAN})
LEADS = (RoleName.SECRETARY, RoleName.ADMIN)
"""Who alone does something about what an office said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: ``hours`` until it ends (None: for good), ``board`` where a post is moved to.

    ``review_version`` is that of the review the decision was made on, ``batch`` the token of many done at once.
    """

    rule: str
    reason: str
    note: str = ""
    hours: int | None = None
    board: str = ""
    review_version: int | None = None
    batch: str = ""


async def warn(thing: Thing, thing_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """提醒: tell an author that something breaks a rule; it stays."""
    return await _take(WARN, thing, thing_id, wanted=wanted, by=by)


async def hide(thing: Thing, thing_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """隐藏: take it out of neighbours' sight; the words are kept."""
    return await _take(HIDE, thing, thing_id, wanted=wanted, by=by)


async def lock(post_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """关闭回复: nobody answers in the thread any more."""
    return await _take(LOCK, Thing.POST, post_id, wanted=wanted, by=by)


async def move_to(post_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """移到别的板块."""
    return await _take(MOVE, Thing.POST, post_id, wanted=wanted, by=by)


async def mute(thing: Thing, thing_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """禁言: whoever wrote it writes nothing on this board for a while."""
    return await _take(MUTE, thing, thing_id, wanted=wanted, by=by)


async def ban(thing: Thing, thing_id: int, wanted: Wanted, *, by: Viewer) -> Measure:
    """全部板块禁言: whoever wrote it writes nothing on any board for a while."""
    return await _take(BAN, thing, thing_id, wanted=wanted, by=by)


async def _take(kind: MeasureKind, thing: Thing, thing_id: int, *, wanted: Wanted, by: Viewer) -> Measure:
    seen = await visible_thing(thing, thing_id, by)
    post = seen.post
    _must_be_able(kind, seen, post, by=by)
    reason, ends_at = checked(kind, wanted)
    try:
        async with transaction():
            before = await _change(kind, seen, wanted, reason=reason, by=by)
            measure = await _put(kind, seen, wanted, reason=reason, ends_at=ends_at, before=before, by=by)
            await _settle(seen, kind, wanted, by=by)
            place = post.place_id
            await record(by, VERBS[kind], subject=thing.value, subject_id=thing_id, place_id=place, detail=wanted.rule)
            if not wanted.batch:
                await telling.tell(measure)
            if kind is MOVE:
                await _tell_asked(seen, wanted)
                await bound.tell_moved(post.id, kind_of(wanted.board).key)
            signals.publish(signals.thread_topic(post.id))
    except IntegrityError as error:
        raise Taken("moderation.stands_already") from error
    return measure


def checked(kind: MeasureKind, wanted: Wanted) -> tuple[str, dt.datetime | None]:
    """The reason as it is kept and when it ends; Invalid for no rule of the list, no reason, or no length of it."""
    house().rule(wanted.rule)
    return reason_of(wanted.reason), _ends(kind, wanted)


def _must_be_able(kind: MeasureKind, seen: Found | FoundReply, post: Found, *, by: Viewer) -> None:
    if post.is_private:
        raise NotFound("post.not_found")
    if not may_on(by, VERBS[kind], post.place_id, board=post.kind.key.value):
        raise NotAllowed("not_allowed", verb=VERBS[kind])
    if seen.author_id == by.person_id:
        raise NotAllowed("moderation.own")
    if seen.as_role is not None:
        must_lead(post.place_id, by=by)


def must_lead(place_id: int, *, by: Viewer) -> None:
    """NotAllowed for whoever does not lead the neighbourhood: about what an office said others decide nothing."""
    if not any(by.holds(role, place_id) for role in LEADS):
        raise NotAllowed("moderation.official")


def _ends(kind: MeasureKind, wanted: Wanted) -> dt.datetime | None:
    """When it ends by itself; what keeps somebody from writing always does."""
    if kind not in HAS_END or (wanted.hours is None and kind not in NEEDS_END):
        return None
    if wanted.hours not in house().ladder_hours:
        raise Invalid("moderation.no_length")
    return clock.now() + dt.timedelta(hours=wanted.hours or 0)


async def _change(kind: MeasureKind, seen: Found | FoundReply, wanted: Wanted, *, reason: str, by: Viewer) -> str:
    """Change the post or reply; gives what it was before."""
    if kind is HIDE:
        facts = {"settled_at": clock.now(), "settled_by_id": by.person_id, "reason": reason}
        await move(seen.standing, "post.hide", **facts)
        return seen.state.value
    if kind is LOCK:
        await move(seen.standing, "post.lock")
        return seen.state.value
    if kind is MOVE:
        return await _move(seen, wanted)
    return ""


async def _move(seen: Found | FoundReply, wanted: Wanted) -> str:
    target = kind_of(wanted.board)
    if not isinstance(seen, Found) or not target.has_threads or target.key is seen.kind.key:
        raise Invalid("moderation.no_board")
    line = await board_list.as_set(target.key, place_id=seen.place_id)
    if not line.is_on:
        raise Invalid("moderation.board_off")
    await move(seen.standing, "post.move", board=target.key.value, due_at=_due(seen, line))
    await freezing.must_stay(seen.id)
    await execute("UPDATE review SET board=$1 WHERE post_id=$2 AND state='open'", target.key.value, seen.id)
    return seen.kind.key.value


def _due(post: Found, line: BoardLine) -> dt.datetime | None:
    """By when a neighbour is owed an answer where the post stands from now on: no later than it was owed already. What
    was answered, or is late, stays owed, and counted, also where none is owed."""
    if post.as_role is not None:
        return None
    due = responses.due(line, since=clock.now())
    if post.due_at is None:
        return due
    if due is None:
        return post.due_at if post.answered_at is not None or post.due_at <= clock.now() else None
    return min(due, post.due_at)


async def _tell_asked(seen: Found | FoundReply, wanted: Wanted) -> None:
    """Tell those whom the board asks to which a neighbour's post was moved."""
    post = seen.post
    if post.as_role is None and STATES[post.state].is_shown:
        await tell_asked(post.id, kind_of(wanted.board), place_id=post.place_id, title=post.title, is_private=False)


async def _put(
    kind: MeasureKind,
    seen: Found | FoundReply,
    wanted: Wanted,
    *,
    reason: str,
    ends_at: dt.datetime | None,
    before: str,
    by: Viewer,
) -> Measure:
    post, now = seen.post, clock.now()
    only = _open_for(kind, seen, post)
    if only is not None:
        await execute(
            "UPDATE measure SET open_for=NULL, ended_at=ends_at, ending='expired' WHERE open_for=$1 AND ends_at<=$2",
            only,
            now,
        )
    return await Measure.create(
        created_at=now,
        place_id=post.place_id,
        board=post.kind.key,
        kind=kind,
        thing=seen.standing.thing,
        thing_id=seen.id,
        post_id=post.id,
        person_id=seen.author_id,
        rule=wanted.rule,
        reason=reason,
        note=one_line(wanted.note)[:200],
        title=post.title,
        text=seen.text,
        before=before,
        by_id=by.person_id,
        ends_at=ends_at,
        batch=wanted.batch,
        tells_at=now + dt.timedelta(minutes=house().undo_minutes) if wanted.batch else now,
        open_for=only,
    )


def _open_for(kind: MeasureKind, seen: Found | FoundReply, post: Found) -> str | None:
    """What only one of them may stand for at a time."""
    if kind in (HIDE, LOCK):
        return f"{kind}:{seen.standing.thing}:{seen.id}"
    if kind is MUTE:
        return f"{kind}:{post.place_id}:{post.kind.key}:{seen.author_id}"
    return f"{kind}:{post.place_id}:{seen.author_id}" if kind is BAN else None


async def _settle(seen: Found | FoundReply, kind: MeasureKind, wanted: Wanted, *, by: Viewer) -> None:
    """What is done about a thing settles the review of it, where one is open; what is held still waits to be seen,
    unless it was hidden."""
    row = await fetch_one(
        "SELECT id FROM review WHERE thing=$1 AND thing_id=$2 AND state='open'", seen.standing.thing.value, seen.id
    )
    if row is None and wanted.review_version is not None:
        raise Taken("moderation.changed")
    if row is not None and kind is not HIDE and seen.state is PostState.HELD:
        await reviews.keep_open(row["id"], by=by, seen_version=wanted.review_version)
    elif row is not None:
        await reviews.settle(row["id"], outcome=kind.value, by=by, seen_version=wanted.review_version)
