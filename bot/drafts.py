"""A request to join while it is filled in: its steps in order, kept sealed in the dialogue's memory."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.memory import FORGET_TOPIC_MS, Memory
from models import clock
from models.errors import Invalid
from models.sealed import seal, unseal
from people.joining.asking import Asked


class Step(StrEnum):
    """What is asked for."""

    WHO = "who"
    BUILDING = "building"
    LABEL = "label"
    NAME = "name"
    HELPER = "helper"
    RELATION = "relation"
    SHOWN = "shown"
    PHONE = "phone"
    SURE = "sure"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was said so far, for which link, and what is asked now; ``touched_ms``: when it was last filled in."""

    token: str
    step: Step = Step.WHO
    for_other: bool = False
    building_id: int = 0
    building: str = ""
    page: int = 0
    label: str = ""
    unlisted: str = ""
    name: str = ""
    helper: str = ""
    relation: str = ""
    shown: str = ""
    phone: str = ""
    touched_ms: int = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this request, in order."""
        return tuple(step for step in Step if step is not Step.HELPER or self.for_other)

    def at(self, step: Step) -> Draft:
        """The same, asking for something else."""
        return replace(self, step=step)

    def forward(self) -> Draft:
        """Asking for the next thing."""
        steps = self.steps
        return self.at(steps[min(steps.index(self.step) + 1, len(steps) - 1)])

    def backward(self) -> Draft:
        """Asking for the thing before; what was said stays."""
        steps = self.steps
        return self.at(steps[max(steps.index(self.step) - 1, 0)])

    @property
    def asked(self) -> Asked:
        """As the rules take it."""
        return Asked(
            building_id=self.building_id,
            label=self.label,
            name=self.name,
            relation=self.relation,
            shown_name=self.shown,
            phone=self.phone,
            helper_name=self.helper if self.for_other else "",
        )


_json = TypeAdapter(Draft)


def kept(memory: Memory, draft: Draft | None) -> Memory:
    """The memory with a draft, or without one."""
    if draft is None:
        return replace(memory, join="")
    touched = replace(draft, touched_ms=clock.now_ms())
    return replace(memory, join=seal(_json.dump_json(touched, exclude_defaults=True).decode()))


def draft_of(memory: Memory) -> Draft | None:
    """The request being filled in; None where there is none that can be read."""
    if not memory.join:
        return None
    try:
        return _json.validate_json(unseal(memory.join))
    except (Invalid, ValidationError):
        return None


def is_filling(memory: Memory, draft: Draft | None) -> bool:
    """Whether the next message is about the draft: it was asked for last, and not long ago."""
    if draft is None or clock.now_ms() - draft.touched_ms > FORGET_TOPIC_MS:
        return False
    return memory.join_asks
