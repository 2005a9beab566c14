"""Putting a proposal: what is like it first, then a post of the council hall, then support is sought."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

from forum import posts
from forum.deliberation import households
from forum.deliberation.found import Standing, of_post, visible_proposal
from forum.deliberation.moving import move
from forum.deliberation.stages import OPEN, SUPPORT, TOPIC, WITHDRAWN
from forum.posted import with_key
from forum.posts import NewPost, Published
from forum.states import SHOWN_SQL, STATES
from models import clock
from models.board import BoardName
from models.counters import next_value
from models.errors import Invalid, NotFound, TooMany, WrongState
from models.post import PostState, Thing
from models.proposal import ProposalStage
from models.rules import rules
from models.transaction import execute, fetch, fetch_one
from nlp.similar import similar as alike
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

ALIKE = 0.3
"""From so alike words on two proposals may be about the same."""
OFFERED, LOOKED_AT = 5, 300
_OPEN_SQL = ", ".join(f"'{one.value}'" for one in OPEN)


@dataclass(frozen=True, slots=True)
class NewProposal:
    """What somebody proposes; ``is_topic_only``: talked over first, support is not sought yet. The rest as with a
    post."""

    text: str
    title: str = ""
    photos: tuple[str, ...] = ()
    is_topic_only: bool = False
    key: str = ""
    draft_seq: int | None = None
    draft_slot: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What came of it: the post, and the proposal it is."""

    post: Published
    proposal: Standing


@dataclass(frozen=True, slots=True)
class Alike:
    """A proposal that may be about the same."""

    id: int
    number: str
    title: str
    stage: ProposalStage
    support_count: int
    support_needed: int


_OTHERS = (
    "SELECT r.id, r.number, r.stage, r.support_count, r.support_needed, p.title, p.text FROM proposal r"
    f" JOIN post p ON p.id=r.post_id WHERE r.place_id=$1 AND r.stage<>'withdrawn' AND p.state IN ({SHOWN_SQL})"
    " ORDER BY r.id DESC LIMIT $2"
)


async def similar(text: str, *, viewer: Viewer, place_id: int, title: str = "") -> list[Alike]:
    """相似的提案: those of the same neighbourhood whose words are alike, the likest first; also what was decided."""
    must_see(viewer, "proposal.read", place_id, thing="place")
    rows = await fetch(_OTHERS, place_id, LOOKED_AT)
    wanted = f"{title} {text[:500]}".strip()
    likes = await asyncio.to_thread(lambda: [_likeness(wanted, row["title"], row["text"]) for row in rows])
    best = sorted((pair for pair in zip(likes, rows, strict=True) if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [
        Alike(
            *(row["id"], row["number"], row["title"]),
            ProposalStage(row["stage"]),
            *(row["support_count"], row["support_needed"]),
        )
        for _, row in best[:OFFERED]
    ]


def _likeness(wanted: str, title: str, text: str) -> float:
    return max(alike(wanted, title), alike(wanted, f"{title} {text[:500]}"))


async def begin(new: NewProposal, *, by: Viewer, place_id: int) -> Put:
    """提议题: post it in the council hall, and seek support at once unless something else is wanted, it is held, or
    nobody could give any yet."""
    allow(by, "proposal.begin", place_id)
    if not new.key or await with_key(Thing.POST, new.key, by=by) is None:
        await _must_not_be_many(by, place_id)

    async def along(post_id: int) -> None:
        await _write(post_id, by=by, place_id=place_id)

    post = NewPost(
        BoardName.DELIBERATION.value,
        new.text,
        title=new.title,
        photos=new.photos,
        key=new.key,
        draft_seq=new.draft_seq,
        draft_slot=new.draft_slot,
        lines=new.lines,
    )
    published = await posts.publish(post, by=by, place_id=place_id, along=along)
    found = await of_post(published.id)
    if found is None:
        raise NotFound("proposal.not_found")
    if new.is_topic_only or published.is_repeat or published.state is not PostState.PUBLISHED:
        return Put(published, found)
    if not await households.verified(place_id):
        return Put(published, found)
    return Put(published, await put(found.id, by=by))


async def _must_not_be_many(by: Viewer, place_id: int) -> None:
    row = await fetch_one(
        "SELECT count(*) AS n FROM proposal WHERE author_id=$1 AND place_id=$2 AND stage IN ('topic','support')",
        by.person_id,
        place_id,
    )
    most = rules().deliberation.most_open
    if row is not None and row["n"] >= most:
        raise TooMany("proposal.too_many_open", most=most)


async def _write(post_id: int, *, by: Viewer, place_id: int) -> None:
    number, now = f"P-{await next_value('proposal'):04}", clock.now()
    await _must_not_be_many(by, place_id)  # Once more: nobody else draws a number until our commit.
    row = await fetch_one(
        "INSERT INTO proposal (created_at, post_id, place_id, number, author_id, stage, stage_at, households,"
        " support_needed, support_count, answer, text_number, reason, told_step_id, told_to, version)"
        " VALUES ($1,$2,$3,$4,$5,$6,$1,0,0,0,'',0,'',0,0,1) RETURNING id",
        *(now, post_id, place_id, number, by.person_id, TOPIC.value),
    )
    assert row is not None
    await execute(
        "INSERT INTO proposal_step (created_at, proposal_id, place_id, stage, verb, by_id, reason, is_public)"
        " VALUES ($1,$2,$3,$4,'proposal.begin',$5,'',$6)",
        *(now, row["id"], place_id, TOPIC.value, by.person_id, True),
    )
    await record(by, "proposal.begin", subject="proposal", subject_id=row["id"], place_id=place_id)


async def put(proposal_id: int, *, by: Viewer, seen_version: int | None = None) -> Standing:
    """提交附议: copy how many households there are, and how many of them must support it, and seek support."""
    found, post = await visible_proposal(proposal_id, by)
    if not STATES[post.state].is_shown:
        raise WrongState("proposal.not_shown", number=found.number)
    count = await households.verified(found.place_id)
    if count == 0:
        raise Invalid("proposal.no_households")
    return await move(
        proposal_id, SUPPORT, by=by, seen_version=seen_version, households=count, support_needed=needed_of(count)
    )


def needed_of(count: int) -> int:
    """How many of so many households must support a proposal."""
    deliberation = rules().deliberation
    share = math.ceil(count * deliberation.support_percent / 100)
    return min(count, max(share, deliberation.support_least))


async def withdraw(proposal_id: int, *, by: Viewer, reason: str = "", seen_version: int | None = None) -> Standing:
    """撤回: one's own proposal, until it is talked over; it stays to be read."""
    await visible_proposal(proposal_id, by)
    return await move(proposal_id, WITHDRAWN, by=by, reason=reason, seen_version=seen_version)
