"""Who may look at a photo of a milestone or a receipt: whoever sees the project, asked whenever the file is opened."""

from __future__ import annotations

from forum.promises.milestone_lines import MILESTONE
from forum.promises.money_lines import SPENDING
from forum.promises.projects import project
from models.errors import NotFound
from models.transaction import fetch_one
from people import files
from people.files import ParentKind
from people.viewers import Viewer


async def _sees(table: str, row_id: int, viewer: Viewer) -> bool:
    row = await fetch_one(f"SELECT project_id FROM {table} WHERE id=$1", row_id)
    if row is None:
        return False
    try:
        await project(row["project_id"], viewer=viewer)
    except NotFound:
        return False
    return True


async def _sees_milestone(milestone_id: int, viewer: Viewer) -> bool:
    return await _sees(MILESTONE, milestone_id, viewer)


async def _sees_spending(spending_id: int, viewer: Viewer) -> bool:
    return await _sees(SPENDING, spending_id, viewer)


files.register(ParentKind(MILESTONE, MILESTONE, _sees_milestone, is_open="1=1", is_of_office=True))
files.register(ParentKind(SPENDING, SPENDING, _sees_spending, is_open="1=1", is_of_office=True))
