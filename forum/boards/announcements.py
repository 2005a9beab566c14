"""Announcements (社区公告): what the committee has to say to everybody."""

from __future__ import annotations

from forum.kinds import COMMITTEE, READ_ONLY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.ANNOUNCEMENTS,
    posts=COMMITTEE,
    may_be_public=True,
    takes_notices=True,
    chat=READ_ONLY,
)
