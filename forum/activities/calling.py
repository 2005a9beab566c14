"""发活动: calling people to something, giving it more or fewer places, and calling it off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum import posts
from forum.activities import telling
from forum.activities.ending import end
from forum.activities.moving_up import move_up
from forum.activities.sight import held, must_be_open, run_by
from forum.posts import NewPost, Published
from forum.words import reason_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, Taken, WrongState
from models.transaction import execute, fetch_one, transaction
from nlp.mask import mask
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_PLACES, MOST_VENUE = 300, 60
MOST_AHEAD, MOST_LENGTH = dt.timedelta(days=180), dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewActivity:
    """What somebody calls people to. ``is_volunteering``: who was there has hours of a volunteer."""

    title: str
    text: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    places: int
    is_volunteering: bool = False
    photos: tuple[str, ...] = ()
    key: str = ""


_CALL = (
    "INSERT INTO activity (created_at, post_id, place_id, state, starts_at, ends_at, venue, places, taken,"
    " is_volunteering, code, reason, version) VALUES ($1,$2,$3,'on',$4,$5,$6,$7,0,$8,'','',1) RETURNING id"
)


async def call(new: NewActivity, *, by: Viewer, place_id: int) -> Published:
    """发活动: a post of the board with the activity it calls to."""
    allow(by, "activity.call", place_id)
    venue = _checked(new)

    async def along(post_id: int) -> None:
        times = (new.starts_at, new.ends_at)
        row = await fetch_one(_CALL, clock.now(), post_id, place_id, *times, venue, new.places, new.is_volunteering)
        assert row is not None
        await record(by, "activity.call", subject="activity", subject_id=row["id"], place_id=place_id)

    post = NewPost(BoardName.ACTIVITIES.value, new.text, title=new.title, photos=new.photos, key=new.key)
    return await posts.publish(post, by=by, place_id=place_id, along=along)


def _checked(new: NewActivity) -> str:
    """The venue on one line and without numbers of people, where everything else of it is right."""
    venue = mask(" ".join(clean_input(new.venue).split())).text
    if not new.title.strip():
        raise Invalid("activity.title")
    if not 0 < len(venue) <= MOST_VENUE:
        raise Invalid("activity.venue", most=MOST_VENUE)
    now = clock.now()
    if not now < new.starts_at < now + MOST_AHEAD:
        raise Invalid("activity.starts")
    if not new.starts_at < new.ends_at <= new.starts_at + MOST_LENGTH:
        raise Invalid("activity.ends")
    _must_be_places(new.places)
    return venue


def _must_be_places(places: int) -> None:
    if not 1 <= places <= MOST_PLACES:
        raise Invalid("activity.places", most=MOST_PLACES)


async def set_places(post_id: int, *, by: Viewer, places: int) -> None:
    """改名额: never fewer than are taken; of more, those who wait have theirs at once, and hear of it."""
    _must_be_places(places)
    found = await run_by(post_id, by=by, verb="activity.set_places")
    async with transaction():
        found = await held(found, viewer=by)
        must_be_open(found)
        changed = await execute("UPDATE activity SET places=$1 WHERE id=$2 AND taken<=$1", places, found.id)
        if changed != 1:
            raise Invalid("activity.too_few", taken=found.taken)
        await record(by, "activity.set_places", subject="activity", subject_id=found.id, place_id=found.post.place_id)
        await move_up(found)


async def call_off(post_id: int, *, by: Viewer, reason: str) -> None:
    """取消活动: it does not take place; who signed up or waits is told why."""
    why = reason_of(reason)
    if not why:
        raise Invalid("activity.needs_reason")
    found = await run_by(post_id, by=by, verb="activity.call_off")
    async with transaction():
        found = await held(found, viewer=by)
        if found.is_called_off or found.has_begun:
            raise WrongState("activity.called_off" if found.is_called_off else "activity.begun")
        if not await end(found.id, reason=why):
            raise Taken("activity.changed")
        await record(by, "activity.call_off", subject="activity", subject_id=found.id, place_id=found.post.place_id)
        await telling.tell_everybody(found.id, "called_off", why=why)
