"""Home sounds (乡愁乡音): stories, songs and pictures of the village."""

from __future__ import annotations

from forum.kinds import EVERYBODY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.HOMETOWN,
    posts=EVERYBODY,
)
