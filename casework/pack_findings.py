"""What ``packs check`` finds: a kind, where it is, and the facts that make the sentences people read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.wording import say


class Kind(StrEnum):
    """What may be wrong; each has a sentence and a hint in community/wording/pack_check.toml."""

    UNREADABLE = "unreadable"
    SCHEMA = "schema"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_SLUG = "duplicate_slug"
    TOO_FEW = "too_few"
    TOO_SHORT = "too_short"
    ALIKE = "alike"
    ONLY_FRAME = "only_frame"
    ALIKE_ELSEWHERE = "alike_elsewhere"
    NEARER_ELSEWHERE = "nearer_elsewhere"
    FRAME_OVERUSED = "frame_overused"
    UNVERIFIED_NUMBER = "unverified_number"
    UNFOUNDED_NUMBER = "unfounded_number"
    DOUBTFUL_NUMBER = "doubtful_number"
    SOURCE_NOT_OFFICIAL = "source_not_official"
    SOURCE_NOT_STATUTE = "source_not_statute"
    CHECKED_IN_FUTURE = "checked_in_future"
    REVIEW_BEFORE_CHECK = "review_before_check"
    ENDS_BEFORE_START = "ends_before_start"
    CERTIFICATE_MISSING = "certificate_missing"
    QUESTION_UNREADABLE = "question_unreadable"
    QUESTION_FIELD = "question_field"
    QUESTION_NOT_IN_PACK = "question_not_in_pack"
    QUESTION_TOO_NEAR = "question_too_near"
    QUESTION_IN_TRAINING = "question_in_training"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right."""

    kind: Kind
    file: str = ""
    entry: str = ""
    field: str = ""
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is wrong, in a sentence."""
        return say(f"pack_check.{self.kind}.what", **self.facts)

    @property
    def hint(self) -> str:
        """What to do about it."""
        return say(f"pack_check.{self.kind}.hint", **self.facts)
