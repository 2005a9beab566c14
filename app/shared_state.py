"""What several processes of one installation share over Redis: signals and counted rates. Nothing is kept there that is
needed: while the server is away every process goes on by itself, and looks for news by the clock."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.connection import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.crew import Crew, first_of
from courier import limits, signals
from courier.limits import InProcessStorage
from courier.resting import rest
from courier.signals import InProcessSignals, Listener
from models.sealed import keyed_hash

AWAY = (RedisError, OSError, TimeoutError)
"""What it looks like when the server cannot be asked."""
CONNECTIONS = 20
"""In a rush the others wait for one: a pool that refuses would look like a server that is away."""
ANSWER_SECONDS = 1.0
"""How long the server may take for a word; it is on the same network."""
GATHER_SECONDS = 0.01
"""Signals of this long go out together: a busy process wakes the others a hundred times a second at most."""
BEAT_SECONDS, DEAF_SECONDS = 2.0, 6.0
"""Every process says something this often, and takes the line for dead when it has not heard itself for so long."""
BY_CLOCK_SECONDS = 1.0
"""How often everybody looks for news while no signal can come."""
MOST_TOPICS = 10_000
REST_SECONDS = 2.0
"""How long rates are counted in this process alone before the server is asked again."""
log = structlog.get_logger()


def named(what: str) -> str:
    """The name of something at the server, which other installations may use too: each has its own secret key."""
    return f"mulin:{keyed_hash('what is shared at the server')[:12]}:{what}"


def client(url: str) -> Redis:
    """A client that says soon that the server is away instead of trying for half a minute."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
    return Redis.from_pool(pool)


class SharedSignals:
    """Signals to this process at once, and to the others through one channel of the server."""

    def __init__(self, url: str) -> None:
        self._here = InProcessSignals()
        self._client = client(url)
        self._name, self._channel = uuid4().hex, named("signals")
        self._waiting: dict[str, None] = {}
        self._news = asyncio.Event()
        self._heard = 0.0

    def publish(self, topic: str) -> None:
        """Ring here, and let the others know soon; for an absent server only so many topics are kept."""
        self._here.publish(topic)
        if not signals.is_own(topic) and len(self._waiting) < MOST_TOPICS:
            self._waiting[topic] = None
            self._news.set()

    def listen(self, *topics: str) -> Listener:
        """A new listener; drop it with ``forget``."""
        return self._here.listen(*topics)

    def forget(self, listener: Listener, *topics: str) -> None:
        """Stop ringing a listener."""
        self._here.forget(listener, *topics)

    async def tell(self, stop: asyncio.Event) -> None:
        """Tell the other processes what was published here, until ``stop``."""
        while not stop.is_set():
            await self._gathered(stop)
            topics, self._waiting = self._waiting, {}
            try:
                await self._client.publish(self._channel, json.dumps({"by": self._name, "topics": list(topics)}))
            except AWAY:
                self._waiting = topics | self._waiting
                await rest(stop, seconds=BY_CLOCK_SECONDS)

    async def _gathered(self, stop: asyncio.Event) -> None:
        """Until something was published and a moment has gone by, or it is time for a word anyway."""
        await first_of(stop, self._news.wait(), seconds=BEAT_SECONDS)
        await asyncio.sleep(GATHER_SECONDS)
        self._news.clear()

    async def hear(self, stop: asyncio.Event) -> None:
        """Ring here what the other processes publish, until ``stop``; whatever may have been missed rings everybody."""
        is_away = False
        while not stop.is_set():
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as line:
                    await line.subscribe(self._channel)
                    self._heard = time.monotonic()
                    self._here.ring_all()
                    log.info("redis_heard")
                    is_away = False
                    await self._take(line, stop)
            except AWAY as error:
                if not is_away:
                    log.warning("redis_away", problem=type(error).__name__)
                is_away = True
                self._here.ring_all()
                await rest(stop, seconds=BY_CLOCK_SECONDS)

    async def _take(self, line: PubSub, stop: asyncio.Event) -> None:
        while not stop.is_set():
            message = await line.get_message(timeout=BY_CLOCK_SECONDS)
            if message is not None:
                self._ring(str(message["data"]))
            elif time.monotonic() - self._heard > DEAF_SECONDS:
                raise TimeoutError("not even our own words come back")

    def _ring(self, words: str) -> None:
        self._heard = time.monotonic()
        try:
            said = json.loads(words)
            topics = said["topics"] if said["by"] != self._name else []
        except (ValueError, TypeError, KeyError):
            return
        for topic in topics:
            self._here.publish(str(topic))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


class SharedLimiter(MovingWindowRateLimiter):
    """Rates counted for all processes together; while the server is away each counts for itself, with what is allowed
    to all: rather a few too many than nobody let in."""

    def __init__(self, url: str) -> None:
        self._client = client(url)
        super().__init__(_storage(self._client))
        self._own = MovingWindowRateLimiter(InProcessStorage())
        self._away_until = 0.0

    async def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count; False when the rate is used up."""
        if time.monotonic() < self._away_until:
            return await self._own.hit(item, *identifiers, cost=cost)
        try:
            return await super().hit(item, *identifiers, cost=cost)
        except AWAY as error:
            log.warning("rates_counted_alone", problem=type(error).__name__)
            self._away_until = time.monotonic() + REST_SECONDS
            return await self._own.hit(item, *identifiers, cost=cost)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


def _storage(server: Redis) -> RedisStorage:
    """The library's own; its declared range ends before our version of the client, so a test walks the two together."""
    pool: Any = server.connection_pool
    return RedisStorage("async+redis://", implementation="redispy", key_prefix=named("rate"), connection_pool=pool)


@asynccontextmanager
async def joined(redis_url: str | None, *, crew: Crew) -> AsyncIterator[None]:
    """For the length of a block, share with the other processes, where a server is named."""
    if redis_url is None:
        yield
        return
    shared, limiter = SharedSignals(redis_url), SharedLimiter(redis_url)
    signals.install(shared)
    limits.install(limiter)
    crew.start("signals out", shared.tell)
    crew.start("signals in", shared.hear)
    try:
        yield
    finally:
        signals.install(InProcessSignals())
        limits.install(MovingWindowRateLimiter(InProcessStorage()))
        await shared.close()
        await limiter.close()
