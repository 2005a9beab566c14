"""Residents who write: every message is sent again under the same key until the service says that it has it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from models import clock
from tests.reliability.process import Service

RETRY_SECONDS = 0.05
ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and words that stand in its answer and in no other's."""

    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class Script:
    """What one resident asks, in order; ``address`` is the relay address or the browser's token."""

    address: str
    questions: tuple[Question, ...]


def scripts(questions: Sequence[Question], *, residents: int, each: int, chance: random.Random) -> list[Script]:
    """Residents with their questions in random order, none twice before all of them were asked."""
    made = []
    for number in range(residents):
        asked: list[Question] = []
        while len(asked) < each:
            asked.extend(one for one in [chance.choice(questions)] if one not in asked[-(len(questions) - 1) :])
        address = hashlib.sha256(f"{chance.random()} {number}".encode()).hexdigest()[:43]
        made.append(Script(address, tuple(asked)))
    return made


class Gate:
    """Lets a certain number of messages through, so that kills fall all along the traffic and not after it."""

    def __init__(self) -> None:
        self._allowed = asyncio.Semaphore(0)
        self.through = 0

    def open(self, count: int) -> None:
        """Let so many more through."""
        for _ in range(count):
            self._allowed.release()

    async def pass_one(self) -> None:
        """Wait for a turn."""
        await self._allowed.acquire()
        self.through += 1


class Door(Protocol):
    """A way in for messages."""

    async def post(self, service: Service, *, address: str, key: str, text: str) -> bool:
        """Send once; True when the service said that it has the message."""
        ...


@dataclass(frozen=True, slots=True)
class RelayDoor:
    """The signed gateway, POST /channels/relay."""

    session: aiohttp.ClientSession
    secret: str

    async def post(self, service: Service, *, address: str, key: str, text: str) -> bool:
        """Send one message as another chat system would."""
        body = json.dumps({"key": key, "address": address, "text": text}).encode()
        now = str(clock.now_ms() // 1000)
        signed = hmac.new(self.secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Mulin-Time": now, "X-Mulin-Signature": signed}
        async with self.session.post(f"{service.url}/channels/relay", data=body, headers=headers) as response:
            return response.status == 200


@dataclass(frozen=True, slots=True)
class WebDoor:
    """The web chat's form, POST /chat, from a browser that holds a token."""

    session: aiohttp.ClientSession

    async def post(self, service: Service, *, address: str, key: str, text: str) -> bool:
        """Send the form once."""
        form = {"text": text, "key": str(uuid.uuid5(uuid.NAMESPACE_OID, key))}
        headers = {"Cookie": f"mulin_chat={address}", "Origin": service.url}
        async with self.session.post(
            f"{service.url}/chat", data=form, headers=headers, allow_redirects=False
        ) as response:
            return response.status in (200, 202, 303)


@dataclass(slots=True)
class Traffic:
    """All residents writing at once, each waiting for the word that a message is kept before the next."""

    service: Service
    gate: Gate = field(default_factory=Gate)
    accepted: int = 0

    async def write(self, script: Script, *, door: Door) -> None:
        """One resident's messages, in order."""
        for number, question in enumerate(script.questions):
            await self.gate.pass_one()
            key = f"{script.address}-{number}"
            while not await self._try(door, address=script.address, key=key, text=question.text):
                await asyncio.sleep(RETRY_SECONDS)
                await self.service.is_up.wait()
            self.accepted += 1

    async def _try(self, door: Door, *, address: str, key: str, text: str) -> bool:
        try:
            return await door.post(self.service, address=address, key=key, text=text)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def session() -> aiohttp.ClientSession:
    """A client without memory: no cookie is kept between residents."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        connector=aiohttp.TCPConnector(limit=64, force_close=True),
    )
