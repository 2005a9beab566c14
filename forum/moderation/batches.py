"""Many hidden at once, for one reason, and undone as a whole for some minutes; authors hear of it after that."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from forum.moderation import ending, measures, reviews
from forum.moderation.house import house
from forum.moderation.measures import Wanted
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.moderation import Measure, MeasureEnd, Review
from models.post import Post, PostState, Reply, Thing
from models.transaction import savepoint, transaction
from people.audit import record
from people.permissions import may_on
from people.viewers import Viewer

MOST = 100


@dataclass(frozen=True, slots=True)
class BatchDone:
    """What a bulk action came to: its token, how many it hid, which reviews it could not, until when it is undone."""

    token: str
    done: int
    refused: tuple[int, ...]
    until: dt.datetime


async def hide_many(
    review_ids: Sequence[int], wanted: Wanted, *, by: Viewer, seen: Mapping[int, int] | None = None
) -> BatchDone:
    """批量隐藏: those that cannot be hidden stay as they are and are named; what is wrong for all is refused. ``seen``:
    the version of each as it was looked at; what was changed or reported again since is not hidden unread."""
    measures.checked(measures.HIDE, wanted)
    chosen = sorted(set(review_ids))
    if not 1 <= len(chosen) <= MOST:
        raise Invalid("moderation.batch_size", most=MOST)
    token = secrets.token_hex(8)
    todo = Wanted(wanted.rule, wanted.reason, wanted.note, wanted.hours, batch=token)
    async with transaction():
        await _hold(chosen)
        lines = [line for one in chosen if (line := await _still_open(one, by=by)) is not None]
        versions = seen or {}
        done = [line for line in lines if await _hide(line, replace(todo, review_version=versions.get(line.id)), by=by)]
        await _note_down("measure.bulk", token, {line.place_id for line in done}, by=by)
    until, hidden = clock.now() + dt.timedelta(minutes=house().undo_minutes), {line.id for line in done}
    return BatchDone(token, len(done), tuple(one for one in chosen if one not in hidden), until)


async def _still_open(review_id: int, *, by: Viewer) -> reviews.ReviewLine | None:
    """A review that nobody settled or has in hand meanwhile, and not of one's own words."""
    try:
        return await reviews.for_verb(review_id, "measure.bulk", by=by)
    except (NotAllowed, Taken):
        return None


async def _note_down(verb: str, token: str, places: Collection[int], *, by: Viewer) -> None:
    """A line in the audit log of each place."""
    for place_id in sorted(places):
        await record(by, verb, subject="review", subject_id=None, place_id=place_id, detail=token)


async def _hold(review_ids: Sequence[int]) -> None:
    """Lock what is to change in one order, and before the audit log is, so that nobody waits for each other."""
    found = await Review.filter(id__in=list(review_ids))
    for thing, noun in ((Thing.POST, Post), (Thing.REPLY, Reply)):
        ids = [one.thing_id for one in found if one.thing is thing]
        await noun.filter(id__in=ids).order_by("id").select_for_update()
    await Review.filter(id__in=list(review_ids)).order_by("id").select_for_update()


async def _hide(line: reviews.ReviewLine, todo: Wanted, *, by: Viewer) -> bool:
    try:
        async with savepoint():
            await measures.hide(line.thing, line.thing_id, todo, by=by)
    except Refusal:
        return False
    return True


async def undo(token: str, *, by: Viewer) -> int:
    """撤销: all of it, within the minutes, by who did it; no author ever hears of it. Gives how many."""
    async with transaction():
        found = (
            await Measure.filter(batch=token, by_id=by.person_id).order_by("id").select_for_update() if token else []
        )
        if not found or not all(may_on(by, "measure.undo", one.place_id, board=one.board.value) for one in found):
            raise NotFound("moderation.no_batch")
        if any(one.told_at is not None for one in found if one.ended_at is None) or clock.now() >= found[0].tells_at:
            raise WrongState("moderation.too_late")
        done = 0
        for one in found:
            done += await _put_back(one, by=by)
        if not done:
            raise Taken("moderation.undone")
        await _note_down("measure.undo", token, {one.place_id for one in found}, by=by)
    return done


async def _put_back(one: Measure, *, by: Viewer) -> bool:
    """As it was, and before whoever looks after the board again."""
    try:
        async with savepoint():
            await ending.end(one, MeasureEnd.UNDONE, by=by)
            await reviews.open_for(
                one.thing,
                one.thing_id,
                place_id=one.place_id,
                board=one.board,
                post_id=one.post_id,
                author_id=one.person_id,
                was_seen=one.before != PostState.HELD,
            )
    except Taken:
        return False
    return True
