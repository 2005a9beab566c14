"""What is taken down with a question, so that nobody must ask the resident a second time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.question import Intake


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What is known besides the question itself, so that nobody must ask again: how it came, for whom, where, when and
    how; ``candidates`` are the bot's entries with scores. ``place_id``: where it was taken down without a conversation,
    the place that who takes it down belongs to where it is not said."""

    intake: Intake = Intake.CHAT
    on_behalf_of: str = ""
    where: str = ""
    when: str = ""
    how: str = ""
    candidates: Sequence[tuple[str, float]] = ()
    behalf_person_id: int | None = None
    place_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """As they are stored."""
        return {
            "intake": self.intake,
            "on_behalf_of": self.on_behalf_of.strip()[:60],
            "behalf_person_id": self.behalf_person_id,
            "where_text": self.where.strip()[:200],
            "when_text": self.when.strip()[:60],
            "how_text": self.how.strip()[:1000],
            "candidates": json.dumps([list(one) for one in self.candidates], ensure_ascii=False),
        }


ONLY_ASKED = TakenDown()
