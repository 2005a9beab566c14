"""Carries the library's requests as JSON over aiohttp; its own client writes forms, in which every byte of Chinese
becomes three, over httpx, and that took half as much processor time again for a message.

What is a request, an answer and an error stays the library's; only whether one was sent is known by other exceptions.
"""

from __future__ import annotations

import json
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 32
CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
SURELY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""There was no connection to send by."""


class Transport(BaseRequest):
    """Requests as JSON, or as forms where a file goes along, by connections that are kept; the ways out that the
    environment names are used."""

    def __init__(self, *, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing is opened before the first request."""

    async def shutdown(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: object, **_named: object
    ) -> tuple[int, bytes]:
        """The status and the body of the answer; the library's error with the cause behind it where none came."""
        body, headers = _body(request_data)
        opened = self._open(url)
        try:
            async with opened.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error

    def _open(self, url: str) -> aiohttp.ClientSession:
        """The connections to the one server there is."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=self._trusted)
            timeout = aiohttp.ClientTimeout(connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, proxy=way_out(url))
        return self._session


def _body(given: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """What is sent, and what it is called; a form says that itself."""
    if given is None:
        return None, {}
    if not given.contains_files:
        return json.dumps(given.parameters, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData(given.json_parameters)
    for name, (filename, content, kind) in given.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def way_out(url: str) -> str | None:
    """The HTTP proxy that the environment names for an address, by its scheme or for all, looked up once: aiohttp would
    ask a thread each time, and does not know ``ALL_PROXY``. It speaks to no other kind of proxy."""
    parts, named = urlsplit(url), getproxies()
    found = None if proxy_bypass(parts.hostname or "") else named.get(parts.scheme) or named.get("all")
    return found if found and urlsplit(found).scheme in ("http", "https") else None
