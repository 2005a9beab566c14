"""Amendments of a proposal as a viewer reads them: in what words, and what became of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.deliberation.found import Standing
from models.proposal import AmendmentState
from models.transaction import Row, fetch, moment
from models.wording import say
from people import shown
from people.shown import Shown
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """An amendment: against which version, in what words, and what became of it. ``is_waiting``: its proposal's author
    can still settle it."""

    id: int
    reply_id: int
    author: Shown | None
    is_mine: bool
    base_number: int
    title: str
    text: str
    state: AmendmentState
    reason: str
    at: dt.datetime
    settled_at: dt.datetime | None
    made_post_id: int | None
    is_waiting: bool

    @property
    def is_left(self) -> bool:
        """Whether nobody can settle it any more, and nobody has."""
        return self.state is AmendmentState.OPEN and not self.is_waiting

    @property
    def words(self) -> str:
        """What became of it, in a word."""
        return say(f"proposal.amendment.{'left' if self.is_left else self.state.value}")

    @property
    def may_be_put(self) -> bool:
        """Whether its writer may put it as a proposal of their own."""
        return self.is_mine and self.made_post_id is None and (self.is_left or self.state is AmendmentState.REFUSED)


_AMENDMENTS = (
    "SELECT a.*, y.state AS reply_state FROM amendment a JOIN reply y ON y.id=a.reply_id WHERE a.proposal_id=$1"
    " AND (y.state IN ('published','locked') OR (a.author_id=$2 AND y.state='held')) ORDER BY a.id"
)


async def amendments(found: Standing, *, viewer: Viewer, is_amended: bool) -> tuple[AmendmentLine, ...]:
    """修改建议: of a proposal its caller found; ``is_amended``: other words for it can still be taken."""
    rows = await fetch(_AMENDMENTS, found.id, viewer.person_id or 0)
    people = await shown.shown([row["author_id"] for row in rows], viewer=viewer, place_id=found.place_id)
    return tuple(_line(row, people.get(row["author_id"]), viewer=viewer, is_amended=is_amended) for row in rows)


def _line(row: Row, author: Shown | None, *, viewer: Viewer, is_amended: bool) -> AmendmentLine:
    state = AmendmentState(row["state"])
    return AmendmentLine(
        *(row["id"], row["reply_id"], author),
        is_mine=row["author_id"] == viewer.person_id,
        base_number=row["base_number"],
        title=row["title"],
        text=row["text"],
        state=state,
        reason=row["reason"],
        at=moment(row["created_at"]),
        settled_at=moment(row["settled_at"]) if row["settled_at"] else None,
        made_post_id=row["made_post_id"],
        is_waiting=is_amended and state is AmendmentState.OPEN,
    )
