"""What the pack's owners must look at: entries past their review day, due soon, and those that change in a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from casework import figures
from casework.versions import InForce, in_force
from models import clock
from models.entry_content import FieldState
from people.permissions import allow, may
from people.viewers import Viewer

SOON_DAYS = 30
YEARLY = (1, 7)
"""Months in which most figures are set anew."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry to look at again; ``days_late`` is negative before its review day."""

    key: str
    title: str
    category: str
    place_id: int | None
    place: str
    owner_desk: str
    checked_on: dt.date
    checked_by: str
    review_by: dt.date
    days_late: int
    changes_in: tuple[int, ...]
    yearly_fields: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether its review day has passed."""
        return self.days_late > 0

    @property
    def is_soon(self) -> bool:
        """Whether it is to be reviewed today or within a month."""
        return -SOON_DAYS <= self.days_late <= 0


@dataclass(frozen=True, slots=True)
class OwnerList:
    """What one desk answers for, the latest first."""

    owner_desk: str
    entries: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """How much a neighbourhood has to look at: shared entries and its own; ``yearly`` by month."""

    place_id: int
    name: str
    late: int
    soon: int
    yearly: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The lists of a page: past review, due soon, and what changes in each month of ``YEARLY``."""

    late: list[OwnerList]
    soon: list[OwnerList]
    yearly: list[tuple[int, list[OwnerList]]]


async def lists(*, viewer: Viewer) -> Upkeep:
    """该核对的条目: every list, read at once."""
    allow(viewer, "upkeep.read", None)
    due = await all_due(viewer=viewer)
    return Upkeep(
        late=_owned(due, lambda one: one.is_late),
        soon=_owned(due, lambda one: one.is_soon),
        yearly=[(month, _owned(due, lambda one, month=month: month in one.changes_in)) for month in YEARLY],
    )


async def past_review(*, viewer: Viewer) -> list[OwnerList]:
    """Entries whose review day has passed, by the desk that owns them."""
    return _owned(await all_due(viewer=viewer), lambda one: one.is_late)


async def due_soon(*, viewer: Viewer) -> list[OwnerList]:
    """Entries to be reviewed today or within a month, by the desk that owns them."""
    return _owned(await all_due(viewer=viewer), lambda one: one.is_soon)


async def changing_in(month: int, *, viewer: Viewer) -> list[OwnerList]:
    """Entries whose figures are set anew every year in a month: 1 and 7 are the lists of January and July."""
    return _owned(await all_due(viewer=viewer), lambda one: month in one.changes_in)


async def sums(*, viewer: Viewer) -> list[Sums]:
    """各居委该核对几条: what the street may see of every neighbourhood below it."""
    allow(viewer, "figures.read", None)
    places = await figures.neighbourhoods(viewer=viewer)
    today = clock.today()
    due = [_due(row, today, "") for row in await in_force(today)]
    return [_sums(place.id, place.name, [one for one in due if one.place_id in {None, place.id}]) for place in places]


def _sums(place_id: int, name: str, due: list[Due]) -> Sums:
    yearly = tuple((month, sum(month in one.changes_in for one in due)) for month in YEARLY)
    return Sums(place_id, name, sum(one.is_late for one in due), sum(one.is_soon for one in due), yearly)


def _owned(due: list[Due], wanted: Callable[[Due], bool]) -> list[OwnerList]:
    desks: dict[str, list[Due]] = {}
    for one in filter(wanted, due):
        desks.setdefault(one.owner_desk, []).append(one)
    return [
        OwnerList(desk, tuple(sorted(entries, key=lambda one: (-one.days_late, one.key))))
        for desk, entries in sorted(desks.items())
    ]


async def all_due(*, viewer: Viewer) -> list[Due]:
    """Everything in force today that the viewer keeps up: shared entries, and those of the places they answer for."""
    if not may(viewer, "upkeep.read", None):
        return []
    names = {place.id: place.name for place in await figures.neighbourhoods(viewer=viewer)}
    today = clock.today()
    rows = [row for row in await in_force(today) if row.place_id is None or row.place_id in names]
    return [_due(row, today, names.get(row.place_id or 0, "")) for row in rows]


def _due(row: InForce, today: dt.date, place: str) -> Due:
    content = row.content
    return Due(
        key=row.key,
        title=content.title,
        category=content.category,
        place_id=row.place_id,
        place=place,
        owner_desk=content.owner_desk,
        checked_on=content.checked_on,
        checked_by=content.checked_by,
        review_by=content.review_by,
        days_late=(today - content.review_by).days,
        changes_in=tuple(content.changes_in),
        yearly_fields=tuple(name for name, state in content.status.items() if state is FieldState.YEARLY),
    )
