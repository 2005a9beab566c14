"""Which boards a neighbourhood begins with and how soon answers are owed there: community/boards.toml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.board import BoardName
from models.community_file import read

_folder = Path(__file__).parents[1] / "community"
Hours = Annotated[float, Field(gt=0, le=400)]


class Defaults(BaseModel):
    """``common`` boards are on everywhere, in this order, ``rural`` ones in villages too; any other only where somebody
    switches it on. ``reply_hours``: working hours until an official reply is owed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    common: tuple[BoardName, ...]
    rural: tuple[BoardName, ...] = ()
    reply_hours: dict[BoardName, Hours] = {}

    def is_on(self, name: BoardName, *, is_rural: bool) -> bool:
        """Whether a place begins with a board."""
        return name in self.common or (is_rural and name in self.rural)

    def order(self, name: BoardName) -> int:
        """Where it stands in lists: those of the file as it has them, then the others."""
        listed = (*self.common, *self.rural)
        return listed.index(name) if name in listed else len(listed) + [*BoardName].index(name)


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    defaults.cache_clear()
    defaults()


@lru_cache(maxsize=1)
def defaults() -> Defaults:
    """What the file says, the one shipped where a community has none; Invalid tells what is wrong with it."""
    return read(_folder, "boards.toml", Defaults)
