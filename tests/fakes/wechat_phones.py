"""Followers with WeChat on their phones: what they write is pushed to the account's callback as the platform does it:
five seconds for an answer, three tries, the passive reply shown, and the account told broken where it answers nonsense.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fakes.lines import Line, Windows
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_pushes import ACCOUNT, TOKEN, Posted, encrypted, event, push, reply_of, safe_post, signed

SECONDS, TRIES, AGAIN_SECONDS = 5.0, 3, 0.2
BROKEN = "该公众号提供的服务出现故障，请稍后再试"


@dataclass(slots=True)
class Disturbed:
    """What happens to the next pushes: so many are not heard the answer of and come again, so many wait until the next
    has gone, so many are preceded by a body that nobody can read."""

    twice: int = 0
    swapped: int = 0
    poisoned: int = 0


@dataclass(slots=True)
class WeChatPhones:
    """Everybody who follows the account at ``callback``, and what stands in their windows."""

    fake: FakeWeChat
    callback: str
    windows: Windows = field(default_factory=Windows)
    disturbed: Disturbed = field(default_factory=Disturbed)
    seconds: float = SECONDS
    tries: int = TRIES
    first: int = 1
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _held: list[dict[str, Any]] = field(default_factory=list)
    _seen: int = 0
    _lanes: dict[str, asyncio.Lock] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.first)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[WeChatPhones]:
        """Push for the length of a block."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.seconds)) as self._session:
            yield self

    async def write(self, openid: str, text: str) -> str:
        """A follower writes; gives the passive reply, '' where there was none."""
        self._show(openid, text)
        self.fake.open_window(openid, is_message=True)
        return await self._hand_on(push(text, number=next(self._numbers), openid=openid))

    async def send_photo(self, openid: str, content: bytes) -> str:
        """A follower sends a photo; WeChat has no words with one."""
        self._show(openid, "〔照片〕")
        self.fake.open_window(openid, is_message=True)
        number = next(self._numbers)
        self.fake.media[f"media{number}"] = content
        fields = push("", number=number, openid=openid, MsgType="image", MediaId=f"media{number}", PicUrl="")
        return await self._hand_on(fields)

    async def do(self, openid: str, name: str, *, key: str = "", shown: str = "") -> str:
        """A follower follows, scans or presses a button of the menu."""
        self._show(openid, shown or f"〔{name}〕")
        self.fake.open_window(openid, is_message=False)
        return await self._hand_on({**event(name, openid=openid, key=key), "CreateTime": next(self._numbers)})

    def lines(self, openid: str, *, after: int = 0) -> list[Line]:
        """What stands in somebody's window."""
        self._take()
        return self.windows.after(openid, after)

    def _show(self, openid: str, text: str) -> None:
        self._take()
        self.windows.add(openid, text, by_person=True)

    def _take(self) -> None:
        """Customer-service messages that have arrived meanwhile go into the windows."""
        for openid, text in self.fake.arrived[self._seen :]:
            self.windows.add(openid, text, by_person=False)
        self._seen = len(self.fake.arrived)

    async def _hand_on(self, fields: dict[str, Any]) -> str:
        if self.disturbed.poisoned:
            self.disturbed.poisoned -= 1
            await self._post(_poison())
        if self.disturbed.swapped and not self._held:
            self.disturbed.swapped -= 1
            self._held.append(fields)
            return ""
        said = await self._push(fields)
        while self._held:
            await self._push(self._held.pop())
        return said

    async def _push(self, fields: dict[str, Any]) -> str:
        """One push with its repeats; a follower's pushes go one after the other."""
        openid = str(fields["FromUserName"])
        async with self._lanes.setdefault(openid, asyncio.Lock()):
            body = await self._tried(fields)
            if self.disturbed.twice:
                self.disturbed.twice -= 1
                body = await self._tried(fields)
        said = self._read(body)
        if said:
            self._take()
            self.windows.add(openid, said, by_person=False)
        return said

    async def _tried(self, fields: dict[str, Any]) -> str | None:
        for _ in range(self.tries):
            body = await self._post(safe_post(fields))
            if body is not None:
                return body
            await asyncio.sleep(AGAIN_SECONDS)
        return None

    async def _post(self, posted: Posted) -> str | None:
        """The body of the answer; None where none came in time."""
        assert self._session is not None
        try:
            async with self._session.post(self.callback, params=posted.query, data=posted.body) as response:
                return await response.text() if response.status == 200 else f"status {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def _read(self, body: str | None) -> str:
        if body in ("", "success"):
            return ""
        try:
            return reply_of(body or "")["Content"]
        except Exception:  # noqa: BLE001 - whatever else an account says is shown as the platform shows it.
            return BROKEN


def _poison() -> Posted:
    """A push that proves itself, and holds what nobody can read."""
    words, stamp, nonce = encrypted("<xml><Nobody"), "1772413800", "42"
    query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes", "signature": signed(TOKEN, stamp, nonce)}
    body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{words}</Encrypt></xml>"
    return Posted({**query, "msg_signature": signed(TOKEN, stamp, nonce, words)}, body.encode())
