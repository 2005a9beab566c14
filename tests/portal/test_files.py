"""Photos and voice messages over HTTP: to whom they belong, and so that no browser makes more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework import attachments
from models.conversation import Utterance
from models.file import FileKind, StoredFile
from models.transaction import transaction
from people import files, places, shelf
from people.residents import viewer_at
from tests.people import photos
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES, chat

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
async def photo(client: Client, tmp_path: Path) -> StoredFile:
    """A photo in the conversation of the browser that holds ``COOKIES``."""
    shelf.use_folder(tmp_path / "files")
    talk = await chat()
    await talk.resident("楼道灯坏了")
    line = (await Utterance.get(conversation_id=talk.talk.conversation_id)).id
    by = await viewer_at(talk.talk.at)
    file = await files.keep(photos.photo(400, 300), by=by, kind=FileKind.PHOTO, place_id=places.home_place_id())
    async with transaction():
        await files.attach([file.name], to=attachments.to_line(line), by=by, line_id=line)
    return file


@pytest.mark.parametrize("end", ["", "/preview"])
async def test_who_sent_it_sees_it_and_nothing_can_be_made_of_it(client: Client, photo: StoredFile, end: str) -> None:
    answer = await client.get(f"/files/{photo.name}{end}", cookies=COOKIES)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert photos.size(await answer.read()) == (400, 300)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert (photo.shelf_name or "") not in str(answer.headers)


async def test_nobody_else_learns_even_that_it_is_there(client: Client, photo: StoredFile) -> None:
    for path in (f"/files/{photo.name}", f"/files/{photo.name}/preview", f"/files/{photo.shelf_name}", "/files/x"):
        assert (await client.get(path)).status == 404


async def test_a_part_of_a_voice_message_may_be_asked_for(client: Client, photo: StoredFile) -> None:
    by = await viewer_at((await chat()).talk.at)
    voice = await files.keep(photos.VOICE, by=by, kind=FileKind.VOICE, place_id=places.home_place_id())
    answer = await client.get(f"/files/{voice.name}", cookies=COOKIES, headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.content_type, await answer.read()) == (206, "audio/ogg", b"OggS")


async def test_a_file_that_the_folder_lost_is_not_found(client: Client, photo: StoredFile) -> None:
    shelf.remove([photo.shelf_name or ""])
    assert (await client.get(f"/files/{photo.name}", cookies=COOKIES)).status == 404
