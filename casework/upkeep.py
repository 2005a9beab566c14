"""What the pack's owners must look at: entries past their review day, due soon, and those that change in a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from casework.versions import InForce, in_force
from models import clock
from models.entry_content import FieldState
from people.scope import places_for
from people.viewers import Viewer

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Due:
    """An entry to look at again; ``days_late`` is negative before its review day."""

    key: str
    title: str
    category: str
    place_id: int | None
    owner_desk: str
    checked_on: dt.date
    checked_by: str
    review_by: dt.date
    days_late: int
    changes_in: tuple[int, ...]
    yearly_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerList:
    """What one desk answers for, the latest first."""

    owner_desk: str
    entries: tuple[Due, ...]


async def past_review(*, viewer: Viewer) -> list[OwnerList]:
    """Entries whose review day has passed, by the desk that owns them."""
    return await _owned(viewer, lambda one: one.days_late > 0)


async def due_soon(*, viewer: Viewer, days: int = SOON_DAYS) -> list[OwnerList]:
    """Entries to be reviewed today or within so many days, by the desk that owns them."""
    return await _owned(viewer, lambda one: -days <= one.days_late <= 0)


async def changing_in(month: int, *, viewer: Viewer) -> list[OwnerList]:
    """Entries whose figures are set anew every year in a month: 1 and 7 are the lists of January and July."""
    return await _owned(viewer, lambda one: month in one.changes_in)


async def _owned(viewer: Viewer, wanted: Callable[[Due], bool]) -> list[OwnerList]:
    desks: dict[str, list[Due]] = {}
    for one in await _all_due(viewer):
        if wanted(one):
            desks.setdefault(one.owner_desk, []).append(one)
    return [
        OwnerList(desk, tuple(sorted(entries, key=lambda one: (-one.days_late, one.key))))
        for desk, entries in sorted(desks.items())
    ]


async def _all_due(viewer: Viewer) -> list[Due]:
    """Everything in force today that the viewer keeps up: shared entries, and those of their own places."""
    places, today = places_for(viewer, "figures.read"), clock.today()
    if places is not None and not places:
        return []
    rows = [row for row in await in_force(today) if places is None or row.place_id in {None, *places}]
    return [_due(row, today) for row in rows]


def _due(row: InForce, today: dt.date) -> Due:
    content = row.content
    return Due(
        key=row.key,
        title=content.title,
        category=content.category,
        place_id=row.place_id,
        owner_desk=content.owner_desk,
        checked_on=content.checked_on,
        checked_by=content.checked_by,
        review_by=content.review_by,
        days_late=(today - content.review_by).days,
        changes_in=tuple(content.changes_in),
        yearly_fields=tuple(name for name, state in content.status.items() if state is FieldState.YEARLY),
    )
