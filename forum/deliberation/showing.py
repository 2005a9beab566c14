"""One proposal as a viewer may read it: where it stands, its history, its words by version, amendments and votes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.deliberation import conditions, households
from forum.deliberation.amendments import AmendmentLine, amendments
from forum.deliberation.found import Standing, has_author, of_post, visible_proposal
from forum.deliberation.stages import AMENDED, Move, Mover, moves_from
from forum.deliberation.words import verb_name
from forum.sight import Found
from forum.states import STATES
from models import clock
from models.ballot import VoteState
from models.errors import NotFound
from models.person import RoleName
from models.proposal import ProposalStage
from models.transaction import Row, fetch, fetch_one, moment
from models.wording import say, say_refusal
from people import shown
from people.permissions import may
from people.shown import Shown
from people.viewers import Viewer, ViewerKind


@dataclass(frozen=True, slots=True)
class StepLine:
    """A line of the history: ``who`` is an office, a shown name, or the rules themselves."""

    id: int
    at: dt.datetime
    from_stage: ProposalStage | None
    stage: ProposalStage
    verb: str
    who: str
    reason: str

    @property
    def name(self) -> str:
        """What was done, in words."""
        return verb_name(self.verb)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """The words as they were frozen."""

    number: int
    title: str
    text: str
    hash: str
    at: dt.datetime
    amendment_id: int | None


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote on it, as everybody sees it; drafts are for staff."""

    id: int
    title: str
    state: VoteState
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Waits:
    """A verb that the viewer may do, but not yet, and what is missing, in words."""

    verb: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """Everything a viewer may read of a proposal, and what they may do with it now; ``waits``: what they may do once
    something else has happened; ``needs_home``: they could support it, had they a home there that is known."""

    standing: Standing
    post: Found
    author: Shown | None
    answer: str
    answered_at: dt.datetime | None
    reason: str
    steps: tuple[StepLine, ...]
    versions: tuple[VersionLine, ...]
    amendments: tuple[AmendmentLine, ...]
    votes: tuple[VoteLine, ...]
    supports: bool
    household_supports: bool
    may_support: bool
    needs_home: bool
    may_amend: bool
    is_author: bool
    moves: tuple[Move, ...]
    waits: tuple[Waits, ...]
    may_answer: bool
    may_draft_vote: bool

    @property
    def percent(self) -> int:
        """How many of a hundred verified households support it."""
        one = self.standing
        return 100 * one.support_count // one.households if one.households else 0

    @property
    def open_amendments(self) -> int:
        """How many wait for the author."""
        return sum(one.is_waiting for one in self.amendments)


async def card_of_post(post_id: int, *, viewer: Viewer) -> ProposalCard | None:
    """The proposal that a post is, for whoever sees the post; None where it is none."""
    found = await of_post(post_id)
    return await card(found.id, viewer=viewer) if found else None


async def card(proposal_id: int, *, viewer: Viewer) -> ProposalCard:
    """看提案."""
    found, post = await visible_proposal(proposal_id, viewer)
    row = await fetch_one("SELECT answer, answered_at, reason FROM proposal WHERE id=$1", proposal_id)
    if row is None:
        raise NotFound("proposal.not_found")
    people = await shown.shown([found.author_id], viewer=viewer, place_id=found.place_id)
    is_shown = STATES[post.state].is_shown
    by_me, by_us, has_home = await _support(found, viewer)
    may_support = is_shown and takes_support(found) and may(viewer, "proposal.support", found.place_id)
    is_amended = found.stage in AMENDED and await has_author(found)
    moves, waits = await _next(found, viewer) if is_shown else ((), ())
    return ProposalCard(
        standing=found,
        post=post,
        author=people.get(found.author_id),
        answer=row["answer"],
        answered_at=moment(row["answered_at"]) if row["answered_at"] else None,
        reason=row["reason"],
        steps=await history(found, viewer=viewer),
        versions=await versions(found),
        amendments=await amendments(found, viewer=viewer, is_amended=is_amended),
        votes=await _votes(found, viewer=viewer),
        supports=by_me,
        household_supports=by_us,
        may_support=may_support and has_home,
        needs_home=may_support and not has_home,
        may_amend=is_shown and is_amended and may(viewer, "proposal.amend", found.place_id),
        is_author=viewer.person_id is not None and viewer.person_id == found.author_id,
        moves=moves,
        waits=waits,
        may_answer=is_shown
        and found.stage is ProposalStage.SCREENING
        and found.answered_at is None
        and may(viewer, "proposal.answer", found.place_id),
        may_draft_vote=is_shown
        and any(one.verb == "proposal.vote" for one in moves_from(found.stage))
        and may(viewer, "vote.draft", found.place_id),
    )


