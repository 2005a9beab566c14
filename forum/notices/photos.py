"""Photos of a notice: while it waits they are for those who work at notices, from then on they are its post's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from forum.notices import found
from forum.posts import MOST_PHOTOS
from forum.posts import PARENT as POST
from models.errors import NotFound
from people import files
from people.files import FileLine, Parent, ParentKind
from people.viewers import Viewer

PARENT = "notice"
"""What a stored file of a notice that has not gone out belongs to."""


async def put(names: Sequence[str], notice_id: int, *, by: Viewer) -> None:
    """Photos of a form by their names, in the transaction that writes the notice."""
    await files.attach(names[:MOST_PHOTOS], to=Parent(PARENT, notice_id), by=by)


async def go_out(notice_id: int, post_id: int) -> None:
    """From now on they are seen by whoever sees the post, in the transaction in which it appears."""
    await files.pass_all(Parent(PARENT, notice_id), to=Parent(POST, post_id))


async def drop(notice_id: int) -> None:
    """Those of what will never go out, in the transaction that takes it back."""
    await files.drop(PARENT, [notice_id])


async def waiting(notice_ids: Collection[int]) -> dict[int, list[FileLine]]:
    """Of notices that have not gone out, which the caller found."""
    return await files.of(PARENT, notice_ids)


async def shown(post_ids: Collection[int]) -> dict[int, list[FileLine]]:
    """Of the posts of notices, which the caller found."""
    return await files.of(POST, post_ids)


async def _sees(notice_id: int, viewer: Viewer) -> bool:
    try:
        await found.visible(notice_id, viewer)
    except NotFound:
        return False
    return True


_WAITS = "EXISTS (SELECT 1 FROM notice n WHERE n.id=f.parent_id AND n.state='scheduled')"
files.register(ParentKind(PARENT, "notice", _sees, is_open=_WAITS))
