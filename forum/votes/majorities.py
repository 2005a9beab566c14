"""By which rule a vote passes (community/votes.toml): exact fractions of heads and of area, nothing rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.ballot import VoteUnit
from models.community_file import read
from models.errors import Invalid

_folder = Path(__file__).parents[2] / "community"
Measure = Literal["heads", "area"]


class Share(BaseModel):
    """A share that must be reached (``at_least``) or passed (``over``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["at_least", "over"]
    of: Fraction

    def missing(self, part: int, whole: int) -> int:
        """How many more it takes, in the unit of the numbers; 0 where the share is met."""
        wanted = self.of * whole
        least = -(-wanted.numerator // wanted.denominator) if self.how == "at_least" else int(wanted) + 1
        return max(0, least - part)


class Rule(BaseModel):
    """A rule: who it is for, what is counted, the share of the roll that must take part and the share of those that
    must agree. ``legal``: the law asks for a form that must have been followed. ``photo``: whoever enters a paper gives
    a photo of it, or says why there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: tuple[VoteUnit, ...] = Field(min_length=1)
    counted_by: tuple[Measure, ...] = Field(min_length=1)
    turnout: Share
    passes: Share
    legal: bool = False
    photo: bool = True

    @field_validator("turnout", "passes", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        return {"how": value[0], "of": value[1]} if isinstance(value, list) and len(value) == 2 else value

    @property
    def by_area(self) -> bool:
        """Whether areas count."""
        return "area" in self.counted_by


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Weights:
    """So many heads, and so much area in hundredths of a square metre."""

    heads: int = 0
    area: int = 0

    def of(self, measure: Measure) -> int:
        """One of the two."""
        return self.heads if measure == "heads" else self.area

    def __add__(self, other: Weights) -> Weights:
        return Weights(self.heads + other.heads, self.area + other.area)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule makes of a vote: whether enough took part, whether enough of them agreed, and what is still missing
    of either, by what is counted."""

    has_turnout: bool
    passes: bool
    missing_turnout: Mapping[Measure, int]
    missing_passes: Mapping[Measure, int]


def judge(rule: Rule, *, roll: Weights, part: Weights, agree: Weights) -> Outcome:
    """Hold the numbers against the rule, by everything it counts."""
    turnout: dict[Measure, int] = {one: rule.turnout.missing(part.of(one), roll.of(one)) for one in rule.counted_by}
    passes: dict[Measure, int] = {one: rule.passes.missing(agree.of(one), part.of(one)) for one in rule.counted_by}
    has_turnout = not any(turnout.values())
    return Outcome(has_turnout, has_turnout and not any(passes.values()), turnout, passes)


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    rules.cache_clear()
    rules()


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """The rules by their keys; Invalid says what is wrong with the file."""
    return read(_folder, "votes.toml", _File).rules


def rule_of(key: str) -> Rule:
    """A rule by its key; Invalid where there is none."""
    found = rules().get(key)
    if found is None:
        raise Invalid("vote.no_such_rule")
    return found
