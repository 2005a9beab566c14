"""What posts of a board are beside words: the state of each for lists of posts, and having looked at one."""

from __future__ import annotations

from collections.abc import Sequence

from forum import threads
from forum.deliberation import lists as proposals
from forum.help import lists
from forum.items import market
from forum.kinds import BoardKind, Carries
from models.board import BoardName
from people import bell
from people.viewers import Viewer


async def marks(kind: BoardKind, posts: Sequence[int], *, viewer: Viewer, place_id: int) -> dict[int, str]:
    """The state of what some posts of a board stand for, by post; nothing where they are words alone."""
    if kind.carries is Carries.ITEM:
        return await market.marks(posts, viewer=viewer, place_id=place_id)
    if kind.carries is Carries.WISH:
        return await lists.marks(posts, viewer=viewer, place_id=place_id)
    if kind.key is BoardName.DELIBERATION:
        return await proposals.marks(posts, viewer=viewer, place_id=place_id)
    return {}


async def see(post_id: int, path: str, *, by: Viewer) -> None:
    """Somebody has looked at what a post stands for, on its page or in a chat: they have read the post, and what they
    were told of it."""
    await threads.see(post_id, by=by, upto=0)
    await bell.read_of(path, by=by)
