"""A stand-in for WeChat's servers: it signs and encrypts pushes as the platform does, counts the customer-service
messages it takes, and lets tokens expire. Its encryption is written apart from the product's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import secrets
import time
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

APP_ID, APP_SECRET, TOKEN = "wx1234567890abcdef", "0123456789abcdef0123456789abcdef", "mulin1token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
TEMPLATE, TICKET = "notice-template-of-the-tests-000000000000000", "ticket-of-the-tests"
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


def signed(*parts: str) -> str:
    """SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher() -> Cipher[CBC]:
    key = base64.b64decode(f"{AES_KEY}=")
    return Cipher(AES(key), CBC(key[:16]))


def encrypted(text: str, *, app_id: str = APP_ID) -> str:
    """As the platform encrypts a push."""
    words = text.encode()
    plain = secrets.token_bytes(16) + len(words).to_bytes(4, "big") + words + app_id.encode()
    padder = padding.PKCS7(256).padder()
    encryptor = _cipher().encryptor()
    return base64.b64encode(encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()).decode()


def decrypted(text: str) -> str:
    """As the platform opens a reply."""
    decryptor = _cipher().decryptor()
    unpadder = padding.PKCS7(256).unpadder()
    plain = unpadder.update(decryptor.update(base64.b64decode(text)) + decryptor.finalize()) + unpadder.finalize()
    length = int.from_bytes(plain[16:20], "big")
    assert plain[20 + length :].decode() == APP_ID
    return plain[20 : 20 + length].decode()


@dataclass(frozen=True, slots=True)
class Posted:
    """A push as it goes over the line: the query and the body."""

    query: dict[str, str]
    body: bytes


def push(text: str, *, number: int = 1, openid: str = "wang-openid", **more: str) -> dict[str, str | int]:
    """The fields of a text message; ``more`` replaces or adds fields."""
    fields: dict[str, str | int] = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": 1_772_413_800,
        "MsgType": "text",
        "Content": text,
        "MsgId": number,
    }
    return {**fields, **more}


def event(name: str, *, openid: str = "wang-openid", key: str = "") -> dict[str, str | int]:
    """The fields of an event."""
    fields = push("", openid=openid) | {"MsgType": "event", "Event": name, "EventKey": key}
    return {name: value for name, value in fields.items() if name not in {"Content", "MsgId"}}


def answered(accepted: bool, *, openid: str = "wang-openid") -> dict[str, Any]:
    """The fields of the event that says what somebody pressed when they were asked for a notice."""
    said = {"TemplateId": TEMPLATE, "SubscribeStatusString": "accept" if accepted else "reject", "PopupScene": "0"}
    return event("subscribe_msg_popup_event", openid=openid) | {"SubscribeMsgPopupEvent": {"List": said}}


def _xml(fields: dict[str, Any]) -> str:
    return f"<xml>{''.join(f'<{name}>{_inner(value)}</{name}>' for name, value in fields.items())}</xml>"


def _inner(value: object) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_inner(one)}</{name}>" for name, one in value.items())
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"


def plain_post(fields: dict[str, Any], *, as_json: bool = False, token: str = TOKEN) -> Posted:
    """A push in plain mode."""
    body = json.dumps(fields) if as_json else _xml(fields)
    query = {"timestamp": "1772413800", "nonce": "42", "openid": str(fields["FromUserName"])}
    return Posted({**query, "signature": signed(token, "1772413800", "42")}, body.encode())


def safe_post(fields: dict[str, Any], *, as_json: bool = False, token: str = TOKEN, app_id: str = APP_ID) -> Posted:
    """A push in safe mode."""
    words = encrypted(json.dumps(fields) if as_json else _xml(fields), app_id=app_id)
    outer: dict[str, Any] = {"ToUserName": ACCOUNT, "Encrypt": words}
    query = {"timestamp": "1772413800", "nonce": "42", "encrypt_type": "aes"}
    query |= {"signature": signed(token, "1772413800", "42")}
    query |= {"msg_signature": signed(token, "1772413800", "42", words)}
    return Posted(query, (json.dumps(outer) if as_json else _xml(outer)).encode())


def reply_of(body: str) -> dict[str, str]:
    """The fields of a passive reply, opened where it is encrypted."""
    fields = _fields(body)
    if "Encrypt" in fields:
        assert fields["MsgSignature"] == signed(TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        fields = _fields(decrypted(fields["Encrypt"]))
    return fields


def _fields(body: str) -> dict[str, str]:
    if body.startswith("{"):
        return {name: str(value) for name, value in json.loads(body).items()}
    return {part.tag: part.text or "" for part in ET.fromstring(body)}
