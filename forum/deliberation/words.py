"""What stages and steps of proposals are called where people read them."""

from __future__ import annotations

from models.proposal import ProposalStage
from models.transaction import Row
from models.wording import knows, say


def stage_name(stage: ProposalStage) -> str:
    """What a stage is called."""
    return say(f"proposal.stage.{stage.value}")


def verb_name(verb: str) -> str:
    """What a verb of the table is called; by its permission where it has no shorter name."""
    short = f"proposal.do.{verb.partition('.')[2]}"
    return say(short) if knows(short) else say(f"permission.{verb}")


def step_in_words(step: Row) -> str:
    """A step as a line, with its reason."""
    name, stage = verb_name(step["verb"]), stage_name(ProposalStage(step["stage"]))
    moved = step["from_stage"] is not None and step["from_stage"] != step["stage"] and name != stage
    said = say("proposal.step.moved", verb=name, stage=stage) if moved else name
    return say("proposal.step.reason", step=said, reason=step["reason"]) if step["reason"] else said
