"""Mutual help (互助): asking neighbours for a hand, and offering one."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind, Carries
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.MUTUAL_HELP,
    posts=EVERYBODY,
    carries=Carries.WISH,
)
