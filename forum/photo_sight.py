"""Who may look at a photo of a post or reply: whoever sees that now, asked whenever the file is opened."""

from __future__ import annotations

from forum import posts, replies
from forum.sight import visible, visible_reply
from forum.states import SHOWN_SQL
from models.errors import NotFound
from people import files
from people.files import ParentKind
from people.viewers import Viewer

POST, REPLY = posts.PARENT, replies.PARENT


async def _sees_post(post_id: int, viewer: Viewer) -> bool:
    try:
        await visible(post_id, viewer)
    except NotFound:
        return False
    return True


async def _sees_reply(reply_id: int, viewer: Viewer) -> bool:
    try:
        await visible_reply(reply_id, viewer)
    except NotFound:
        return False
    return True


_OPEN = f"EXISTS (SELECT 1 FROM {{0}} p WHERE p.id=f.parent_id AND p.state IN ({SHOWN_SQL}))"
files.register(ParentKind(POST, "post", _sees_post, is_open=_OPEN.format("post")))
files.register(ParentKind(REPLY, "reply", _sees_reply, is_open=_OPEN.format("reply")))
