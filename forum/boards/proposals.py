"""Residents' proposals (居民提案): what should be done here, proposed by who lives here."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.PROPOSALS,
    posts=EVERYBODY,
    reply_hours=8,
    beside="/surveys",
)
