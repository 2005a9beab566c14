"""Idle items (闲置物品): giving away, swapping, selling and lending among neighbours."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind, Carries
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.IDLE_ITEMS,
    posts=EVERYBODY,
    carries=Carries.ITEM,
)
