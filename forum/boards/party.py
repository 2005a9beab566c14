"""The party's garden (党建园地): what party members of the neighbourhood do; everybody may read and answer."""

from __future__ import annotations

from forum.kinds import COMMITTEE, READ_ONLY, BoardKind
from models.board import BoardName

KIND = BoardKind(
    key=BoardName.PARTY,
    posts=COMMITTEE,
    may_be_public=True,
    takes_notices=True,
    chat=READ_ONLY,
)
