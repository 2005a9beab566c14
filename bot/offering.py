"""What somebody offers or asks for while it is told in a chat: its steps, kept sealed in the dialogue's memory."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot import handing
from bot.memory import FORGET_TOPIC_MS, Memory, without_report
from bot.scene import Scene
from bot.words import first_said
from models import clock
from models.errors import Invalid
from models.sealed import seal, unseal
from nlp.intent import Intent

MOST_LINES = 10
_ELSEWHERE = ("items", "my_items", "give", "wishes", "my_wishes", "ask_help", "my_cases", "my_points")


class Step(StrEnum):
    """What is asked for next."""

    TEXT = "text"
    PRICE = "price"
    DAYS = "days"
    QUANTITY = "quantity"
    SPOT = "spot"
    SURE = "sure"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Offering:
    """What was said so far. ``what`` is ``item`` or ``wish``, ``kind`` its mode or kind, ``lines`` those with photos;
    ``post_id`` the wish that is being thanked for; ``touched_ms``: when something was said last."""

    what: str
    kind: str = ""
    step: Step = Step.TEXT
    text: str = ""
    price_fen: int = 0
    days: int = 0
    quantity: int = 1
    spot: str = ""
    lines: tuple[int, ...] = ()
    post_id: int = 0
    touched_ms: int = 0

    def at(self, step: Step) -> Offering:
        """The same, asking for something else."""
        return replace(self, step=step)

    def with_photo(self, line_id: int) -> Offering:
        """The same with what came with one more line."""
        return replace(self, lines=(*self.lines, line_id)[-MOST_LINES:])


_json = TypeAdapter(Offering)


def kept(memory: Memory, offering: Offering | None) -> Memory:
    """The memory with it, or without; whoever offers or asks has left what was talked about before."""
    if offering is None:
        return replace(memory, offering="")
    touched = replace(offering, touched_ms=clock.now_ms())
    sealed = seal(_json.dump_json(touched, exclude_defaults=True).decode())
    return replace(without_report(memory), asking=0, question="", question_line=0, entry="", offering=sealed)


def leaves(scene: Scene) -> bool:
    """Whether a message is no answer to what was asked, but something else that can be asked for by a word."""
    wants_else = handing.surely_wants_person(scene) or scene.heard.intent is Intent.MENU
    return wants_else or bool(first_said(_ELSEWHERE, scene.heard.normalised))


def offering_of(memory: Memory, *, what: str) -> Offering | None:
    """What is being told, where the next words may be about it; None where there is none, or it was left for long."""
    if not memory.offering:
        return None
    try:
        found = _json.validate_json(unseal(memory.offering))
    except (Invalid, ValidationError):
        return None
    is_fresh = clock.now_ms() - found.touched_ms <= FORGET_TOPIC_MS
    return found if found.what == what and is_fresh else None
