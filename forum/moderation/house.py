"""How boards are looked after here: the rules that can be named, and the numbers, from community/moderation.toml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.community_file import read
from models.errors import Invalid
from models.rule_shapes import Positive, Rate

_shipped = Path(__file__).parents[2] / "community"
_folder = _shipped


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Shape):
    """One rule: its name, and the reason that stands there to begin with when it is named."""

    key: Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
    name: Annotated[str, Field(min_length=1, max_length=20)]
    reason: Annotated[str, Field(max_length=200)] = ""


class House(_Shape):
    """The rules of the house and its numbers."""

    new_days: Annotated[int, Field(ge=0, le=365)] = 7
    alike_hours: Annotated[int, Field(ge=1, le=720)] = 48
    alike: Annotated[float, Field(gt=0, le=1)] = 0.7
    trusted_sites: tuple[str, ...] = ()
    flags_to_hold: Positive = 3
    flags: Rate = "20/day"
    claim_minutes: Positive = 30
    remind_hours: Positive = 4
    ladder_hours: Annotated[tuple[Positive, ...], Field(min_length=1)] = (24, 72, 168, 720)
    undo_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    appeal_days: Positive = 30
    jury_days: Annotated[int, Field(ge=1, le=30)] = 3
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({rule.key for rule in self.rules}) != len(self.rules):
            raise ValueError("every rule has a key of its own")
        return self

    def rule(self, key: str) -> Rule:
        """One rule; Invalid where there is none of that name."""
        found = next((rule for rule in self.rules if rule.key == key), None)
        if found is None:
            raise Invalid("moderation.no_rule")
        return found

    def name_of(self, key: str) -> str:
        """What a rule is called; of one that is no more, its key."""
        return next((rule.name for rule in self.rules if rule.key == key), key)


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    house.cache_clear()
    house()


def words_folder() -> Path:
    """Where the community's lists of words are; those shipped where it has none."""
    own = _folder / "words"
    return own if (own / "screen.toml").exists() else _shipped / "words"


@lru_cache(maxsize=1)
def house() -> House:
    """What the file says, the one shipped where a community has none; Invalid tells what is wrong with it."""
    return read(_folder, "moderation.toml", House)
