"""The family doctor (家庭医生): a named doctor answers, also in private."""

from __future__ import annotations

from forum.kinds import COMMITTEE, EVERYBODY, BoardKind, Unit
from models.board import BoardName
from models.person import RoleName

KIND = BoardKind(
    key=BoardName.DOCTOR,
    posts=EVERYBODY,
    officials=COMMITTEE | {RoleName.DOCTOR},
    confidants=frozenset({RoleName.DOCTOR}),
    reply_hours=8,
    unit=Unit.DOCTOR,
)
