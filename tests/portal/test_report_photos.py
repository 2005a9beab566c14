"""Photos of a report: kept while the form asks on, seen by its reporter, and never somebody else's."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from aiohttp import FormData

from models.case import CasePhoto
from models.file import StoredFile
from people import shelf
from tests.people.photos import photo
from tests.portal.conftest import Client
from tests.portal.test_my_cases import FACTS, browser, report, sent

__all__ = ["browser"]
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """Where files lie in this test."""
    shelf.use_folder(tmp_path / "files")


def form(*given: bytes, **changes: str) -> FormData:
    """A report as browsers send it."""
    made = FormData(quote_fields=False)
    for name, value in {**FACTS, **changes}.items():
        made.add_field(name, value)
    for one in given or (b"",):
        made.add_field("photo", io.BytesIO(one), filename="x.jpg" if one else "", content_type="image/jpeg")
    return made


async def test_a_report_carries_its_photos_and_its_reporter_sees_them(browser: Client) -> None:
    answer = await browser.post("/report", data=form(photo(), photo()))
    html = await answer.text()
    assert (answer.status, html.count("/preview")) == (200, 2)
    name = (await StoredFile.first() or StoredFile()).name
    assert (await browser.get(f"/files/{name}")).status == 200
    browser.session.cookie_jar.clear()
    assert (await browser.get(f"/files/{name}")).status == 404


async def test_photos_wait_while_it_is_asked_whether_it_is_the_same(browser: Client) -> None:
    await report(browser)
    browser.session.cookie_jar.clear()
    html = await (await browser.post("/report", data=form(photo()))).text()
    assert "是同一件事吗" in html
    found = re.search(r'name="photos" value="([^"]+)"', html)
    assert found is not None
    status, _, html = await sent(browser, "/report", **FACTS, kind="stair_light", sure="1", photos=found.group(1))
    assert (status, html.count("/preview")) == (200, 1)


async def test_nobody_takes_the_photo_of_another_by_its_name(browser: Client) -> None:
    await browser.post("/report", data=form(photo()))
    name = (await StoredFile.first() or StoredFile()).name
    before = await CasePhoto.all().count()
    browser.session.cookie_jar.clear()
    await sent(browser, "/report", **FACTS, sure="1", photos=f"{name},x' OR 1=1")
    assert await CasePhoto.all().count() == before == 1


async def test_what_is_no_photo_is_refused_and_the_words_stay(browser: Client) -> None:
    answer = await browser.post("/report", data=form(b"no photo"))
    html = await answer.text()
    assert (answer.status, "不是看得了的照片" in html, "3号楼2楼的楼道灯坏了" in html) == (422, True, True)
    assert (await browser.post("/report", data=form())).status == 200
