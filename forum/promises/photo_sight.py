"""Who may look at a photo of a milestone or a receipt: whoever sees the project; of an objection on paper: who answers
it. It is asked whenever the file is opened."""

from __future__ import annotations

from forum.promises.milestone_lines import MILESTONE
from forum.promises.money_lines import SPENDING
from forum.promises.objections import PAPER
from forum.promises.projects import project
from forum.promises.publications import publication
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


async def _sees_paper(paper_id: int, viewer: Viewer) -> bool:
    sql = "SELECT o.publication_id FROM paper_objection a JOIN objection o ON o.id=a.objection_id WHERE a.id=$1"
    row = await fetch_one(sql, paper_id)
    if row is None:
        return False
    try:
        return (await publication(row["publication_id"], viewer=viewer)).may_answer
    except NotFound:
        return False


_UNANSWERED = (
    "EXISTS (SELECT 1 FROM paper_objection a JOIN objection o ON o.id=a.objection_id"
    " WHERE a.id=f.parent_id AND o.state='open')"
)
files.register(ParentKind(PAPER, PAPER, _sees_paper, is_open=_UNANSWERED, is_of_office=True))
files.register(ParentKind(MILESTONE, MILESTONE, _sees_milestone, is_open="1=1", is_of_office=True))
files.register(ParentKind(SPENDING, SPENDING, _sees_spending, is_open="1=1", is_of_office=True))
