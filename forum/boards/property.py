"""The property window (物业之窗): the property company publishes, is asked, and answers."""

from __future__ import annotations

from forum.kinds import COMMITTEE, EVERYBODY, BoardKind, Unit
from models.board import BoardName
from models.person import RoleName

KIND = BoardKind(
    key=BoardName.PROPERTY,
    posts=EVERYBODY,
    officials=COMMITTEE | {RoleName.PROPERTY, RoleName.OWNERS_COMMITTEE},
    confidants=frozenset({RoleName.PROPERTY}),
    confides_by_estate=True,
    reply_hours=8,
    unit=Unit.PROPERTY,
    becomes_case=True,
    beside="/property",
)
