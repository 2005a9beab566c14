"""Where a proposal may stand, which verb leads from where to where, who may do it, and what it needs: one table.

``MOVES`` is read from the top: a proposal goes down it, or ends. A pair of stages that is not here is refused, whatever
door it comes through. ``moving.move`` does them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.errors import WrongState
from models.proposal import ProposalStage

S = ProposalStage
TOPIC, SUPPORT, SCREENING, DISCUSSION = S.TOPIC, S.SUPPORT, S.SCREENING, S.DISCUSSION
HEARING, COORDINATION, VOTE, PUBLICATION = S.HEARING, S.COORDINATION, S.VOTE, S.PUBLICATION
COVENANT, PROJECT, CARRYING_OUT = S.COVENANT, S.PROJECT, S.CARRYING_OUT
APPRAISAL, DONE = S.APPRAISAL, S.DONE
NOT_TAKEN, WITHDRAWN, LAPSED = S.NOT_TAKEN, S.WITHDRAWN, S.LAPSED


class Due(StrEnum):
    """By when a stage is to be over: a number of working days in ``[deliberation]`` of community/rules.toml. ``NONE``
    where it is over by itself, or what belongs to it has days of its own: a vote, milestones, an appraisal."""

    NONE = "none"
    SUPPORT = "support_days"
    ANSWER = "answer_days"
    DISCUSSION = "discussion_days"
    FOLLOWING = "following_days"
    PUBLICATION = "publication_days"


class Mover(StrEnum):
    """Who does a verb: whoever holds a role with its permission, the author of the proposal, or the system alone."""

    ROLE = "role"
    AUTHOR = "author"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class StageFacts:
    """``due``: by when it is to be over. ``is_open``: it can still go on. ``waits_for_staff``: staff must do something
    next. ``bar``: which place of the bar of stages it stands at, from 1; 0 for an end that is not on it.
    ``takes_amendments``: other words may still be put."""

    due: Due = Due.NONE
    is_open: bool = True
    waits_for_staff: bool = False
    bar: int = 0
    takes_amendments: bool = False


STAGES: Mapping[ProposalStage, StageFacts] = MappingProxyType(
    {
        TOPIC: StageFacts(bar=1, takes_amendments=True),
        SUPPORT: StageFacts(due=Due.SUPPORT, bar=2, takes_amendments=True),
        SCREENING: StageFacts(due=Due.ANSWER, waits_for_staff=True, bar=3, takes_amendments=True),
        DISCUSSION: StageFacts(due=Due.DISCUSSION, waits_for_staff=True, bar=4, takes_amendments=True),
        HEARING: StageFacts(due=Due.DISCUSSION, waits_for_staff=True, bar=5, takes_amendments=True),
        COORDINATION: StageFacts(due=Due.DISCUSSION, waits_for_staff=True, bar=5, takes_amendments=True),
        VOTE: StageFacts(bar=6),
        PUBLICATION: StageFacts(due=Due.PUBLICATION, waits_for_staff=True, bar=7),
        COVENANT: StageFacts(due=Due.FOLLOWING, waits_for_staff=True, bar=8),
        PROJECT: StageFacts(due=Due.FOLLOWING, waits_for_staff=True, bar=8),
        CARRYING_OUT: StageFacts(waits_for_staff=True, bar=9),
        APPRAISAL: StageFacts(waits_for_staff=True, bar=10),
        DONE: StageFacts(is_open=False, bar=11),
        NOT_TAKEN: StageFacts(is_open=False),
        WITHDRAWN: StageFacts(is_open=False),
        LAPSED: StageFacts(is_open=False),
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """A verb between two stages. ``needs_reason``: everybody reads why. ``conditions`` are names under which modules of
    this package say what must hold (``conditions.condition``); one that nobody says anything of is never met.
    ``effects`` are names of what is written with the move, whoever makes it (``conditions.effect``)."""

    verb: str
    leaves: ProposalStage
    enters: ProposalStage
    mover: Mover = Mover.ROLE
    needs_reason: bool = False
    conditions: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


_CLOSED = ("publication_closed",)
MOVES: tuple[Move, ...] = (
    # 提交附议, 附议达到人数
    Move("proposal.put", TOPIC, SUPPORT, Mover.AUTHOR),
    Move("proposal.reach", SUPPORT, SCREENING, Mover.SYSTEM, conditions=("support_reached",)),
    # 进入讨论, 开听证会, 开协调会, 继续讨论
    Move("proposal.select", SCREENING, DISCUSSION, needs_reason=True),
    Move("proposal.hear", DISCUSSION, HEARING),
    Move("proposal.coordinate", DISCUSSION, COORDINATION),
    Move("proposal.coordinate", HEARING, COORDINATION, conditions=("hearing_on_record",)),
    Move("proposal.hear", COORDINATION, HEARING, conditions=("coordination_on_record",)),
    Move("proposal.discuss", HEARING, DISCUSSION, needs_reason=True, conditions=("hearing_on_record",)),
    Move("proposal.discuss", COORDINATION, DISCUSSION, needs_reason=True, conditions=("coordination_on_record",)),
    # 开始表决, 表决通过, 表决没有通过, 表决作废
    Move("proposal.vote", DISCUSSION, VOTE, conditions=("vote_open",)),
    Move("proposal.vote", HEARING, VOTE, conditions=("hearing_on_record", "vote_open")),
    Move("proposal.vote", COORDINATION, VOTE, conditions=("coordination_on_record", "vote_open")),
    Move("proposal.pass", VOTE, PUBLICATION, Mover.SYSTEM, needs_reason=True, conditions=("vote_passed",)),
    Move("proposal.fail", VOTE, NOT_TAKEN, Mover.SYSTEM, needs_reason=True, conditions=("vote_failed",)),
    Move("proposal.revert", VOTE, DISCUSSION, Mover.SYSTEM, needs_reason=True, conditions=("vote_void",)),
    # 公示期满: 成为公约, 立项; 公示中有异议成立, 重新讨论
    Move("proposal.make_covenant", PUBLICATION, COVENANT, conditions=("published_as_covenant",), effects=_CLOSED),
    Move("proposal.make_project", PUBLICATION, PROJECT, conditions=("published_as_project",), effects=_CLOSED),
    Move(
        "proposal.reconsider",
        PUBLICATION,
        DISCUSSION,
        needs_reason=True,
        conditions=("objections_answered",),
        effects=_CLOSED,
    ),
    # 开始实施, 开始评议, 办结
    Move("proposal.carry_out", COVENANT, CARRYING_OUT, conditions=("covenant_published",)),
    Move("proposal.carry_out", PROJECT, CARRYING_OUT, conditions=("project_started",)),
    Move("proposal.appraise", CARRYING_OUT, APPRAISAL, conditions=("carried_out",)),
    Move("proposal.finish", APPRAISAL, DONE, needs_reason=True, conditions=("appraised",)),
    # 不采纳
    Move("proposal.refuse", SCREENING, NOT_TAKEN, needs_reason=True),
    Move("proposal.refuse", DISCUSSION, NOT_TAKEN, needs_reason=True),
    Move("proposal.refuse", HEARING, NOT_TAKEN, needs_reason=True, conditions=("hearing_on_record",)),
    Move("proposal.refuse", COORDINATION, NOT_TAKEN, needs_reason=True, conditions=("coordination_on_record",)),
    # 撤回, 附议没有达到人数
    Move("proposal.withdraw", TOPIC, WITHDRAWN, Mover.AUTHOR),
    Move("proposal.withdraw", SUPPORT, WITHDRAWN, Mover.AUTHOR),
    Move("proposal.withdraw", SCREENING, WITHDRAWN, Mover.AUTHOR),
    Move("proposal.lapse", SUPPORT, LAPSED, Mover.SYSTEM, conditions=("support_overdue",)),
)

_BY_PAIR: Mapping[tuple[ProposalStage, ProposalStage], Move] = MappingProxyType(
    {(one.leaves, one.enters): one for one in MOVES}
)
_BY_VERB: Mapping[tuple[ProposalStage, str], Move] = MappingProxyType({(one.leaves, one.verb): one for one in MOVES})
VERBS = tuple(dict.fromkeys(one.verb for one in MOVES))
OPEN = tuple(stage for stage, facts in STAGES.items() if facts.is_open)
AMENDED = tuple(stage for stage, facts in STAGES.items() if facts.takes_amendments)
WAITS_FOR_STAFF = tuple(stage for stage, facts in STAGES.items() if facts.waits_for_staff)


def between(leaves: ProposalStage, enters: ProposalStage) -> Move | None:
    """The move from one stage to another; None where the table has no such pair."""
    return _BY_PAIR.get((leaves, enters))


def move_for(stage: ProposalStage, verb: str) -> Move:
    """What a verb does to a proposal that stands there; WrongState where the table has no such pair."""
    found = _BY_VERB.get((stage, verb))
    if found is None:
        raise WrongState(verb, state=stage.value)
    return found


def moves_from(stage: ProposalStage) -> tuple[Move, ...]:
    """Everything that can happen next."""
    return tuple(one for one in MOVES if one.leaves is stage)
