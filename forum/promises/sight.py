"""The proposal on which something after a decision stands: who sees its post sees that too, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from forum.deliberation.found import visible_proposal
from forum.sight import Found
from models.errors import WrongState
from models.proposal import ProposalStage
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal as what came of it needs it."""

    id: int
    number: str
    stage: ProposalStage
    post: Found

    @property
    def place_id(self) -> int:
        """The neighbourhood it belongs to."""
        return self.post.place_id


async def decided(proposal_id: int, viewer: Viewer) -> Decided:
    """A proposal, or NotFound for whoever may not see its post."""
    found, post = await visible_proposal(proposal_id, viewer)
    return Decided(found.id, found.number, found.stage, post)


def must_stand(found: Decided, *stages: ProposalStage) -> None:
    """Refuse what belongs to another stage than the proposal is in."""
    if found.stage not in stages:
        raise WrongState("proposal.wrong_stage", state=found.stage.value)
