"""Neighbours (邻里交流): talk among neighbours."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.NEIGHBOURS,
    posts=EVERYBODY,
)
