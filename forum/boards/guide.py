"""The guide (办事指南): the policy pack has pages of its own, so nobody posts here."""

from __future__ import annotations

from forum.kinds import NOBODY, READ_ONLY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.GUIDE,
    posts=NOBODY,
    replies=NOBODY,
    chat=READ_ONLY,
    path="/guide",
)
