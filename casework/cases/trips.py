"""跑一趟: who reported a case had to come for it; 零跑, 一次 and 多次 are counted from these steps, never typed."""

from __future__ import annotations

from casework.cases.sight import on_hand
from casework.cases.steps import act
from models.case import Case
from models.transaction import transaction
from people.viewers import Viewer


async def trip(case_id: int, *, by: Viewer, seen_version: int | None = None) -> Case:
    """跑一趟: they came to the desk, or to whoever handles it, once more."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.trip", seen_version=seen_version)
        await act(case, "case.trip", by=by, is_public=False)
    return case
