"""Server-sent events: a browser is told what is new as soon as a signal says so, until it or the service goes away."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from courier import signals
from models.errors import Refusal

BEAT_SECONDS = 15.0
LOOK_AGAIN_BEATS = 4
"""Signals between processes may get lost, so every few beats somebody looks even without one."""
_CLOSING = signals.own_topic("portal closing")
_STOP = web.AppKey("stop", asyncio.Event)


@dataclass(frozen=True, slots=True)
class News:
    """What to send: ``last`` is where reading goes on after a break, ``data`` becomes JSON."""

    last: int
    data: Mapping[str, object]


Reader = Callable[[int], Awaitable[News | None]]


def install(app: web.Application) -> None:
    """End every stream at once when the service stops."""
    app[_STOP] = asyncio.Event()
    app.on_shutdown.append(_stop)


async def _stop(app: web.Application) -> None:
    app[_STOP].set()
    signals.publish(_CLOSING)


def seen(request: web.Request) -> int:
    """The last thing the browser says it has; 0 when it says nothing usable."""
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(given) if given.isdecimal() and len(given) < 19 else 0


async def stream(request: web.Request, *topics: str, read: Reader) -> web.StreamResponse:
    """Send what ``read`` finds after the last thing seen, now and after every signal on one of the topics."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError, Refusal):
        await _keep_sending(request, response, topics=topics, read=read)
    return response


async def _keep_sending(
    request: web.Request, response: web.StreamResponse, *, topics: tuple[str, ...], read: Reader
) -> None:
    last, quiet, stop = seen(request), 0, request.config_dict[_STOP]
    async with signals.listening(*topics, _CLOSING) as listener:
        while not stop.is_set():
            news = await read(last) if quiet % LOOK_AGAIN_BEATS == 0 else None
            last = news.last if news else last
            await response.write(_event(news) if news else b":\n\n")
            quiet = 0 if await listener.wait(seconds=BEAT_SECONDS) else quiet + 1


def _event(news: News) -> bytes:
    return f"id: {news.last}\ndata: {json.dumps(news.data, ensure_ascii=False)}\n\n".encode()
