"""The access token, asked for once however many need it, from the interface that gives the same one to everybody."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

EARLY_SECONDS = 300


class NoTokenError(Exception):
    """The platform gave no token; ``code`` is its errcode, 0 where it was not reached."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


@dataclass(slots=True)
class Tokens:
    """The token of one account in this process (POST /cgi-bin/stable_token, never forced)."""

    session: aiohttp.ClientSession
    api: str
    app_id: str
    secret: str
    _token: str = ""
    _good_until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """A token that is good now."""
        async with self._turn:
            if not self._token or time.monotonic() >= self._good_until:
                await self._fetch()
            return self._token

    async def drop(self, failed: str) -> None:
        """Forget the token that failed, unless another has taken its place meanwhile."""
        async with self._turn:
            if self._token == failed:
                self._token = ""

    async def _fetch(self) -> None:
        asked = {"grant_type": "client_credential", "appid": self.app_id, "secret": self.secret, "force_refresh": False}
        answer = await post(self.session, f"{self.api}/cgi-bin/stable_token", asked)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise NoTokenError(errcode(answer))
        self._token, self._good_until = token, time.monotonic() + max(seconds - EARLY_SECONDS, 30)


async def post(session: aiohttp.ClientSession, url: str, content: object) -> dict[str, Any]:
    """Post JSON as UTF-8, unescaped as the platform wants it; gives the answer's fields, whatever its content type."""
    body = json.dumps(content, ensure_ascii=False).encode()
    async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        answer = await response.json(content_type=None)
    if not isinstance(answer, dict):
        raise aiohttp.ClientPayloadError("no JSON object")
    return answer


def errcode(answer: dict[str, Any]) -> int:
    """The platform's verdict: 0 is success; errors come with status 200."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1
