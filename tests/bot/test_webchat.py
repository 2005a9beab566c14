"""The web chat's form: stored once under the browser's key, refused plainly when it cannot be used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels import webchat
from courier import limits
from models.errors import Refusal
from models.transaction import fetch
from tests import chat
from tests.bot.stage import Stage


@web.middleware
async def _refusals(request: web.Request, handler: object) -> web.StreamResponse:
    try:
        return await handler(request)  # pyright: ignore[reportCallIssue]
    except Refusal as refusal:
        return web.json_response({"key": refusal.key}, status=refusal.status)


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[TestClient]:
    application = chat.application(stage)
    application.middlewares.append(_refusals)
    async with TestClient(TestServer(application)) as client:
        yield client


async def post(browser: TestClient, text: str, *, key: str | None = None, accept: str = "text/html") -> int:
    form = {"text": text, "key": key or str(uuid4())}
    headers = {"X-Visitor": "wang", "Accept": accept, "X-Forwarded-For": "203.0.113.7"}
    async with browser.post("/chat", data=form, headers=headers, allow_redirects=False) as response:
        return response.status


async def lines() -> int:
    return len(await fetch("SELECT id FROM utterance WHERE author='resident'"))


async def test_a_form_sent_twice_is_one_message(browser: TestClient) -> None:
    key = str(uuid4())
    assert [await post(browser, "敬老卡在哪里办", key=key) for _ in range(2)] == [303, 303]
    assert await lines() == 1


async def test_a_script_hears_whether_the_answer_is_there(browser: TestClient) -> None:
    assert await post(browser, "敬老卡在哪里办", accept="application/json") == 200


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
async def test_an_empty_form_is_refused(browser: TestClient, text: str) -> None:
    assert await post(browser, text) == 422


async def test_a_form_without_a_proper_key_is_refused(browser: TestClient) -> None:
    assert await post(browser, "敬老卡在哪里办", key="no uuid") == 422


async def test_a_message_beyond_reason_is_refused_and_one_below_it_is_kept(browser: TestClient) -> None:
    assert await post(browser, "好" * (webchat.MOST_CHARS + 1)) == 422
    assert await post(browser, "好" * webchat.MOST_CHARS) == 303


async def test_one_network_address_is_limited_but_never_in_danger(browser: TestClient) -> None:
    for _ in range(120):
        await limits.hit("web_address", "203.0.113.7", rate=webchat.PER_NETWORK_ADDRESS)
    assert await post(browser, "敬老卡在哪里办") == 429
    assert await post(browser, "家里着火了") == 303


async def test_anothers_key_does_not_swallow_my_message(browser: TestClient) -> None:
    key = str(uuid4())
    for visitor in ("wang", "li"):
        form = {"text": "敬老卡在哪里办", "key": key}
        async with browser.post("/chat", data=form, headers={"X-Visitor": visitor}, allow_redirects=False):
            pass
    assert await lines() == 2


async def test_a_senseless_way_back_leads_to_the_chat(browser: TestClient) -> None:
    form = {"text": "敬老卡在哪里办", "key": str(uuid4())}
    headers = {"X-Visitor": "wang", "Referer": "http://["}
    async with browser.post("/chat", data=form, headers=headers, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/chat")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"text=\xff\xfe&key=x"),
        ("application/x-www-form-urlencoded; charset=no-such", b"text=a&key=x"),
        ("multipart/form-data; boundary=x", b"--x\r\nno headers"),
        ("multipart/form-data", b"text"),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(browser: TestClient, kind: str, body: bytes) -> None:
    headers = {"X-Visitor": "wang", "Content-Type": kind}
    async with browser.post("/chat", data=body, headers=headers, allow_redirects=False) as response:
        assert response.status in (400, 422)
    assert await lines() == 0
