"""Likes and thanks: each once from everybody, taken back at will; the database counts them."""

from __future__ import annotations

from collections.abc import Collection

from courier import signals
from forum.sight import visible_thing
from models import clock
from models.errors import Invalid, WrongState
from models.post import Thing
from models.thread import ReactionKind
from models.transaction import execute, fetch, listed, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


async def react(thing: Thing, thing_id: int, kind: ReactionKind, *, by: Viewer, is_on: bool = True) -> None:
    """点赞、感谢，和收回: for something another wrote; twice is once."""
    seen = await visible_thing(thing, thing_id, by)
    post = seen.post
    allow(by, "post.react", post.place_id)
    if seen.author_id == by.person_id:
        raise Invalid("post.own_reaction")
    if not post.takes_replies:
        raise WrongState("post.closed", state=post.state.value)
    async with transaction():
        changed = await _set(thing, thing_id, kind, by=by, is_on=is_on)
        if changed:
            detail = f"{kind} {'on' if is_on else 'off'}"
            await record(
                by, "post.react", subject=thing.value, subject_id=thing_id, place_id=post.place_id, detail=detail
            )
            signals.publish(signals.thread_topic(post.id))


async def _set(thing: Thing, thing_id: int, kind: ReactionKind, *, by: Viewer, is_on: bool) -> bool:
    values = (thing.value, thing_id, kind.value, by.person_id)
    if not is_on:
        gone = "DELETE FROM reaction WHERE thing=$1 AND thing_id=$2 AND kind=$3 AND person_id=$4"
        return bool(await execute(gone, *values))
    rows = await fetch(
        "INSERT INTO reaction (thing, thing_id, kind, person_id, created_at) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (thing, thing_id, kind, person_id) DO NOTHING RETURNING id",
        *values,
        clock.now(),
    )
    return bool(rows)


async def own(thing: Thing, ids: Collection[int], *, viewer: Viewer) -> dict[int, set[ReactionKind]]:
    """What the viewer said without words to each that its caller found."""
    found: dict[int, set[ReactionKind]] = {}
    if ids and viewer.person_id is not None:
        sql = f"SELECT thing_id, kind FROM reaction WHERE thing=$1 AND person_id=$2 AND thing_id IN ({listed(ids)})"
        for row in await fetch(sql, thing.value, viewer.person_id):
            found.setdefault(row["thing_id"], set()).add(ReactionKind(row["kind"]))
    return found
