"""An application for mediation while it is made in a chat: its steps in order, kept sealed in the dialogue's memory."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.memory import FORGET_TOPIC_MS, Memory
from models import clock
from models.errors import Invalid
from models.sealed import seal, unseal


class Step(StrEnum):
    """What is asked for."""

    OTHER = "other"
    MATTER = "matter"
    SURE = "sure"


@dataclass(frozen=True, slots=True)
class Application:
    """What was said so far, and what is asked now; ``touched_ms``: when it was last filled in."""

    step: Step = Step.OTHER
    other: str = ""
    matter: str = ""
    touched_ms: int = 0


_json = TypeAdapter(Application)


def kept(memory: Memory, application: Application | None) -> Memory:
    """The memory with an application, or without one."""
    if application is None:
        return replace(memory, mediation="")
    touched = replace(application, touched_ms=clock.now_ms())
    return replace(memory, mediation=seal(_json.dump_json(touched, exclude_defaults=True).decode()))


def application_of(memory: Memory) -> Application | None:
    """The application that what comes next is about; None where there is none, or it was left for long."""
    if not memory.mediation:
        return None
    try:
        found = _json.validate_json(unseal(memory.mediation))
    except (Invalid, ValidationError):
        return None
    return found if clock.now_ms() - found.touched_ms <= FORGET_TOPIC_MS else None
