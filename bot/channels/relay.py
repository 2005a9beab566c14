"""A signed HTTP gateway for any other chat system: messages come in by POST and are pushed out the same way.

Both directions carry ``X-Mulin-Time`` (seconds since 1970) and ``X-Mulin-Signature``: the HMAC-SHA256, in hex, of the
time, a full stop and the body, under the shared secret (RFC 2104). Incoming: ``{"key", "address", "text"}`` and, where
the gateway knows from which network address somebody writes, ``"network"``: tries of codes are counted by it. Outgoing:
``{"id", "address", "text", "choices", "links", "kind", "maybe_repeated"}``; ``Idempotency-Key`` names the message.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from bot import incoming as messages
from bot.channels import Begin, NotSent, Refused, Result, Sent, Unknown
from bot.incoming import Incoming
from courier import signals
from courier.outbox import Outbound
from models import clock
from models.errors import Invalid, NotAllowed
from models.wording import say
from nlp.normalise import clean_input

NAME = "relay"
PATH = "/channels/relay"
TIME, SIGNATURE = "X-Mulin-Time", "X-Mulin-Signature"
CLOCK_SKEW_SECONDS = 300
MOST_CHARS = 20_000
MOST_NAME = 120
_SECONDS = re.compile(r"[0-9]{1,12}")
GATEWAY_ERRORS = (502, 504)


def signature(secret: str, *, time: str, body: bytes) -> str:
    """HMAC-SHA256 over time, full stop and body, in hex."""
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()


def _headers(secret: str, body: bytes) -> dict[str, str]:
    time = str(clock.now_ms() // 1000)
    return {TIME: time, SIGNATURE: signature(secret, time=time, body=body), "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Relay:
    """Pushes messages to the gateway at ``url``; the session is the caller's to close."""

    session: aiohttp.ClientSession
    url: str
    secret: str
    name: str = NAME
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message; what the gateway answers decides what is known of it."""
        body = _body(message, maybe_repeated=maybe_repeated)
        headers = _headers(self.secret, body) | {"Idempotency-Key": str(message.id), "Content-Length": str(len(body))}
        given = _Given(body, begin=begin, turn=self.turn)
        try:
            async with self.session.post(self.url, data=given, headers=headers) as response:
                return await _result(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unknown(type(error).__name__) if given.is_out else NotSent(type(error).__name__)


class _Given:
    """A request's body, given out once there is a connection and it is noted that the request goes out.

    One message at a time, and the write follows the note without a pause: a process that dies leaves at most one
    message noted that did not go out.
    """

    def __init__(self, body: bytes, *, begin: Begin, turn: asyncio.Lock) -> None:
        self._body, self._begin, self._turn = body, begin, turn
        self.is_out = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with self._turn:
            self.is_out = await self._begin()
        if not self.is_out:
            raise ConnectionError("the message is somebody else's now")
        yield self._body


def _body(message: Outbound, *, maybe_repeated: bool) -> bytes:
    letter = message.letter
    text = f"{say('channel.repeated')}{letter.text}" if maybe_repeated else letter.text
    content = {
        "id": message.id,
        "address": message.address,
        "text": text,
        "choices": letter.choices,
        "links": [{"text": link.text, "path": link.path} for link in letter.links],
        "kind": message.kind,
        "maybe_repeated": maybe_repeated,
    }
    return json.dumps(content, ensure_ascii=False).encode()


async def _result(response: aiohttp.ClientResponse) -> Result:
    """2xx: there. 502 and 504: a gateway lost track of it. Other 5xx, 408, 425, 429: not taken, later. Else: never."""
    if response.status < 300:
        return Sent(receipt=response.headers.get("X-Receipt", "")[:120])
    if response.status in GATEWAY_ERRORS:
        return Unknown(f"status {response.status}")
    if response.status >= 500 or response.status in (408, 425, 429):
        return NotSent(f"status {response.status}", wait_ms=_retry_after_ms(response))
    return Refused(f"status {response.status}")


def _retry_after_ms(response: aiohttp.ClientResponse) -> int | None:
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) * 1000 if _SECONDS.fullmatch(seconds) else None


def routes(*, secret: str, place_id: int) -> list[web.RouteDef]:
    """The way in: stored under the sender's key, answered later through the outbox."""

    async def receive(request: web.Request) -> web.StreamResponse:
        """收: 200 once the message is safe, however often it is sent."""
        body = await request.read()
        _check(request, body, secret=secret)
        received = await messages.receive(_incoming(body, place_id=place_id))
        signals.publish(signals.INBOX)
        return web.json_response({"id": received.id, "new": received.is_new})

    return [web.post(PATH, receive, name="relay.receive")]


def _check(request: web.Request, body: bytes, *, secret: str) -> None:
    time = request.headers.get(TIME, "")
    wanted = signature(secret, time=time, body=body)
    if not hmac.compare_digest(wanted.encode(), request.headers.get(SIGNATURE, "").encode()):
        raise NotAllowed("relay.signature")
    if not _SECONDS.fullmatch(time) or abs(clock.now_ms() // 1000 - int(time)) > CLOCK_SKEW_SECONDS:
        raise NotAllowed("relay.signature")


def _is_name(text: str) -> bool:
    """Whether every database keeps it as it is."""
    return len(text) <= MOST_NAME and clean_input(text) == text


def _incoming(body: bytes, *, place_id: int) -> Incoming:
    try:
        content = json.loads(body)
        key, address, text = (content[name] for name in ("key", "address", "text"))
        network = content.get("network", "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid("relay.body") from error
    parts = (key, address, text)
    if not all(isinstance(part, str) and part for part in parts) or not (_is_name(key) and _is_name(address)):
        raise Invalid("relay.body")
    if not isinstance(network, str) or not _is_name(network):
        raise Invalid("relay.body")
    return Incoming(NAME, address, place_id, text[:MOST_CHARS], key=key, network=network)
