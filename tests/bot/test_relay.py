"""The signed gateway: what comes in is stored once, what goes out is judged by the gateway's answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestClient, TestServer
from tortoise.context import TortoiseContext

from bot.channels import NotSent, Refused, Sent, Unknown, relay
from bot.channels.relay import Relay, signature
from courier.letters import Letter
from courier.outbox import Outbound
from models.errors import Refusal
from models.transaction import fetch
from tests.bot.gateway import SECRET, signed
from tests.conftest import StillClock

MESSAGE = Outbound(7, "relay:x", "relay", "x", "bot.answer", Letter("您好", ("有用",)), 1, 0, "me", 0)


@web.middleware
async def _refusals(request: web.Request, handler: object) -> web.StreamResponse:
    try:
        return await handler(request)  # pyright: ignore[reportCallIssue]
    except Refusal as refusal:
        return web.Response(status=refusal.status)


@pytest.fixture
async def gateway(db: TortoiseContext, clock: StillClock) -> AsyncIterator[TestClient]:
    application = web.Application(middlewares=[_refusals])
    application.add_routes(relay.routes(secret=SECRET, place_id=1))
    async with TestClient(TestServer(application)) as client:
        yield client


async def post(client: TestClient, content: object, *, secret: str = SECRET, late_seconds: int = 0) -> int:
    body = json.dumps(content).encode()
    headers = signed(body, secret=secret, late_seconds=late_seconds)
    async with client.post(relay.PATH, data=body, headers=headers) as response:
        return response.status


async def _begin() -> bool:
    return True


HELLO = {"key": "1", "address": "x", "text": "你好"}


async def test_a_signed_message_is_stored_once_however_often_it_is_sent(gateway: TestClient) -> None:
    assert [await post(gateway, HELLO), await post(gateway, HELLO)] == [200, 200]
    assert len(await fetch("SELECT id FROM inbox")) == 1


async def test_a_wrong_secret_is_turned_away(gateway: TestClient) -> None:
    assert await post(gateway, HELLO, secret="another secret altogether") == 403


async def test_an_old_signature_is_turned_away(gateway: TestClient) -> None:
    assert await post(gateway, HELLO, late_seconds=600) == 403


@pytest.mark.parametrize("content", [{}, [], "x", {"key": "", "address": "x", "text": "y"}, {"key": 1, "address": "x"}])
async def test_a_body_that_makes_no_sense_is_refused(gateway: TestClient, content: object) -> None:
    assert await post(gateway, content) == 422


async def sent_to(status: int, headers: dict[str, str] | None = None) -> object:
    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        assert request.headers[relay.SIGNATURE] == signature(SECRET, time=request.headers[relay.TIME], body=body)
        return web.Response(status=status, headers=headers)

    application = web.Application()
    application.router.add_post("/", take)
    async with TestServer(application) as server, ClientSession() as session:
        return await Relay(session, url=str(server.make_url("/")), secret=SECRET).send(
            MESSAGE, maybe_repeated=False, begin=_begin
        )


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        (200, {"X-Receipt": "r1"}, Sent("r1")),
        (503, {}, NotSent("status 503")),
        (429, {"Retry-After": "3"}, NotSent("status 429", wait_ms=3000)),
        (504, {}, Unknown("status 504")),
        (400, {}, Refused("status 400")),
    ],
)
async def test_the_gateways_answer_decides(status: int, headers: dict[str, str], result: object) -> None:
    assert await sent_to(status, headers) == result


async def test_nobody_listening_means_not_sent() -> None:
    async with ClientSession(timeout=ClientTimeout(total=5)) as session:
        result = await Relay(session, url="http://127.0.0.1:9/", secret=SECRET).send(
            MESSAGE, maybe_repeated=False, begin=_begin
        )
    assert isinstance(result, NotSent)


async def test_a_connection_cut_after_the_request_means_unknown() -> None:
    async def cut(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    application = web.Application()
    application.router.add_post("/", cut)
    async with TestServer(application) as server, ClientSession() as session:
        result = await Relay(session, url=str(server.make_url("/")), secret=SECRET).send(
            MESSAGE, maybe_repeated=True, begin=_begin
        )
    assert isinstance(result, Unknown)


async def test_a_message_that_is_no_longer_ours_does_not_go_out() -> None:
    bodies = []

    async def take(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response()

    async def refuse() -> bool:
        return False

    application = web.Application()
    application.router.add_post("/", take)
    async with TestServer(application) as server, ClientSession() as session:
        gateway = Relay(session, url=str(server.make_url("/")), secret=SECRET)
        assert isinstance(await gateway.send(MESSAGE, maybe_repeated=False, begin=refuse), NotSent)
    assert bodies == []


@pytest.mark.parametrize("name", ["key", "address"])
@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
async def test_a_name_that_no_database_keeps_is_refused(gateway: TestClient, name: str, value: str) -> None:
    assert await post(gateway, HELLO | {name: value}) == 422


@pytest.mark.parametrize("text", ["a\x00b", "\ud800好", "😀" * 30_000])
async def test_any_text_is_stored(gateway: TestClient, text: str) -> None:
    assert await post(gateway, HELLO | {"text": text}) == 200


async def test_a_header_that_is_no_number_of_ours_is_refused(gateway: TestClient) -> None:
    body = json.dumps(HELLO).encode()
    for time in ("²", "1" * 5000):
        headers = {relay.TIME: time, relay.SIGNATURE: signature(SECRET, time=time, body=body)}
        async with gateway.post(relay.PATH, data=body, headers=headers) as response:
            assert response.status == 403
