"""The access token, asked for once however many need it, from the interface that gives the same one to everybody."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

EARLY_SECONDS = 300
PATIENCE_SECONDS = 60.0
"""How long a token that the platform gave again although it refuses it is not asked for once more."""

OLD_TOKEN = frozenset({40001, 40014, 42001})
"""A token that is wrong, or was good once."""
SURELY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""There was no connection to send by."""


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
    _refused: str = ""
    _quiet_until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """A token that is good now. One that is refused and given again all the same is not asked for in a loop."""
        async with self._turn:
            if not self._token or time.monotonic() >= self._good_until:
                if time.monotonic() < self._quiet_until:
                    raise NoTokenError(0)
                await self._fetch()
            return self._token

    async def drop(self, failed: str) -> None:
        """Forget the token that failed, unless another has taken its place meanwhile."""
        async with self._turn:
            if self._token != failed:
                return
            self._token = ""
            if self._refused == failed:
                self._quiet_until = time.monotonic() + PATIENCE_SECONDS
            self._refused = failed

    async def _fetch(self) -> None:
        asked = {"grant_type": "client_credential", "appid": self.app_id, "secret": self.secret, "force_refresh": False}
        answer = await post(self.session, f"{self.api}/cgi-bin/stable_token", asked)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise NoTokenError(errcode(answer))
        self._token, self._good_until = token, time.monotonic() + max(seconds - EARLY_SECONDS, 30)


async def call(tokens: Tokens, path: str, content: object) -> dict[str, Any]:
    """Call an interface that needs the token; one that is refused is renewed once."""
    token = await tokens.token()
    answer = await post(tokens.session, f"{tokens.api}{path}?access_token={token}", content)
    if errcode(answer) not in OLD_TOKEN:
        return answer
    await tokens.drop(token)
    token = await tokens.token()
    return await post(tokens.session, f"{tokens.api}{path}?access_token={token}", content)


async def read(tokens: Tokens, path: str, **query: str) -> dict[str, Any]:
    """The same for what is only read."""
    token = await tokens.token()
    answer = await get(tokens.session, f"{tokens.api}{path}", {**query, "access_token": token})
    if errcode(answer) not in OLD_TOKEN:
        return answer
    await tokens.drop(token)
    return await get(tokens.session, f"{tokens.api}{path}", {**query, "access_token": await tokens.token()})


async def get(session: aiohttp.ClientSession, url: str, query: dict[str, str]) -> dict[str, Any]:
    """Read; gives the answer's fields, whatever its content type."""
    async with session.get(url, params=query) as response:
        return await _fields(response)


async def post(session: aiohttp.ClientSession, url: str, content: object) -> dict[str, Any]:
    """Post JSON as UTF-8, unescaped as the platform wants it; gives the answer's fields, whatever its content type."""
    body = json.dumps(content, ensure_ascii=False).encode()
    async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        return await _fields(response)


async def _fields(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The platform says everything with status 200; any other is the word of something between."""
    answer = await response.json(content_type=None)
    if response.status != 200 or not isinstance(answer, dict):
        raise aiohttp.ClientPayloadError("no answer of the platform")
    return answer


def errcode(answer: dict[str, Any]) -> int:
    """The platform's verdict: 0 is success; errors come with status 200."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1
