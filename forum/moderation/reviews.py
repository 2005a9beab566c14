"""The one queue of what somebody should look at: reported by neighbours or held by a list; one row for each thing.

Whoever claims one has it for some minutes; a decision carries the version it saw. What comes for something that was
settled opens the same row again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import signals
from forum import board_list, responses
from forum.moderation import approval, keepers
from forum.moderation.house import house
from forum.moderation.reasons import MOST_NOTE
from forum.states import Standing, move
from models import clock
from models.board import BoardName
from models.errors import NotAllowed, NotFound, Taken
from models.moderation import ReviewState
from models.post import PostState, Thing
from models.transaction import Row, execute, fetch, fetch_one, listed, moment, transaction
from people import shown
from people.audit import record
from people.permissions import may_on
from people.scope import must_see, places_for
from people.shown import Shown
from people.viewers import Viewer

PAGE = 100


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """Something to look at as the queue shows it; ``rules`` are those it was reported by, the most named first."""

    id: int
    place_id: int
    board: BoardName
    thing: Thing
    thing_id: int
    post_id: int
    state: ReviewState
    thing_state: PostState
    thing_version: int
    title: str
    text: str
    author: Shown | None
    author_id: int
    found: str
    flags: int
    was_seen: bool
    rules: tuple[str, ...]
    since: dt.datetime
    claimed_by_id: int | None
    claimed_by: str
    outcome: str
    version: int

    @property
    def standing(self) -> Standing:
        """What a verb on the thing is guarded by."""
        return Standing(self.thing, self.thing_id, self.thing_state, self.thing_version)


_OPEN = (
    "INSERT INTO review (created_at, place_id, board, thing, thing_id, post_id, author_id, state, since, found, flags,"
    " outcome, version, was_seen) VALUES ($1,$2,$3,$4,$5,$6,$7,'open',$1,$8,0,'',1,$9) ON CONFLICT (thing, thing_id)"
    " DO UPDATE SET was_seen=(review.was_seen OR excluded.was_seen),"
    " since=CASE WHEN review.state='open' THEN review.since ELSE excluded.since END,"
    " flags=CASE WHEN review.state='open' THEN review.flags ELSE 0 END, state='open', board=excluded.board,"
    " found=CASE WHEN excluded.found='' THEN review.found ELSE excluded.found END,"
    " claimed_by_id=CASE WHEN review.state='open' THEN review.claimed_by_id ELSE NULL END,"
    " reminded_at=CASE WHEN review.state='open' THEN review.reminded_at ELSE NULL END,"
    " settled_by_id=NULL, settled_at=NULL, outcome='', version=review.version+1 RETURNING id"
)


async def open_for(
    thing: Thing,
    thing_id: int,
    *,
    place_id: int,
    board: BoardName,
    post_id: int,
    author_id: int,
    was_seen: bool,
    found: str = "",
) -> int:
    """Put something before whoever looks after a board, in the transaction of what asks for it; gives the review.
    ``was_seen``: neighbours see it, or did until now."""
    named = place_id, board.value, thing.value, thing_id, post_id, author_id
    row = await fetch_one(_OPEN, clock.now(), *named, found[:MOST_NOTE], was_seen)
    assert row is not None
    signals.publish(signals.desk_topic(place_id))
    return row["id"]


_LINES = (
    "SELECT v.*, p.is_private, CASE WHEN v.thing='post' THEN p.state ELSE r.state END AS thing_state, p.title,"
    " CASE WHEN v.thing='post' THEN p.version ELSE r.version END AS thing_version,"
    " CASE WHEN v.thing='post' THEN p.text ELSE r.text END AS text, c.shown_name AS claimer FROM review v"
    " JOIN post p ON p.id=v.post_id LEFT JOIN reply r ON v.thing='reply' AND r.id=v.thing_id"
    " LEFT JOIN person c ON c.id=v.claimed_by_id WHERE NOT p.is_private AND"
)


async def queue(*, viewer: Viewer, place_id: int) -> list[ReviewLine]:
    """待审: what waits on the boards the viewer looks after, the oldest first."""
    must_see(viewer, "post.review", place_id, thing="place")
    mine = keepers.boards_sql(viewer, "post.review", place_id)
    where = f"v.place_id=$1 AND v.state='open' AND v.board IN ({mine})"
    rows = await fetch(f"{_LINES} {where} ORDER BY v.since, v.id LIMIT {PAGE}", place_id)
    return await _read(rows, viewer)


async def waiting(*, viewer: Viewer, place_id: int) -> int:
    """How many wait on the boards the viewer looks after."""
    if place_id not in (places_for(viewer, "post.review") or frozenset()):
        return 0
    rows = await fetch(
        "SELECT board, count(*) AS waiting FROM review WHERE place_id=$1 AND state='open' GROUP BY board", place_id
    )
    return sum(row["waiting"] for row in rows if may_on(viewer, "post.review", place_id, board=row["board"]))


async def review(review_id: int, *, viewer: Viewer) -> ReviewLine:
    """一条待审: NotFound for whoever does not look after its board."""
    row = await fetch_one(f"{_LINES} v.id=$1", review_id)
    lines = await _read([row] if row else [], viewer)
    if not lines:
        raise NotFound("moderation.not_found")
    return lines[0]


async def _read(rows: list[Row], viewer: Viewer) -> list[ReviewLine]:
    mine = [row for row in rows if may_on(viewer, "post.review", row["place_id"], board=row["board"])]
    if not mine:
        return []
    people = await shown.shown([row["author_id"] for row in mine], viewer=viewer, place_id=mine[0]["place_id"])
    rules = await _rules([row["id"] for row in mine])
    return [_line(row, people.get(row["author_id"]), rules.get(row["id"], ())) for row in mine]


def _line(row: Row, author: Shown | None, rules: tuple[str, ...]) -> ReviewLine:
    return ReviewLine(
        id=row["id"],
        place_id=row["place_id"],
        board=BoardName(row["board"]),
        thing=Thing(row["thing"]),
        thing_id=row["thing_id"],
        post_id=row["post_id"],
        state=ReviewState(row["state"]),
        thing_state=PostState(row["thing_state"]),
        thing_version=row["thing_version"],
        title=row["title"],
        text=row["text"],
        author=author,
        author_id=row["author_id"],
        found=row["found"],
        flags=row["flags"],
        was_seen=bool(row["was_seen"]),
        rules=rules,
        since=moment(row["since"]),
        claimed_by_id=row["claimed_by_id"] if _is_claimed(row) else None,
        claimed_by=(row["claimer"] or "") if _is_claimed(row) else "",
        outcome=row["outcome"],
        version=row["version"],
    )


def _is_claimed(row: Row) -> bool:
    """Whether somebody has it in hand: a claim ends by itself."""
    held = dt.timedelta(minutes=house().claim_minutes)
    return row["claimed_at"] is not None and moment(row["claimed_at"]) > clock.now() - held


async def _rules(review_ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = await fetch(
        f"SELECT review_id, rule, count(*) AS said FROM flag WHERE review_id IN ({listed(review_ids)})"
        " GROUP BY review_id, rule ORDER BY count(*) DESC, rule"
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["review_id"], []).append(row["rule"])
    return {review_id: tuple(rules) for review_id, rules in found.items()}


async def claim(review_id: int, *, by: Viewer, seen_version: int | None = None) -> ReviewLine:
    """接手: say that one is looking at it; for some minutes nobody else decides. Taken where it changed since seen."""
    line = await for_verb(review_id, "review.claim", by=by)
    if seen_version is not None and seen_version != line.version:
        raise Taken("moderation.changed")
    async with transaction():
        until = clock.now() - dt.timedelta(minutes=house().claim_minutes)
        changed = await execute(
            "UPDATE review SET claimed_by_id=$1, claimed_at=$2, version=version+1 WHERE id=$3 AND state='open'"
            " AND (claimed_by_id IS NULL OR claimed_by_id=$1 OR claimed_at<=$4)",
            by.person_id,
            clock.now(),
            review_id,
            until,
        )
        if changed != 1:
            raise Taken("moderation.claimed")
        await _note_down("review.claim", line, by=by)
    return await review(review_id, viewer=by)


async def release(review_id: int, *, by: Viewer) -> None:
    """放回: leave it to others again."""
    line = await for_verb(review_id, "review.release", by=by)
    async with transaction():
        changed = await execute(
            "UPDATE review SET claimed_by_id=NULL, claimed_at=NULL, version=version+1 WHERE id=$1 AND claimed_by_id=$2",
            review_id,
            by.person_id,
        )
        if changed != 1:
            raise Taken("moderation.claimed")
        await _note_down("review.release", line, by=by)


async def dismiss(review_id: int, *, by: Viewer, seen_version: int) -> None:
    """没有问题: let it be; what was held is published, and its author hears of it."""
    line = await for_verb(review_id, "review.dismiss", by=by)
    async with transaction():
        if is_held := line.thing_state is PostState.HELD:
            await move(line.standing, "post.approve", **await _clock_of(line))
        await settle(review_id, outcome="dismissed", by=by, seen_version=seen_version)
        signals.publish(signals.thread_topic(line.post_id))
        await _note_down("review.dismiss", line, by=by)
        if is_held:
            await approval.tell(line.standing, post_id=line.post_id, was_seen=line.was_seen)
            await note_seen(line.thing, line.thing_id)


async def _clock_of(line: ReviewLine) -> dict[str, object]:
    """By when an answer is owed to what is seen for the first time: its time begins now, and not while it waited."""
    if line.thing is not Thing.POST or line.was_seen:
        return {}
    post = await fetch_one("SELECT due_at FROM post WHERE id=$1", line.thing_id)
    if post is None or post["due_at"] is None:
        return {}
    board = await board_list.as_set(line.board, place_id=line.place_id)
    return {"due_at": responses.due(board, since=clock.now())}


async def note_seen(thing: Thing, thing_id: int) -> bool:
    """Keep that neighbours see it now, in the caller's transaction; gives whether that is for the first time."""
    sql = "UPDATE review SET was_seen=$1 WHERE thing=$2 AND thing_id=$3 AND was_seen<>$1"
    return await execute(sql, True, thing.value, thing_id) == 1  # noqa: FBT003 - a value of the statement


