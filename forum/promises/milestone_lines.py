"""Milestones as everybody reads them: their day, the one promised first, and what the case says that does the work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.case import CaseState
from models.project import MilestoneState
from models.transaction import Row, fetch, listed, moment
from models.transaction import day as day_of
from people import files
from people.files import FileLine

MILESTONE = "milestone"
"""The kind of parent of photos of what was done."""
NOT_DONE = (CaseState.REFUSED.value, CaseState.WITHDRAWN.value)
"""States of a case in which nobody does its work."""
CASE = "c.number AS case_number, c.closed_at AS case_closed_at, c.state AS case_state"
"""What a milestone says of its case ``c``."""


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A promise with its day. ``case_number`` is the case that does the work, ``case_open`` whether it still does,
    ``case_state`` where it stands; '' where none does."""

    id: int
    title: str
    state: MilestoneState
    due_on: dt.date
    first_due_on: dt.date
    reason: str
    note: str
    done_at: dt.datetime | None
    case_id: int | None
    case_number: str
    case_open: bool
    case_state: str
    photos: tuple[FileLine, ...]
    version: int

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is not done; computed, whatever jobs have done."""
        return self.state is MilestoneState.OPEN and self.due_on < clock.today()

    @property
    def takes_case(self) -> bool:
        """Whether a case may do the work: none does, or the one that was to was not taken up or was taken back."""
        return not self.case_number or self.case_state in NOT_DONE

    @property
    def done_on(self) -> dt.date | None:
        """The day on which it was done, as it is there."""
        return clock.local(self.done_at).date() if self.done_at else None

    @property
    def days_late(self) -> int:
        """For how many days."""
        return (clock.today() - self.due_on).days if self.is_late else 0


async def milestones_of(project_ids: Sequence[int]) -> list[MilestoneView]:
    """The milestones of projects that its caller found, by their day, with what the cases say that do the work."""
    rows = await fetch(
        f"SELECT m.*, {CASE} FROM milestone m"
        f" LEFT JOIN cases c ON c.id=m.case_id WHERE m.project_id IN ({listed(project_ids)}) ORDER BY m.due_on, m.id"
    )
    photos = await files.of(MILESTONE, [row["id"] for row in rows])
    return [milestone_view(row, photos.get(row["id"], ())) for row in rows]


def milestone_view(row: Row, photos: Sequence[FileLine] = ()) -> MilestoneView:
    """A row of ``milestone`` with the number and the end of its case."""
    due_on, first_due_on = day_of(row["due_on"]), day_of(row["first_due_on"])
    assert due_on is not None
    assert first_due_on is not None
    return MilestoneView(
        id=row["id"],
        title=row["title"],
        state=MilestoneState(row["state"]),
        due_on=due_on,
        first_due_on=first_due_on,
        reason=row["reason"],
        note=row["note"],
        done_at=None if row["done_at"] is None else moment(row["done_at"]),
        case_id=row["case_id"],
        case_number=row["case_number"] or "",
        case_open=row["case_id"] is not None and row["case_closed_at"] is None,
        case_state=row["case_state"] or "",
        photos=tuple(photos),
        version=row["version"],
    )
