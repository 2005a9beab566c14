"""What a proposal needs of meetings before it goes on: the published record of one held in the stage it stands in."""

from __future__ import annotations

from forum.deliberation.conditions import condition
from forum.deliberation.found import Standing
from models.errors import WrongState
from models.meeting import MeetingKind
from models.transaction import fetch_one

_ON_RECORD = (
    "SELECT 1 AS one FROM meeting WHERE proposal_id=$1 AND kind=$2 AND state='published' AND published_at>=$3 LIMIT 1"
)


@condition("hearing_on_record")
async def hearing_on_record(proposal: Standing) -> None:
    """The hearing was held, and everybody reads what came out."""
    await _must_be_on_record(proposal, MeetingKind.HEARING)


@condition("coordination_on_record")
async def coordination_on_record(proposal: Standing) -> None:
    """The sides were brought together, and everybody reads what came out."""
    await _must_be_on_record(proposal, MeetingKind.COORDINATION)


async def _must_be_on_record(proposal: Standing, kind: MeetingKind) -> None:
    """Of the stage it stands in now: the record of an earlier one does not count again."""
    if await fetch_one(_ON_RECORD, proposal.id, kind.value, proposal.stage_at) is None:
        raise WrongState(f"proposal.no_{kind.value}_record", number=proposal.number)
