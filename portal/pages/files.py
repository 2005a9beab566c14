"""Photos and voice messages, for whoever may see what they belong to."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from casework import attachments
from casework.cases import photo_sight
from forum import photo_sight as board_photos
from forum.key_matters import showing as key_matters
from forum.meetings import showing as meetings
from forum.notices import photos as notice_photos
from forum.promises import photo_sight as promise_photos
from models.errors import NotFound
from people import files, residents
from people.files import Opened
from people.residents import WEB
from people.viewers import Viewer
from portal.file_answers import file_of
from portal.session import visitor

PARENTS = (
    attachments.LINE,
    attachments.QUESTION,
    photo_sight.PARENT,
    board_photos.POST,
    board_photos.REPLY,
    notice_photos.PARENT,
    meetings.PHOTOS.name,
    key_matters.PHOTOS.name,
    promise_photos.MILESTONE,
    promise_photos.SPENDING,
)
"""What files may belong to here; the modules that say who sees it are known by being imported."""


async def show(request: web.Request) -> web.StreamResponse:
    """看照片，听语音."""
    return await _sent(request, is_preview=False)


async def show_preview(request: web.Request) -> web.StreamResponse:
    """小图."""
    return await _sent(request, is_preview=True)


async def _sent(request: web.Request, *, is_preview: bool) -> web.StreamResponse:
    return file_of(await _opened(request, is_preview=is_preview))


async def _opened(request: web.Request, *, is_preview: bool) -> Opened:
    """As who is signed in, or as who speaks from this browser's chat."""
    async for viewer in _viewers(request):
        try:
            return await files.opened(request.match_info["name"], viewer=viewer, is_preview=is_preview)
        except NotFound:
            continue
    raise NotFound("file.not_found")


async def _viewers(request: web.Request) -> AsyncIterator[Viewer]:
    who = await visitor(request)
    yield who.viewer
    if where := await residents.known_at(channel=WEB, address=who.chat_address):
        yield await residents.viewer_at(where)
