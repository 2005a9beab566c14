"""A photo that cannot be taken costs nobody their words, and makes nothing public that was for the doctor alone."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import FormData

from forum import board_settings
from forum.board_settings import Wanted
from models.person import RoleName
from models.post import Post
from people import pictures, places, shelf
from people.viewers import SYSTEM
from portal.security import form_token
from portal.uploads import FORMS, MOST_PHOTOS
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.colleagues import Colleague, Page, person
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # What is refused is never written.
WORDS = "我最近总是心慌，睡不好"
REFUSED = {
    "none": ((b"no photo",), "不是看得了的照片"),
    "large": ((photo(), bytes(pictures.MOST_BYTES + 1)), "太大"),
    "many": ((photo(),) * (MOST_PHOTOS + 1), "最多发"),
    "album": ((bytes(5 * 1024 * 1024),) * 20, "最多发"),
}


@pytest.fixture
async def wang(client: Client, tmp_path: Path) -> Colleague:
    """王阿姨; there is a doctor to ask."""
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    here = places.home_place_id()
    await board_settings.set_board("doctor", Wanted(is_on=True), by=SYSTEM, place_id=here)
    await person(client, "吴医生", role=RoleName.DOCTOR, place_id=here)
    return await person(client, "王", role=RoleName.RESIDENT, place_id=here)


async def sends(who: Colleague, path: str, given: Sequence[bytes], **fields: str) -> Page:
    """A form with photos, as browsers send it: the photos first, which must not cost what comes after them."""
    made = FormData(quote_fields=False)
    made.add_field("form_token", form_token(who.token))
    for one in given:
        made.add_field("photo", io.BytesIO(one), filename="x.jpg", content_type="image/jpeg")
    for name, value in fields.items():
        made.add_field(name, value)
    response = await who.client.post(path, data=made, cookies=who.cookies)
    return Page(response.status, response.url.path, await response.text())


@pytest.mark.parametrize("what", REFUSED)
async def test_what_was_meant_for_the_doctor_alone_stays_so(wang: Colleague, what: str) -> None:
    given, why = REFUSED[what]
    page = await sends(wang, "/boards/doctor", given, text=WORDS, private="1", seq="3", key="k")
    assert (page.status, WORDS in page.html, why in page.html) == (422, True, True)
    assert re.search(r'name="private"[^>]* checked', page.html), "sent once more it would be read by everybody"
    assert 'name="seq" value="3"' in page.html
    assert await Post.all().count() == 0


async def test_words_stay_where_a_network_sends_too_many_forms(wang: Colleague) -> None:
    most = int(FORMS.partition("/")[0])
    for _ in range(most):
        assert (await sends(wang, "/boards/issues", (b"no photo",), text=WORDS, key="k")).status == 422
    page = await sends(wang, "/boards/issues", (photo(),), text=WORDS, key="k")
    assert (page.status, WORDS in page.html, "请等一分钟" in page.html) == (429, True, True)
    assert await Post.all().count() == 0


@pytest.mark.parametrize("what", REFUSED)
async def test_what_was_typed_of_an_item_stays(wang: Colleague, what: str) -> None:
    given, why = REFUSED[what]
    facts = {"mode": "sell", "price": "35", "spot": "gate", "key": "k"}
    page = await sends(wang, "/items", given, text="书桌一张", **facts)
    assert page.status == 422
    assert all(words in page.html for words in ("书桌一张", 'value="35"', why))
