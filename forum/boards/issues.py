"""Things around us (身边事): what is broken, missing or wrong; the committee answers, and makes a case of it."""

from __future__ import annotations

from forum.kinds import EVERYBODY, OFFICES, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.ISSUES,
    posts=EVERYBODY,
    officials=frozenset(OFFICES),
    reply_hours=8,
    becomes_case=True,
)
