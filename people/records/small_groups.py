"""Sums that go up the street: no group of fewer than five can be read out of them, nor be worked out by subtraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEAST = 5
"""Fewer people than this are nobody's business above their own neighbourhood."""


def published(count: int, *, of: int) -> int | None:
    """A count as it may be said; None where it, or the rest of ``of``, is a small group."""
    return None if count < LEAST or 0 < of - count < LEAST else count


def nested(counts: Sequence[int], *, of: int) -> list[int | None]:
    """Counts of groups of which each lies within the next (90+, 80+, 60+): two that differ by a small group are not
    both said."""
    said: list[int | None] = []
    last = 0
    for count in counts:
        value = published(count, of=of)
        if value is not None and last and value - last < LEAST:
            value = None
        said.append(value)
        last = value if value is not None else last
    return said


def parted(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts of groups that make up a whole which is known: where one is too small to be said, so is what would give it
    away, the smallest of the others."""
    small = [name for name, count in counts.items() if count < LEAST]
    hidden = set(small)
    if small and sum(counts[name] for name in small) < LEAST:
        rest = sorted((count, name) for name, count in counts.items() if name not in hidden)
        hidden |= {name for _, name in rest[:1]}
    return {name: None if name in hidden else count for name, count in counts.items()}