def takes_support(found: Standing) -> bool:
    """Whether one may support it now, whatever the jobs have done or not."""
    return found.stage is ProposalStage.SUPPORT and (found.due_at is None or found.due_at > clock.now())


async def _next(found: Standing, viewer: Viewer) -> tuple[tuple[Move, ...], tuple[Waits, ...]]:
    """What the viewer may do now, and what has to wait; asked again when it is done. A vote is begun by opening it."""
    moves, waits = list[Move](), list[Waits]()
    for one in moves_from(found.stage):
        if one.verb == "proposal.vote" or not _may(one, found, viewer):
            continue
        if (refusal := await conditions.unmet(one.conditions, found)) is None:
            moves.append(one)
        else:
            waits.append(Waits(one.verb, say_refusal(refusal)))
    return tuple(moves), tuple(waits)


def _may(move: Move, found: Standing, viewer: Viewer) -> bool:
    """Whether the viewer is named by the table."""
    if move.mover is Mover.SYSTEM or viewer.kind is ViewerKind.SYSTEM:
        return False
    if move.mover is Mover.AUTHOR and viewer.person_id != found.author_id:
        return False
    return may(viewer, move.verb, found.place_id)


async def _support(found: Standing, viewer: Viewer) -> tuple[bool, bool, bool]:
    """Whether the viewer supports it, whether somebody of their household does, and whether they have one."""
    if viewer.person_id is None:
        return False, False, False
    household = await households.household_of(viewer.person_id, found.place_id) or ""
    rows = await fetch(
        "SELECT person_id FROM proposal_support WHERE proposal_id=$1 AND (person_id=$2 OR household=$3)",
        *(found.id, viewer.person_id, household),
    )
    return any(row["person_id"] == viewer.person_id for row in rows), bool(rows), bool(household)


async def history(found: Standing, *, viewer: Viewer) -> tuple[StepLine, ...]:
    """公开的经过: every step, the oldest first: when, by whom, and why. Of a proposal its caller found."""
    rows = await fetch("SELECT * FROM proposal_step WHERE proposal_id=$1 AND is_public ORDER BY id", found.id)
    ids = {row["by_id"] for row in rows if row["by_id"] is not None and row["as_role"] is None}
    people = await shown.shown(ids, viewer=viewer, place_id=found.place_id)
    return tuple(
        StepLine(
            id=row["id"],
            at=moment(row["created_at"]),
            from_stage=ProposalStage(row["from_stage"]) if row["from_stage"] else None,
            stage=ProposalStage(row["stage"]),
            verb=row["verb"],
            who=_who(row, people.get(row["by_id"])),
            reason=row["reason"],
        )
        for row in rows
    )


def _who(row: Row, person: Shown | None) -> str:
    if row["by_id"] is None:
        return say("proposal.by_itself")
    if row["as_role"] is not None:
        return say(f"staff.role.{RoleName(row['as_role']).value}")
    return person.words if person else say("proposal.author")


async def versions(found: Standing) -> tuple[VersionLine, ...]:
    """文字的各版. Of a proposal its caller found."""
    rows = await fetch("SELECT * FROM proposal_version WHERE proposal_id=$1 ORDER BY number", found.id)
    return tuple(
        VersionLine(
            *(row["number"], row["title"], row["text"], row["hash"], moment(row["frozen_at"]), row["amendment_id"])
        )
        for row in rows
    )


async def _votes(found: Standing, *, viewer: Viewer) -> tuple[VoteLine, ...]:
    drafts = "" if may(viewer, "vote.draft", found.place_id) else " AND state<>'draft'"
    rows = await fetch(
        f"SELECT id, title, state, closes_at FROM vote WHERE post_id=$1 AND place_id=$2{drafts} ORDER BY id",
        *(found.post_id, found.place_id),
    )
    return tuple(VoteLine(row["id"], row["title"], VoteState(row["state"]), moment(row["closes_at"])) for row in rows)
