"""The one way in which a proposal goes from one stage to another: may, can, change, step, audit, in one transaction.

Followers are told of the step by a job (``telling``): whatever moves a proposal need not think of them.
"""

from __future__ import annotations

import datetime as dt
import unicodedata

from casework.deadlines import add_working
from courier import signals
from forum.boards import kind_of
from forum.deliberation import conditions
from forum.deliberation.found import Standing, held, standing
from forum.deliberation.stages import STAGES, Due, Move, Mover, between
from forum.posts import office_of
from forum.words import one_line
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.proposal import ProposalStage
from models.rules import rules
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer, ViewerKind

MOST_REASON = 500


async def move(
    proposal_id: int,
    stage: ProposalStage,
    *,
    by: Viewer,
    reason: str = "",
    seen_version: int | None = None,
    **changes: object,
) -> Standing:
    """换阶段: let a proposal go on to a stage, for a reason everybody reads where the table asks for one.

    WrongState where the table has no such pair or a condition does not hold; Taken where somebody changed it since
    ``seen_version``, or meanwhile. The names of ``changes`` are further columns of the proposal, written in our own
    code only. Gives the proposal as it stands now.
    """
    proposal = await standing(proposal_id)
    found = between(proposal.stage, stage)
    if found is None:
        must_see(by, "proposal.read", proposal.place_id, thing="proposal")
        raise WrongState("proposal.move", state=proposal.stage.value, to=stage.value, number=proposal.number)
    may_move(found, proposal, by=by)
    said = _reason(reason)
    if found.needs_reason and not said:
        raise Invalid("proposal.reason_missing")
    async with transaction():
        now_held = await held(proposal_id)
        if now_held.stage is not proposal.stage or (seen_version or now_held.version) != now_held.version:
            raise Taken("proposal.changed", number=proposal.number)
        await conditions.must_hold(found.conditions, now_held)
        await _change(now_held, found, reason=said, changes=changes)
        await conditions.take_effect(found.effects, now_held)
        await note(now_held, found.verb, by=by, reason=said, stage=found.enters)
    return await standing(proposal_id)


def may_move(found: Move, proposal: Standing, *, by: Viewer) -> None:
    """Refuse whoever the table does not name for a move."""
    must_see(by, "proposal.read", proposal.place_id, thing="proposal")
    if found.mover is Mover.SYSTEM and by.kind is not ViewerKind.SYSTEM:
        raise NotAllowed("proposal.by_itself", verb=found.verb)
    allow(by, found.verb, proposal.place_id)
    if found.mover is Mover.AUTHOR and by.person_id != proposal.author_id:
        raise NotAllowed("proposal.not_yours", verb=found.verb)


def reason_or_refused(typed: str) -> str:
    """A reason that everybody reads; Invalid where there is none, or too much."""
    if not (said := _reason(typed)):
        raise Invalid("proposal.reason_missing")
    return said


def _reason(typed: str) -> str:
    """On one line; what nobody can see is no reason."""
    said = one_line(typed)
    if all(unicodedata.category(one)[0] in "CZ" for one in said):
        return ""
    if len(said) > MOST_REASON:
        raise Invalid("proposal.reason_too_long", most=MOST_REASON)
    return said


def due_at(stage: ProposalStage) -> dt.datetime | None:
    """By when a stage that begins now is to be over."""
    due = STAGES[stage].due
    if due is Due.NONE:
        return None
    return add_working(clock.now(), days=getattr(rules().deliberation, due.value))


async def _change(proposal: Standing, found: Move, *, reason: str, changes: dict[str, object]) -> None:
    now, kept = clock.now(), reason if not STAGES[found.enters].is_open else ""
    columns = "".join(f", {name}=${at}" for at, name in enumerate(changes, start=8))
    row = await fetch_one(
        f"UPDATE proposal SET stage=$1, stage_at=$2, due_at=$3, reason=$4, reminded_at=NULL, version=version+1{columns}"
        " WHERE id=$5 AND stage=$6 AND version=$7 RETURNING id",
        *(found.enters.value, now, due_at(found.enters), kept),
        *(proposal.id, proposal.stage.value, proposal.version),
        *changes.values(),
    )
    if row is None:
        raise Taken("proposal.changed", number=proposal.number)


async def note(
    proposal: Standing, verb: str, *, by: Viewer, reason: str = "", stage: ProposalStage | None = None
) -> None:
    """Write down what happened to a proposal, which is never changed again, in the transaction of the change;
    ``stage``: which it entered, where it entered one. Its followers are told of it."""
    role = office_of(by, kind_of(BoardName.DELIBERATION), proposal.place_id)
    is_author = by.person_id == proposal.author_id
    await execute(
        "INSERT INTO proposal_step (created_at, proposal_id, place_id, from_stage, stage, verb, by_id, as_role, reason,"
        " is_public) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        *(clock.now(), proposal.id, proposal.place_id, proposal.stage.value, (stage or proposal.stage).value, verb),
        *(by.person_id, role.value if role and not is_author else None, reason, True),
    )
    await record(by, verb, subject="proposal", subject_id=proposal.id, place_id=proposal.place_id)
    signals.publish(signals.thread_topic(proposal.post_id))
