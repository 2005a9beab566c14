"""One message from a resident as every channel hands it to the inbox."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

from courier import inbox
from courier.inbox import Received
from nlp.normalise import clean_input

LOOK_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Incoming:
    """Who wrote (an address on a channel, in a place), what, and the key that makes a repeat of it known."""

    channel: str
    address: str
    place_id: int
    text: str
    key: str

    @property
    def lane(self) -> str:
        """The lane that orders this resident's messages."""
        return f"{self.channel}:{self.address}"


def payload(incoming: Incoming) -> str:
    """As kept, encrypted, in the inbox row; what no database can keep is left out."""
    return json.dumps([incoming.address, incoming.place_id, clean_input(incoming.text)], ensure_ascii=False)


def parse(channel: str, *, key: str, text: str) -> Incoming:
    """The message behind an inbox row's payload."""
    address, place_id, words = json.loads(text)
    return Incoming(channel=channel, address=address, place_id=place_id, text=words, key=key)


_arriving = 0
"""How many messages are being stored in this process right now."""


async def receive(incoming: Incoming) -> Received:
    """Put a message into the inbox, once however often it is sent."""
    global _arriving
    _arriving += 1
    try:
        return await inbox.receive(
            channel=incoming.channel, key=incoming.key, lane=incoming.lane, payload=payload(incoming)
        )
    finally:
        _arriving -= 1


async def lull(*, seconds: float) -> None:
    """Wait while messages are being stored, but no longer than this: in a rush they are kept first, answered next."""
    end = time.monotonic() + seconds
    while _arriving and time.monotonic() < end:  # noqa: ASYNC110 - an event would wake the worker between any two.
        await asyncio.sleep(LOOK_SECONDS)
