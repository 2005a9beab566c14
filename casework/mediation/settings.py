"""What a community says about mediation (community/mediation.toml): the ways out of one that failed, and the fixed
roles of a room."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.community_file import read
from models.person import RoleName

_folder = Path(__file__).parents[2] / "community"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WayOut(_Shape):
    """One way from here: ``entry`` of the policy pack says the rest, ``days`` run from the day named by ``counts``:
    when it was asked for, signed or ended. ``after``: of what it is a way out."""

    key: str
    entry: str
    after: tuple[Literal["failed", "broken", "signed"], ...]
    days: int = 0
    counts: Literal["asked", "signed", "ended"] = "ended"


class FixedRole(_Shape):
    """A role that has its seat in every room; ``roles``: who of the place is proposed for it."""

    key: str
    name: str
    roles: tuple[RoleName, ...] = ()


class Mediating(_Shape):
    """The whole file; a room has at least three fixed roles. ``rooms_without_case``: one may be called over a matter
    that is no case."""

    ways: tuple[WayOut, ...]
    fixed: tuple[FixedRole, ...] = Field(min_length=3)
    rooms_without_case: bool = False


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    mediating.cache_clear()
    mediating()


@lru_cache(maxsize=1)
def mediating() -> Mediating:
    """What the file says; Invalid says what is wrong with it."""
    return read(_folder, "mediation.toml", Mediating)
