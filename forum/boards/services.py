"""Services (社区服务): organisations and providers for everyday needs, introduced by the committee."""

from __future__ import annotations

from forum.kinds import COMMITTEE, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.SERVICES,
    posts=COMMITTEE,
    beside="/providers",
)
