"""What happens on boards and every neighbour may see, as events for the neighbourhood's other systems."""

from __future__ import annotations

from forum.kinds import BoardKind
from forum.sight import Found
from models.person import RoleName
from people import webhooks
from people.webhooks import Kind


async def published(post_id: int, kind: BoardKind, *, place_id: int, role: RoleName | None) -> None:
    """A post that is no private one now stands on its board; at the end of the transaction."""
    path, office = f"/posts/{post_id}", role.value if role else None
    data = {"post": post_id, "board": kind.key.value, "path": path, "role": office}
    await webhooks.happened(Kind.PUBLISHED, data, place_id=place_id)


async def answered(post: Found, reply_id: int, *, role: RoleName | None) -> None:
    """A reply from an office; nothing of private questions, and nothing of what neighbours say to each other."""
    if post.is_private or role is None:
        return
    path = f"/posts/{post.id}#r{reply_id}"
    data = {"post": post.id, "board": post.kind.key.value, "reply": reply_id, "path": path, "role": role.value}
    await webhooks.happened(Kind.ANSWERED, data, place_id=post.place_id)
