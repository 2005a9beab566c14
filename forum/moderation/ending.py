"""How a measure ends: lifted before its time, undone, overturned or by the clock; what it did is undone with it."""

from __future__ import annotations

from courier import signals
from forum import board_list, bound, responses
from forum.moderation import approval, reviews, telling
from forum.moderation.measures import HIDE, LOCK, MOVE, VERBS, must_lead
from forum.states import STATES, Standing, move
from models import clock
from models.board import BoardName
from models.errors import NotAllowed, NotFound, Taken, WrongState
from models.moderation import Measure, MeasureEnd
from models.post import PostState
from models.transaction import fetch_one, moment, transaction
from people.audit import record
from people.permissions import may_on
from people.viewers import Viewer


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
        must_lead(measure.place_id, by=by)
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
    changes = await _place_of(measure) if measure.kind is MOVE else {}
    if measure.kind is HIDE:
        changes = {"settled_at": None, "settled_by_id": None, "reason": ""}
    try:
        after = await move(standing, verb, **changes)
    except WrongState:
        return
    if measure.kind is MOVE:
        await bound.tell_moved(measure.post_id, BoardName(measure.before))
    again = Standing(measure.thing, measure.thing_id, after, row["version"] + 1)
    if was_undone and measure.before == PostState.HELD:
        await move(again, "post.hold")
    elif measure.kind is HIDE and await _is_locked(measure):
        await move(again, "post.lock")


async def _place_of(measure: Measure) -> dict[str, object]:
    """Where a moved post stood, and by when an answer was owed there."""
    post = await fetch_one("SELECT created_at, as_role FROM post WHERE id=$1", measure.post_id)
    line = await board_list.as_set(BoardName(measure.before), place_id=measure.place_id)
    asked_at = moment(post["created_at"]) if post is not None and post["as_role"] is None else None
    return {"board": measure.before, "due_at": responses.due(line, since=asked_at) if asked_at else None}


async def _is_locked(measure: Measure) -> bool:
    """Whether a hidden thread had been locked, and still is."""
    return await Measure.exists(kind=LOCK, thing=measure.thing, thing_id=measure.thing_id, ended_at=None)
