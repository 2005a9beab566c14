"""What posts and replies share: that a form posts once, the trail of former words, following, and being read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.sight import reads_trail, visible, visible_thing
from forum.states import stage_subject_of, subject_of
from models import clock
from models.errors import NotFound, Taken
from models.post import PostState, Thing
from models.transaction import execute, fetch, fetch_one, moment, transaction
from nlp.normalise import clean_input
from people import aside, bell
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_KEY = 60


@dataclass(frozen=True, slots=True)
class There:
    """What a form or message has posted already."""

    id: int
    state: PostState


def once(key: str, *, by: Viewer) -> str | None:
    """How a form's key stands in the database: everybody has keys of their own."""
    return f"{by.person_id}:{clean_input(key)[:MOST_KEY]}" if key else None


async def with_key(thing: Thing, key: str, *, by: Viewer) -> There | None:
    """What this form posted before, if it did."""
    row = await fetch_one(f"SELECT id, state FROM {thing.value} WHERE once=$1", once(key, by=by))
    return There(row["id"], PostState(row["state"])) if row else None


async def hold(thing: Thing, thing_id: int) -> PostState:
    """Take something out of sight until somebody has looked, in the transaction of the change that asks for it."""
    row = await fetch_one(
        f"UPDATE {thing.value} SET state='held', version=version+1 WHERE id=$1 AND state='published' RETURNING id",
        thing_id,
    )
    if row is None:
        raise Taken("post.changed")
    if thing is Thing.POST:
        await aside.set_aside(subject_of(thing_id))
        await aside.set_aside(stage_subject_of(thing_id))
    return PostState.HELD


async def keep_former(thing: Thing, thing_id: int, *, place_id: int, text: str, by: Viewer, title: str = "") -> None:
    """Write down what something said until now, in the transaction that changes it; whoever looks at it while it waits
    decides about the new words, and not with the old ones before them."""
    await execute(
        "INSERT INTO post_edit (created_at, thing, thing_id, place_id, by_id, title, text)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7)",
        clock.now(),
        thing.value,
        thing_id,
        place_id,
        by.person_id,
        title,
        text,
    )
    await execute(
        "UPDATE review SET version=version+1 WHERE thing=$1 AND thing_id=$2 AND state='open'", thing.value, thing_id
    )


@dataclass(frozen=True, slots=True)
class Former:
    """What something said until a moment."""

    until: dt.datetime
    title: str
    text: str


async def trail(thing: Thing, thing_id: int, *, viewer: Viewer) -> list[Former]:
    """修改记录: former words, the oldest first, for who reviews the board; of a private question for its confidants."""
    seen = await visible_thing(thing, thing_id, viewer)
    post = seen.post
    if not reads_trail(viewer, post):
        raise NotFound("post.not_found")
    rows = await fetch(
        "SELECT created_at, title, text FROM post_edit WHERE thing=$1 AND thing_id=$2 ORDER BY id",
        thing.value,
        thing_id,
    )
    return [Former(moment(row["created_at"]), row["title"], row["text"]) for row in rows]


_FOLLOW = (
    "INSERT INTO post_follow (created_at, post_id, person_id, is_on) VALUES ($1,$2,$3,$4)"
    " ON CONFLICT (post_id, person_id) DO "
)


async def follow_if_new(post_id: int, *, by: Viewer) -> None:
    """Who writes in a thread hears of it from then on, unless they once said that they do not want to."""
    await execute(f"{_FOLLOW} NOTHING", clock.now(), post_id, by.person_id, True)  # noqa: FBT003


async def follow(post_id: int, *, by: Viewer, is_on: bool = True) -> None:
    """关注、取消关注: whether one hears of what is new in a thread."""
    post = await visible(post_id, by)
    allow(by, "post.follow", post.place_id)
    async with transaction():
        await execute(f"{_FOLLOW} UPDATE SET is_on=excluded.is_on", clock.now(), post_id, by.person_id, is_on)
        detail = "on" if is_on else "off"
        await record(by, "post.follow", subject="post", subject_id=post_id, place_id=post.place_id, detail=detail)


async def mark_read(post_id: int, *, reply_id: int, until: dt.datetime, by: Viewer) -> None:
    """Note that somebody has read a thread up to a reply, all there was at a moment; never back from there."""
    if by.person_id is None:
        return
    await execute(
        "INSERT INTO post_seen (created_at, person_id, post_id, reply_id, seen_at) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (person_id, post_id) DO UPDATE SET"
        " reply_id=CASE WHEN post_seen.reply_id<excluded.reply_id THEN excluded.reply_id ELSE post_seen.reply_id END,"
        " seen_at=CASE WHEN post_seen.seen_at<excluded.seen_at THEN excluded.seen_at ELSE post_seen.seen_at END",
        clock.now(),
        by.person_id,
        post_id,
        reply_id,
        until,
    )
    await bell.read_of(subject_of(post_id), by=by)
