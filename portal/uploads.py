"""Files that are handed in: those of staff go to a temporary file, photos of a form to memory; both counted piece by
piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from courier import limits
from models.errors import Invalid, NotAllowed, TooMany
from people import pictures
from portal.errors import TYPED
from portal.forms import TOKEN, Fields, Photos, Sent, as_typed, fields_of, form_read_by, own_form_read_by
from portal.proxy import address
from portal.security import must_match
from portal.session import Visitor, staff

MOST_BYTES = 30 * 1024 * 1024
_MOST_TOKEN = 200
PHOTO, BEFORE, AFTER = "photo", "before", "after"
MOST_PHOTOS = 6
"""The names of fields that hold photos, and how many of them one form may carry."""
_MOST_FIELD, _MOST_FIELDS, _MOST_PARTS = 64 * 1024, 256 * 1024, 64
"""Of what is typed: how long one field may be, and all of them together; and of how many parts a form may be."""
_MOST_SENT = 30 * pictures.MOST_BYTES
"""Of photos, all together: what a whole album marked by mistake may come to. No more of it is held than one photo above
those a form may carry; the rest is let go by, so that the words stay."""
FORMS = "30/minute"
"""How many forms that may carry photos one network may send, since they are read before it is known who sends them."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Who handed in a file, what they call it, and where it lies for now."""

    who: Visitor
    name: str
    path: Path


@asynccontextmanager
async def handed_in(request: web.Request) -> AsyncIterator[HandedIn]:
    """The one file of a form of signed-in staff. Its token comes first: before it is right, nothing is written."""
    who = await staff(request)
    with TemporaryDirectory(prefix="handed-in-") as folder:
        try:
            reader = await request.multipart()
            await _must_match(who, await reader.next())
            part = await reader.next()
            if not isinstance(part, BodyPartReader) or not part.filename:
                raise Invalid("home_file.no_file")
            path = Path(folder) / "file"
            await _write(part, path)
        except (ValueError, AssertionError, LookupError) as error:
            raise Invalid("form.unreadable") from error
        yield HandedIn(who, Path(part.filename).name, path)


async def _must_match(who: Visitor, part: object) -> None:
    if not isinstance(part, BodyPartReader) or part.name != TOKEN:
        raise NotAllowed("security.stale_form")
    given = await part.read_chunk(_MOST_TOKEN)
    must_match(who.session_token or "", given.decode("ascii", "replace"))
    while not part.at_eof():
        await part.read_chunk()


async def _write(part: BodyPartReader, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(1 << 18):
            size += len(piece)
            if size > MOST_BYTES:
                raise Invalid("homes.too_large")
            await asyncio.to_thread(file.write, piece)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody sent with a form that may carry photos: its fields, and the photos as they came."""

    fields: Fields
    named: Photos

    @property
    def photos(self) -> tuple[bytes, ...]:
        """The photos alone."""
        return tuple(content for _, content in self.named)

    def text(self, name: str) -> str:
        """A field as typed; '' where it is missing."""
        return next((value for given, value in self.fields if given == name), "")


async def posted_with_photos(request: web.Request) -> Given:
    """A form that may carry photos, also as it comes without any."""
    if request.content_type == "multipart/form-data":
        return await with_photos(request)
    return Given(await fields_of(request), ())


async def with_photos(request: web.Request) -> Given:
    """The fields of a form and its photos (files in fields of their names), piece by piece and never more than may be.

    Whoever takes them hands each to ``people.files.keep`` and attaches what that gives; a field left empty is none. Of
    a photo that is too large the beginning comes, and one photo more where they are too many: ``keep`` and
    ``must_be_few`` refuse them where the form can be shown again with what was typed. Of a network that sends too many
    forms little is read, so that the page which says so still shows the words.
    """
    is_calm = await limits.hit("forms", address(request), rate=FORMS)
    fields: list[tuple[str, str]] = []
    taken: list[tuple[str, bytes]] = []
    parts, room, left = 0, _MOST_FIELDS, _MOST_SENT if is_calm else pictures.MOST_BYTES
    try:
        async for part in await request.multipart():
            parts += 1
            if parts > _MOST_PARTS:
                raise Invalid("page.too_large")
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            if part.name in {PHOTO, BEFORE, AFTER} and part.filename is not None:
                content, came = await _photo(part, most=left)
                left -= came
                if content and len(taken) <= MOST_PHOTOS:
                    taken.append((part.name, content))
                continue
            typed = await _read(part, most=min(_MOST_FIELD, room), key="page.too_large")
            room -= len(typed)
            fields.append((part.name, as_typed(typed.decode())))
    except (ValueError, AssertionError, LookupError, HttpProcessingError) as error:
        raise Invalid("form.unreadable") from error
    if not is_calm:
        request[TYPED] = tuple(fields)
        raise TooMany("limits.forms", rate=FORMS)
    return Given(tuple(fields), tuple(taken))


async def _fields_and_photos(request: web.Request) -> tuple[Fields, Photos]:
    given = await posted_with_photos(request)
    return given.fields, given.named


form_with_photos = form_read_by(_fields_and_photos)
"""Let a handler take a form of signed-in staff that may carry photos (``Sent.photos``)."""
PhotoHandler = Callable[[web.Request, Sent, tuple[bytes, ...]], Awaitable[web.StreamResponse]]


def own_photo_form(handler: PhotoHandler) -> Handler:
    """The same of whoever is signed in; the handler is given the photos alone."""

    async def take(request: web.Request, sent: Sent) -> web.StreamResponse:
        return await handler(request, sent, tuple(content for _, content in sent.photos))

    return own_form_read_by(_fields_and_photos)(take)


def must_be_few(photos: Sequence[object]) -> None:
    """Invalid where a form carries more photos than it may."""
    if len(photos) > MOST_PHOTOS:
        raise Invalid("file.too_many", most=MOST_PHOTOS)


async def _photo(part: BodyPartReader, *, most: int) -> tuple[bytes, int]:
    """A photo and how much came; what is beyond a byte too many is let go by."""
    content, came = bytearray(), 0
    while piece := await part.read_chunk(1 << 16):
        came += len(piece)
        if came > most:
            raise Invalid("page.too_large")
        if len(content) <= pictures.MOST_BYTES:
            content += piece
    return bytes(content[: pictures.MOST_BYTES + 1]), came


async def _read(part: BodyPartReader, *, most: int, key: str) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(1 << 16):
        content += piece
        if len(content) > most:
            raise Invalid(key, most=most // 1024 // 1024)
    return bytes(content)
