"""The council hall (议事厅): what neighbours should decide together is first talked over here."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.DELIBERATION,
    posts=EVERYBODY,
    reply_hours=8,
    beside="/proposals",
)
