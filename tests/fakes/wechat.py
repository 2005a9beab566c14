"""A stand-in for WeChat's servers: it counts the customer-service messages it takes, and lets tokens expire. What it
pushes to an account stands in ``wechat_pushes``.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.wechat_pushes import APP_ID, APP_SECRET, TEMPLATE, TICKET

MOST_BYTES, QUOTA, PRESSES, TOKEN_SECONDS = 2048, 5, 3, 7200
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class FakeWeChat:
    """The servers' state; ``errors`` are given one by one instead of taking a message, ``faults`` answer for them."""

    arrived: list[tuple[str, str]] = field(default_factory=list)
    errors: deque[int] = field(default_factory=deque)
    faults: deque[Fault] = field(default_factory=deque)
    tokens_given: int = 0
    good_tokens: set[str] = field(default_factory=set)
    tokens_until: float = math.inf
    quota: dict[str, int] = field(default_factory=dict)
    cut_after: bool = False
    until: dict[str, float] = field(default_factory=dict)
    seconds: Callable[[], float] = time.monotonic
    menu: dict[str, Any] | None = None
    consents: dict[str, int] = field(default_factory=dict)
    noticed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, dict[str, object]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)

    def application(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._token)
        app.router.add_post("/cgi-bin/message/custom/send", self._send)
        app.router.add_post("/cgi-bin/message/subscribe/bizsend", self._notice)
        app.router.add_post("/cgi-bin/menu/create", self._put_menu)
        app.router.add_get("/cgi-bin/menu/get", self._get_menu)
        app.router.add_get("/cgi-bin/ticket/getticket", self._ticket)
        app.router.add_get("/sns/oauth2/access_token", self._exchange)
        app.router.add_post("/cgi-bin/openapi/quota/get", self._quota)
        app.router.add_post("/cgi-bin/qrcode/create", self._code)
        app.router.add_get("/wxaapi/newtmpl/gettemplate", self._templates)
        app.router.add_get("/cgi-bin/media/get", self._media)
        return app

    def open_window(self, openid: str, *, is_message: bool) -> None:
        """A message opens 48 hours for five of the account's, a press a minute for three; it takes nothing away."""
        count, seconds = (QUOTA, 48 * 3600) if is_message else (PRESSES, 60)
        until = self.seconds() + seconds
        if is_message or self.quota.get(openid, 0) < 1 or self.until.get(openid, math.inf) < self.seconds():
            self.quota[openid], self.until[openid] = count, until

    async def _media(self, request: web.Request) -> web.Response:
        if not self._is_good(request.query.get("access_token")):
            return _said({"errcode": 42001, "errmsg": "access_token expired rid: x"})
        if (content := self.media.get(request.query.get("media_id", ""))) is None:
            return _said({"errcode": 40007, "errmsg": "invalid media_id"})
        return web.Response(body=content, content_type="image/jpeg")

    def expire(self) -> None:
        """No token given so far is good any more."""
        self.good_tokens.clear()

    def _is_good(self, token: str | None) -> bool:
        """Whether a token was given and is not past its two hours."""
        if self.seconds() > self.tokens_until:
            self.expire()
        return token in self.good_tokens

    async def _token(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        asked = json.loads(await request.read())
        if (asked["appid"], asked["secret"]) != (APP_ID, APP_SECRET):
            return _said({"errcode": 40125, "errmsg": "invalid appsecret"})
        if not self._is_good(f"token-{self.tokens_given}"):
            self.tokens_given += 1
            self.good_tokens.add(f"token-{self.tokens_given}")
            self.tokens_until = self.seconds() + TOKEN_SECONDS
        return _said({"access_token": f"token-{self.tokens_given}", "expires_in": TOKEN_SECONDS})

    def _refused(self, request: web.Request) -> web.Response | None:
        """The error that comes before anything is looked at."""
        self.calls.append(request.path)
        if not self._is_good(request.query.get("access_token")):
            return _said({"errcode": 42001, "errmsg": "access_token expired rid: x"})
        return _said({"errcode": self.errors.popleft(), "errmsg": "as told"}) if self.errors else None

    async def _notice(self, request: web.Request) -> web.Response:
        """A notice outside the window: one for each consent, fields of at most 20 characters."""
        if refused := self._refused(request):
            return refused
        message = json.loads(await request.read())
        openid = message["touser"]
        if message["template_id"] != TEMPLATE:
            return _said({"errcode": 40037, "errmsg": "invalid template_id"})
        words = {name: one["value"] for name, one in message["data"].items()}
        if any(not words[name] or len(words[name]) > 20 for name in words):
            return _said({"errcode": 47003, "errmsg": "argument invalid"})
        if self.consents.get(openid, 0) < 1:
            return _said({"errcode": 43101, "errmsg": "user refuse to accept the msg"})
        self.consents[openid] -= 1
        self.noticed.append((openid, words))
        return _said({"errcode": 0, "errmsg": "ok"})

    async def _put_menu(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        given = json.loads(await request.read())
        tops = given["button"]
        below = [one for top in tops for one in top.get("sub_button", [])]
        if len(tops) > 3 or any(len(top.get("sub_button", [])) > 5 for top in tops):
            return _said({"errcode": 40016, "errmsg": "invalid button size"})
        if any(len(one["name"].encode()) > 16 for one in tops) or any(len(one["name"].encode()) > 60 for one in below):
            return _said({"errcode": 40018, "errmsg": "invalid button name size"})
        self.menu = given
        return _said({"errcode": 0, "errmsg": "ok"})

    async def _get_menu(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        return _said({"menu": self.menu} if self.menu else {"errcode": 46003, "errmsg": "menu no exist"})

    async def _ticket(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        return _said({"errcode": 0, "errmsg": "ok", "ticket": TICKET, "expires_in": 7200})

    async def _exchange(self, request: web.Request) -> web.Response:
        """A code is good once."""
        if (request.query.get("appid"), request.query.get("secret")) != (APP_ID, APP_SECRET):
            return _said({"errcode": 40125, "errmsg": "invalid appsecret"})
        answer = self.codes.pop(request.query.get("code", ""), None)
        return _said(answer or {"errcode": 40163, "errmsg": "code been used"})

    async def _quota(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        return _said({"errcode": 0, "quota": {"daily_limit": 500_000, "used": 12, "remain": 499_988}})

    async def _code(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        asked = json.loads(await request.read())
        scene = asked["action_info"]["scene"]["scene_str"]
        if asked["action_name"] != "QR_LIMIT_STR_SCENE" or not 1 <= len(scene) <= 64:
            return _said({"errcode": 40053, "errmsg": "invalid action info"})
        return _said({"ticket": "t", "url": f"http://weixin.qq.com/q/{scene}"})

    async def _templates(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        return _said({"errcode": 0, "data": [{"priTmplId": TEMPLATE, "title": "x", "content": "{{thing1.DATA}}"}]})

    def code_for(self, openid: str, **more: object) -> str:
        """A code that a browser of this follower brings back from the platform."""
        code = secrets.token_hex(16)
        self.codes[code] = {"access_token": "web", "openid": openid, "scope": "snsapi_base", "expires_in": 7200, **more}
        return code

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if self.faults:
            return await self.faults.popleft()(request)
        if refused := self._refused(request):
            return refused
        body = await request.read()
        code = self.take(json.loads(body), body)
        if self.cut_after:
            assert request.transport is not None
            request.transport.abort()
        return _said({"errcode": code, "errmsg": "ok"})

    def take(self, message: dict[str, Any], body: bytes) -> int:
        """Take a message, or say by an errcode why not."""
        openid, text = message["touser"], message["text"]["content"]
        if b"\\u" in body:
            return 40033
        if len(text.encode()) > MOST_BYTES:
            return 45002
        if self.seconds() > self.until.get(openid, math.inf):
            return 45015
        if self.quota.get(openid, 0) < 1:
            return 45047
        self.quota[openid] -= 1
        self.arrived.append((openid, text))
        return 0


def _said(content: dict[str, object]) -> web.Response:
    return web.Response(text=json.dumps(content), content_type="text/plain")
