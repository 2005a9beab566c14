"""Open affairs (居务公开): what a residents' committee must publish."""

from __future__ import annotations

from forum.kinds import COMMITTEE, READ_ONLY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.OPEN_AFFAIRS,
    posts=COMMITTEE,
    may_be_public=True,
    chat=READ_ONLY,
)
