"""The kinds of boards there are: one file each, found by looking into this folder."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType

from forum.kinds import BoardKind
from models.board import BoardName
from models.errors import NotFound


@lru_cache(maxsize=1)
def kinds() -> Mapping[BoardName, BoardKind]:
    """Every kind by its name, in the order of names."""
    files = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [import_module(f"{__name__}.{name}").KIND for name in files]
    by_name = {kind.key: kind for kind in found if isinstance(kind, BoardKind)}
    return MappingProxyType({name: by_name[name] for name in BoardName if name in by_name})


def kind_of(name: str) -> BoardKind:
    """One kind, by its name as it stands in addresses; NotFound where there is none."""
    found = next((kind for key, kind in kinds().items() if key.value == name), None)
    if found is None:
        raise NotFound("board.not_found")
    return found
