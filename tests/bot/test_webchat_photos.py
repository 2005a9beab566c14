"""Photos from the web chat's form: with words or without, once however often it is sent, refused with the form kept."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest
from aiohttp import FormData

from casework import attachments
from models.file import StoredFile
from models.message import Inbox
from people import pictures, shelf
from tests.people import photos
from tests.portal.conftest import Client, client, neighbourhood
from tests.portal.neighbourhood import COOKIES

__all__ = ["client", "neighbourhood"]
pytestmark = pytest.mark.databases("sqlite")


def form(*given: bytes, text: str = "", key: str = "") -> FormData:
    """A form as browsers send it."""
    made = FormData(quote_fields=False)
    made.add_field("key", key or str(uuid.uuid4()))
    made.add_field("text", text)
    for one in given or (b"",):
        made.add_field("photo", io.BytesIO(one), filename="../../x.jpg" if one else "", content_type="image/jpeg")
    return made


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """Where files lie in this test."""
    shelf.use_folder(tmp_path / "files")


async def test_photos_stand_in_the_chat_and_at_the_desk(client: Client) -> None:
    sent = form(photos.photo(), photos.photo(kind="PNG"), text="3号楼2楼的路灯坏了")
    answer = await client.post("/chat", data=sent, cookies=COOKIES)
    page = await answer.text()
    assert (answer.status, page.count("/preview")) == (200, 2)
    name = (await StoredFile.first() or StoredFile()).name
    assert (await client.get(f"/files/{name}/preview", cookies=COOKIES)).content_type == "image/jpeg"
    assert (await client.get(f"/files/{name}/preview", cookies={"mulin_chat": "x" * 43})).status == 404
    assert {one.parent_kind for one in await StoredFile.all()} <= {attachments.LINE, attachments.QUESTION}


async def test_a_photo_without_a_word_is_asked_about(client: Client) -> None:
    answer = await client.post("/chat", data=form(photos.photo()), cookies=COOKIES)
    assert "照片收到了" in await answer.text()


async def test_the_same_form_sent_twice_is_one_message(client: Client) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        await client.post("/chat", data=form(photos.photo(), key=key), cookies=COOKIES)
    assert await Inbox.all().count() == 1
    assert await StoredFile.filter(line_id__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ((b"no photo",), "不是看得了的照片"),
        ((bytes(11 * 1024 * 1024),), "不要超过 10 MB"),
        ((photos.photo(),) * 7, "最多发 6 张"),
        ((), "还没有写字"),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_a_sentence(client: Client, given: tuple, why: str) -> None:
    answer = await client.post("/chat", data=form(*given), cookies=COOKIES)
    assert (answer.status, why in await answer.text()) == (422, True)
    assert await Inbox.all().count() == 0


WORDS = "3号楼2楼的路灯坏了"
REFUSED = {
    "large": (bytes(pictures.MOST_BYTES + 1),),
    "very_large": (bytes(11 * 1024 * 1024),),
    "none": (b"no photo",),
    "many": (photos.photo(),) * 7,
    "an_album": (bytes(5 * 1024 * 1024),) * 20,
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("words_last", [False, True])
async def test_the_words_beside_a_photo_that_is_refused_stay_in_the_form(
    client: Client, what: str, *, words_last: bool
) -> None:
    made = FormData(quote_fields=False)
    fields = [("key", str(uuid.uuid4())), ("text", WORDS)]
    for name, value in [] if words_last else fields:
        made.add_field(name, value)
    for one in REFUSED[what]:
        made.add_field("photo", io.BytesIO(one), filename="x.jpg", content_type="image/jpeg")
    for name, value in fields if words_last else []:
        made.add_field(name, value)
    answer = await client.post("/chat", data=made, cookies=COOKIES)
    page = await answer.text()
    assert (answer.status, f'value="{WORDS}"' in page, "不带照片也能发" in page) == (422, True, True)
    assert await Inbox.all().count() == 0
    again = await client.post("/chat", data=form(text=WORDS), cookies=COOKIES)
    assert (again.status, WORDS in await again.text(), await Inbox.all().count()) == (200, True, 1)


async def test_danger_is_heard_whatever_is_wrong_with_its_photo(client: Client) -> None:
    answer = await client.post("/chat", data=form(bytes(11 * 1024 * 1024), text="着火了，快来人"), cookies=COOKIES)
    page = await answer.text()
    assert (answer.status, "119" in page, await Inbox.all().count()) == (200, True, 1)
    assert "您发来的照片没有收到：文件太大了" in page.partition("119")[2], "behind what to do, not before it"


@pytest.mark.parametrize(
    ("given", "why"), [((b"no photo",), "打不开，请重新拍一张"), ((photos.photo(),) * 7, "一下子发得太多了")]
)
async def test_whoever_tells_of_danger_hears_once_that_the_photos_were_not_taken(
    client: Client, given: tuple[bytes, ...], why: str
) -> None:
    key = str(uuid.uuid4())
    pages = [
        await (await client.post("/chat", data=form(*given, text="着火了，快来人", key=key), cookies=COOKIES)).text()
        for _ in range(2)
    ]
    assert pages[-1].count(f"您发来的照片没有收到：{why}") == 1
    assert [one.problem for one in await StoredFile.filter(line_id__isnull=False)] != []


async def test_whoever_tells_of_danger_with_a_photo_hears_nothing_of_the_kind(client: Client) -> None:
    answer = await client.post("/chat", data=form(photos.photo(), text="着火了，快来人"), cookies=COOKIES)
    page = await answer.text()
    assert ("119" in page, "没有收到" in page) == (True, False)


async def test_words_that_are_refused_without_a_photo_stay_as_well(client: Client) -> None:
    typed = {"text": WORDS, "key": "no key"}
    answer = await client.post("/chat", data=typed, cookies=COOKIES)
    assert (answer.status, f">{WORDS}</textarea>" in await answer.text()) == (422, True)


async def test_a_form_of_very_many_or_very_long_fields_is_refused(client: Client) -> None:
    for count, length in ((20, 1), (3, 100_000)):
        made = form(photos.photo(), text="你好")
        for number in range(count):
            made.add_field(f"field{number}", "x" * length)
        assert (await client.post("/chat", data=made, cookies=COOKIES)).status == 422


async def test_a_body_that_breaks_off_is_refused(client: Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (
        b"",
        b"--x\r\n",
        b"--x\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\nabc",
        b"\xff" * 9,
    ):
        assert (await client.post("/chat", data=body, headers=headers, cookies=COOKIES)).status == 422
