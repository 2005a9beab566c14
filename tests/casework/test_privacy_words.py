"""The copy of one's own data says in Chinese what everything is."""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Iterator

from casework.privacy.kept import Kept
from models.wording import knows


def fields_of(kind: object, seen: set[object]) -> Iterator[str]:
    """Every field of what is kept, whatever it stands in."""
    for part in typing.get_args(kind):
        yield from fields_of(part, seen)
    if not dataclasses.is_dataclass(kind) or kind in seen:
        return
    seen.add(kind)
    hints = typing.get_type_hints(kind, vars(sys.modules[getattr(kind, "__module__", "")]))
    for one in dataclasses.fields(kind):
        yield one.name
        yield from fields_of(hints[one.name], seen)


def test_every_field_has_its_name() -> None:
    missing = {name for name in fields_of(Kept, set()) if not knows(f"privacy.copy.{name}")}
    assert missing == set()