async def settle(review_id: int, *, outcome: str, by: Viewer, seen_version: int | None) -> None:
    """Close a review with what was decided: Taken where it changed since it was seen, or somebody else has it."""
    closed = "state='settled', outcome=$5, settled_by_id=$2, settled_at=$4, claimed_by_id=NULL, claimed_at=NULL"
    await _change(review_id, closed, outcome, by=by, seen_version=seen_version)


async def keep_open(review_id: int, *, by: Viewer, seen_version: int | None) -> None:
    """Something was done that does not say what becomes of the thing: it waits on; refused as ``settle`` is."""
    await _change(review_id, "claimed_by_id=$2, claimed_at=$4", by=by, seen_version=seen_version)


async def _change(review_id: int, changes: str, *values: object, by: Viewer, seen_version: int | None) -> None:
    until = clock.now() - dt.timedelta(minutes=house().claim_minutes)
    seen = f" AND version={int(seen_version)}" if seen_version is not None else ""
    changed = await execute(
        f"UPDATE review SET {changes}, version=version+1 WHERE id=$1 AND state='open'"
        f" AND (claimed_by_id IS NULL OR claimed_by_id=$2 OR claimed_at<=$3){seen}",
        review_id,
        by.person_id,
        until,
        clock.now(),
        *values,
    )
    if changed != 1:
        raise Taken("moderation.changed")


async def for_verb(review_id: int, verb: str, *, by: Viewer) -> ReviewLine:
    """A review for a verb on its board; nobody looks after what they wrote themselves."""
    line = await review(review_id, viewer=by)
    if not may_on(by, verb, line.place_id, board=line.board.value):
        raise NotAllowed("not_allowed", verb=verb)
    if line.author_id == by.person_id:
        raise NotAllowed("moderation.own")
    if line.state is not ReviewState.OPEN:
        raise Taken("moderation.changed")
    return line


async def _note_down(verb: str, line: ReviewLine, *, by: Viewer) -> None:
    await record(by, verb, subject=line.thing.value, subject_id=line.thing_id, place_id=line.place_id)
    signals.publish(signals.desk_topic(line.place_id))
