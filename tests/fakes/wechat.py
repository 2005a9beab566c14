"""A stand-in for WeChat's servers: it signs and encrypts pushes as the platform does, counts the customer-service
messages it takes, and lets tokens expire. Its encryption is written apart from the product's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import xml.etree.ElementTree as ET
from collections import deque
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
MOST_BYTES, QUOTA = 2048, 5


@dataclass(slots=True)
class FakeWeChat:
    """The servers' state; ``errors`` are given one by one instead of taking a message."""

    arrived: list[tuple[str, str]] = field(default_factory=list)
    errors: deque[int] = field(default_factory=deque)
    tokens_given: int = 0
    good_tokens: set[str] = field(default_factory=set)
    quota: dict[str, int] = field(default_factory=dict)
    cut_after: bool = False

    def application(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._token)
        app.router.add_post("/cgi-bin/message/custom/send", self._send)
        return app

    def expire(self) -> None:
        """No token given so far is good any more."""
        self.good_tokens.clear()

    async def _token(self, request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        if (asked["appid"], asked["secret"]) != (APP_ID, APP_SECRET):
            return _said({"errcode": 40125, "errmsg": "invalid appsecret"})
        if not self.good_tokens:
            self.tokens_given += 1
            self.good_tokens.add(f"token-{self.tokens_given}")
        return _said({"access_token": next(iter(self.good_tokens)), "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if request.query.get("access_token") not in self.good_tokens:
            return _said({"errcode": 42001, "errmsg": "access_token expired rid: x"})
        if self.errors:
            return _said({"errcode": self.errors.popleft(), "errmsg": "as told"})
        code = self._taken(json.loads(body), body)
        if self.cut_after:
            assert request.transport is not None
            request.transport.abort()
        return _said({"errcode": code, "errmsg": "ok"})

    def _taken(self, message: dict[str, Any], body: bytes) -> int:
        openid, text = message["touser"], message["text"]["content"]
        if b"\\u" in body:
            return 40033
        if len(text.encode()) > MOST_BYTES:
            return 45002
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


def _xml(fields: dict[str, str | int]) -> str:
    inner = "".join(
        f"<{name}>{value if isinstance(value, int) else f'<![CDATA[{value}]]>'}</{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{inner}</xml>"


def plain_post(fields: dict[str, str | int], *, as_json: bool = False, token: str = TOKEN) -> Posted:
    """A push in plain mode."""
    body = json.dumps(fields) if as_json else _xml(fields)
    query = {"timestamp": "1772413800", "nonce": "42", "openid": str(fields["FromUserName"])}
    return Posted({**query, "signature": signed(token, "1772413800", "42")}, body.encode())


def safe_post(
    fields: dict[str, str | int], *, as_json: bool = False, token: str = TOKEN, app_id: str = APP_ID
) -> Posted:
    """A push in safe mode."""
    words = encrypted(json.dumps(fields) if as_json else _xml(fields), app_id=app_id)
    outer: dict[str, str | int] = {"ToUserName": ACCOUNT, "Encrypt": words}
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
