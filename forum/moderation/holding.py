"""Before anything stands on a board: refused with its reason, held until somebody has looked, or let through."""

from __future__ import annotations

from dataclasses import replace

from forum.kinds import BoardKind
from forum.moderation import reviews
from forum.moderation.screen import Screened, Verdict, Words, screen
from forum.states import PUBLISHED
from forum.words import title_from
from models.board import BoardName
from models.errors import Invalid
from models.post import PostState, Thing
from people.viewers import Viewer


async def screened_or_refused(words: Words, *, by: Viewer, place_id: int, kind: BoardKind) -> Screened:
    """What may be kept of the words; Invalid with the reason where nothing may."""
    found = await screen(words, by=by, place_id=place_id, board=kind.key)
    if found.verdict is Verdict.REFUSE:
        raise Invalid(found.reason or "post.refused")
    return found


def titled(screened: Screened) -> Screened:
    """With the beginning of the words for a title where none was typed."""
    return screened if screened.title else replace(screened, title=title_from(screened.text))


async def put_before(
    thing: Thing,
    thing_id: int,
    screened: Screened,
    *,
    place_id: int,
    board: BoardName,
    by: Viewer,
    post_id: int = 0,
    was_seen: bool = False,
) -> None:
    """Put what is held before whoever looks after the board; ``was_seen``: neighbours saw it until now."""
    await reviews.open_for(
        thing,
        thing_id,
        place_id=place_id,
        board=board,
        post_id=post_id or thing_id,
        author_id=by.person_id or 0,
        was_seen=was_seen,
        found=screened.found,
    )


def state_for(screened: Screened) -> PostState:
    """Where it stands at first."""
    return PostState.HELD if screened.verdict is Verdict.HOLD else PUBLISHED
