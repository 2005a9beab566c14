"""The line to the police (警民直通车): a named policeman answers, also in private."""

from __future__ import annotations

from forum.kinds import COMMITTEE, EVERYBODY, BoardKind, Unit
from models.board import BoardName
from models.person import RoleName

KIND = BoardKind(
    key=BoardName.POLICE,
    posts=EVERYBODY,
    officials=COMMITTEE | {RoleName.POLICE},
    confidants=frozenset({RoleName.POLICE}),
    reply_hours=8,
    unit=Unit.POLICE,
)
