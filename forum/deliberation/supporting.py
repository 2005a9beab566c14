"""Supporting a proposal: one household once, by the database; as many as must let it go on, exactly once."""

from __future__ import annotations

from forum import posted
from forum.deliberation import freezing, households
from forum.deliberation.found import Standing, held, standing, visible_proposal
from forum.deliberation.moving import move
from forum.deliberation.stages import SCREENING, SUPPORT
from forum.states import STATES
from models import clock
from models.errors import NotAllowed, Taken, WrongState
from models.transaction import fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import SYSTEM, Viewer

_INSERT = (
    "INSERT INTO proposal_support (created_at, proposal_id, place_id, household, person_id) VALUES ($1,$2,$3,$4,$5)"
    " ON CONFLICT DO NOTHING RETURNING id"
)


async def support(proposal_id: int, *, by: Viewer) -> Standing:
    """附议: for one's household, once; whoever does hears of everything that comes after. Gives how it stands now.

    Under the proposal's row, one after the other: the one that makes it enough moves it, and nobody else does.
    """
    found, post = await visible_proposal(proposal_id, by)
    allow(by, "proposal.support", found.place_id)
    household = await households.household_of(by.person_id, found.place_id)
    if household is None:
        raise NotAllowed("proposal.no_household")
    if not STATES[post.state].is_shown:
        raise WrongState("proposal.not_shown", number=found.number)
    async with transaction():
        now_held = await _must_be_sought(proposal_id)
        if now_held.text_number == 0:
            await freezing.freeze(proposal_id, post_id=found.post_id, number=1)
        row = await fetch_one(_INSERT, clock.now(), proposal_id, found.place_id, household, by.person_id)
        if row is None:
            raise Taken("proposal.supported_already", number=found.number)
        await posted.follow_if_new(found.post_id, by=by)
        await record(by, "proposal.support", subject="proposal", subject_id=proposal_id, place_id=found.place_id)
        if now_held.support_count + 1 >= now_held.support_needed:
            await move(proposal_id, SCREENING, by=SYSTEM)
    return await standing(proposal_id)


async def take_back(proposal_id: int, *, by: Viewer) -> Standing:
    """收回附议: while support is sought; somebody else of the household may then give it."""
    found, _ = await visible_proposal(proposal_id, by)
    allow(by, "proposal.take_back", found.place_id)
    async with transaction():
        await _must_be_sought(proposal_id)
        sql = "DELETE FROM proposal_support WHERE proposal_id=$1 AND person_id=$2 RETURNING id"
        if await fetch_one(sql, proposal_id, by.person_id) is None:
            raise WrongState("proposal.not_supported", number=found.number)
        await record(by, "proposal.take_back", subject="proposal", subject_id=proposal_id, place_id=found.place_id)
    return await standing(proposal_id)


async def _must_be_sought(proposal_id: int) -> Standing:
    """Whatever the jobs have done or not, nothing is given or taken back after the time is over."""
    proposal = await held(proposal_id)
    is_over = proposal.due_at is not None and proposal.due_at <= clock.now()
    if proposal.stage is not SUPPORT or is_over:
        raise WrongState("proposal.support_over", number=proposal.number)
    return proposal
