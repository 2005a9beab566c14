"""What is done about a post, a reply or its author: by a rule of the list, with a reason they read, and until when.

Each keeps the words as they stood. One that has an end comes to it by itself (``expiry``); until then whoever looks
after the board may lift it. Nobody decides about what they wrote.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from courier import signals
from forum import board_list
from forum.boards import kind_of
from forum.deliberation import freezing
from forum.moderation import approval, reviews, telling
from forum.moderation.house import house
from forum.moderation.reasons import reason_of
from forum.sight import Found, FoundReply, visible_thing
from forum.states import STATES, Standing, move
from forum.words import one_line
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.moderation import Measure, MeasureEnd, MeasureKind
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
    house().rule(wanted.rule)
    reason, ends_at = reason_of(wanted.reason), _ends(kind, wanted)
    try:
        async with transaction():
            before = await _change(kind, seen, wanted, reason=reason, by=by)
            measure = await _put(kind, seen, wanted, reason=reason, ends_at=ends_at, before=before, by=by)
            await _settle(seen, kind, wanted, by=by)
            place = post.place_id
            await record(by, VERBS[kind], subject=thing.value, subject_id=thing_id, place_id=place, detail=wanted.rule)
            if not wanted.batch:
                await telling.tell(measure)
            signals.publish(signals.thread_topic(post.id))
    except IntegrityError as error:
        raise Taken("moderation.stands_already") from error
    return measure


def _must_be_able(kind: MeasureKind, seen: Found | FoundReply, post: Found, *, by: Viewer) -> None:
    if post.is_private:
        raise NotFound("post.not_found")
    if not may_on(by, VERBS[kind], post.place_id, board=post.kind.key.value):
        raise NotAllowed("not_allowed", verb=VERBS[kind])
    if seen.author_id == by.person_id:
        raise NotAllowed("moderation.own")
    if seen.as_role is not None:
        _must_lead(post.place_id, by=by)


def _must_lead(place_id: int, *, by: Viewer) -> None:
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
    if not await board_list.is_on(target.key, place_id=seen.place_id):
        raise Invalid("moderation.board_off")
    await move(seen.standing, "post.move", board=target.key.value)
    await freezing.must_stay(seen.id)
    await execute("UPDATE review SET board=$1 WHERE post_id=$2 AND state='open'", target.key.value, seen.id)
    return seen.kind.key.value


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


async def lift(measure_id: int, *, by: Viewer) -> Measure:
    """解除: end a measure before its time; what it hid is seen again."""
    measure = await of_board(measure_id, "measure.lift", by=by)
    async with transaction():
        await end(measure, MeasureEnd.LIFTED, by=by)
        await record(by, "measure.lift", subject="measure", subject_id=measure.id, place_id=measure.place_id)
        await telling.tell(measure)
        await telling.tell_ended(measure, MeasureEnd.LIFTED)
        await tell_first(measure)
    return measure


async def tell_first(measure: Measure) -> None:
    """What was held and then hidden is seen for the first time now that the measure has ended: those who would have
    heard of it at first do so. Last in the transaction."""
    if measure.kind is not HIDE or measure.before != PostState.HELD:
        return
    row = await fetch_one(f"SELECT state FROM {measure.thing.value} WHERE id=$1", measure.thing_id)
    is_shown = row is not None and STATES[PostState(row["state"])].is_shown
    if is_shown and await reviews.note_seen(measure.thing, measure.thing_id):
        await approval.tell_others(measure.thing, measure.thing_id, post_id=measure.post_id)


async def of_board(measure_id: int, verb: str, *, by: Viewer) -> Measure:
    """A measure for a verb on its board; NotFound for whoever does not look after it. Who may not take such a measure
    does not end it either."""
    measure = await Measure.get_or_none(id=measure_id)
    if measure is None or not may_on(by, "post.review", measure.place_id, board=measure.board.value):
        raise NotFound("moderation.no_measure")
    if not may_on(by, verb, measure.place_id, board=measure.board.value):
        raise NotAllowed("not_allowed", verb=verb)
    if not may_on(by, VERBS[measure.kind], measure.place_id, board=measure.board.value):
        raise NotAllowed("not_allowed", verb=VERBS[measure.kind])
    if measure.person_id == by.person_id:
        raise NotAllowed("moderation.own")
    said = await fetch_one(f"SELECT as_role FROM {measure.thing.value} WHERE id=$1", measure.thing_id)
    if said is not None and said["as_role"] is not None:
        _must_lead(measure.place_id, by=by)
    return measure


async def end(measure: Measure, how: MeasureEnd, *, by: Viewer) -> None:
    """End one that stands, once, and undo what it did; part of the caller's transaction."""
    changed = await Measure.filter(id=measure.id, ended_at=None).update(
        ended_at=clock.now(), ended_by_id=by.person_id, ending=how, open_for=None
    )
    if changed != 1:
        raise Taken("moderation.ended")
    await _undo(measure, was_undone=how is MeasureEnd.UNDONE)
    signals.publish(signals.thread_topic(measure.post_id))


_BACK = {HIDE: "post.restore", LOCK: "post.unlock", MOVE: "post.move"}


async def _undo(measure: Measure, *, was_undone: bool) -> None:
    """As it was, unless somebody did more to it meanwhile: that stays. What was held before it was hidden is published
    when that ends, but held again when it was never meant."""
    verb = _BACK.get(measure.kind)
    row = await fetch_one(f"SELECT state, version FROM {measure.thing.value} WHERE id=$1", measure.thing_id)
    if verb is None or row is None:
        return
    standing = Standing(measure.thing, measure.thing_id, PostState(row["state"]), row["version"])
    changes: dict[str, object] = {"board": measure.before} if measure.kind is MOVE else {}
    if measure.kind is HIDE:
        changes = {"settled_at": None, "settled_by_id": None, "reason": ""}
    try:
        after = await move(standing, verb, **changes)
    except WrongState:
        return
    again = Standing(measure.thing, measure.thing_id, after, row["version"] + 1)
    if was_undone and measure.before == PostState.HELD:
        await move(again, "post.hold")
    elif measure.kind is HIDE and await _is_locked(measure):
        await move(again, "post.lock")


async def _is_locked(measure: Measure) -> bool:
    """Whether a hidden thread had been locked, and still is."""
    return await Measure.exists(kind=LOCK, thing=measure.thing, thing_id=measure.thing_id, ended_at=None)
