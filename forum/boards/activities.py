"""Activities (社区活动): called by the committee, captains and volunteers; beside them a list to sign up from."""

from __future__ import annotations

from forum.kinds import COMMITTEE, BoardKind
from models.board import BoardName
from models.person import RoleName

KIND = BoardKind(
    key=BoardName.ACTIVITIES,
    posts=COMMITTEE | {RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER},
    beside="/activities",
)
