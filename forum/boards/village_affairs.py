"""Village affairs (村务公开): what a village must publish."""

from __future__ import annotations

from forum.kinds import COMMITTEE, READ_ONLY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.VILLAGE_AFFAIRS,
    posts=COMMITTEE,
    may_be_public=True,
    chat=READ_ONLY,
)
