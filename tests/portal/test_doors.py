"""What every request goes through: safety, refusals, files, the two views."""

from __future__ import annotations

import gzip
import io
import uuid

import pytest
from aiohttp import web

from portal import assets
from portal.filters import dialable
from portal.render import safe_path
from tests.portal.conftest import Client, MakeClient
from tests.portal.neighbourhood import portal_app

pytestmark = pytest.mark.databases("sqlite")  # What stands before every page asks no database.


async def test_every_answer_carries_the_strict_policy_errors_and_files_too(client: Client) -> None:
    for path in ("/", "/nothing", assets.address("site.css"), "/chat/lines"):
        policy = (await client.get(path)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_a_form_from_another_site_is_refused_on_a_page(client: Client) -> None:
    form = {"text": "您好", "key": str(uuid.uuid4())}
    response = await client.post("/chat", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403
    assert "不是从本站页面发出的" in await response.text()


async def test_a_broken_page_says_so_with_status_500_and_keeps_the_reason_to_itself(
    neighbourhood: None, aiohttp_client: MakeClient
) -> None:
    async def broken(request: web.Request) -> web.Response:
        raise ZeroDivisionError("secret reason")

    app = portal_app()
    app.router.add_get("/broken", broken)
    response = await (await aiohttp_client(app)).get("/broken")
    html = await response.text()
    assert response.status == 500
    assert "页面出了点问题" in html
    assert "secret" not in html


async def test_too_large_a_post_is_refused_on_a_page(client: Client) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await client.post("/chat", data=io.BytesIO(b"text=" + b"x" * 2_000_000), headers=kind)
    assert response.status == 413
    assert "太大" in await response.text()


async def test_a_file_asked_for_by_its_content_is_kept_for_good(client: Client) -> None:
    response = await client.get(assets.address("site.css"))
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await client.get("/static/site.css")).headers["Cache-Control"] == "no-cache"


async def test_a_file_unchanged_is_not_sent_again(client: Client) -> None:
    mark = (await client.get("/static/site.css")).headers["ETag"]
    response = await client.get("/static/site.css", headers={"If-None-Match": mark})
    assert (response.status, await response.read()) == (304, b"")


async def test_files_are_compressed_for_those_who_ask(client: Client) -> None:
    plain = await (await client.get("/static/site.css", headers={"Accept-Encoding": "identity"})).read()
    assert plain == (assets.FOLDER / "site.css").read_bytes()
    async with client.get("/static/site.css", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert await response.read() == plain
    assert len(gzip.compress(plain)) < len(plain) / 2


@pytest.mark.parametrize("name", ["nothing.css", "../routes.py", "%2e%2e/routes.py"])
async def test_nothing_outside_the_folder_is_served(client: Client, name: str) -> None:
    assert (await client.get(f"/static/{name}")).status == 404


async def test_the_elder_view_is_switched_on_where_one_is_and_stays(client: Client) -> None:
    response = await client.post("/view", data={"large": "1", "back": "/guide?x=1"})
    assert str(response.url.relative()) == "/guide?x=1"
    assert 'class="large size-20"' in await (await client.get("/")).text()
    await client.post("/view", data={"size": "30"})
    assert 'class="large size-30"' in await (await client.get("/")).text()
    await client.post("/view", data={"large": "0"})
    assert 'class="large' not in await (await client.get("/")).text()


async def test_a_size_that_is_not_offered_changes_nothing(client: Client) -> None:
    await client.post("/view", data={"large": "1", "size": "999"})
    assert 'class="large size-20"' in await (await client.get("/")).text()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("/guide?a=1", "/guide?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("guide", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_a_form_leads_back_within_this_site_only(given: str, used: str) -> None:
    assert safe_path(given) == used


@pytest.mark.parametrize("number", ["110", "12345", "12333", "021-12345678", "13800000000", "400-820-0000"])
def test_a_number_that_people_ring_can_be_pressed(number: str) -> None:
    assert f'href="tel:{number.replace("-", "")}"' in dialable(f"请打{number}。")


@pytest.mark.parametrize("text", ["每月12345元", "2026年", "110.5", "1-110", "12000", "120天", "120 元"])
def test_an_amount_is_no_telephone_number(text: str) -> None:
    assert "<a" not in dialable(text)
