"""One message from a resident as every channel hands it to the inbox."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from courier import inbox
from courier.inbox import Received
from models.file import FileKind
from models.wording import below
from nlp.normalise import clean_input

LOOK_SECONDS, QUIET_SECONDS = 0.002, 0.004
ALBUM_WAIT_MS = 1_000
"""How long the first piece of an album waits for the others; what comes later is added to it."""
_SAYS_MORE = ("location", "contact")


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or voice message that came along: ``source`` is what its channel fetches it by, ``name`` which file it is
    where it is kept already; with a ``problem`` its channel could not take it, and it never comes."""

    kind: FileKind
    source: str = ""
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Who wrote (an address on a channel, in a place), what, and the key that makes a repeat of it known. Messages of
    one ``album`` are one message that its channel sent in pieces."""

    channel: str
    address: str
    place_id: int
    text: str
    key: str
    network: str = ""
    """From where it was written, as far as a channel knows; tries of numbers are counted by it."""
    attached: tuple[Attached, ...] = ()
    album: str = ""

    @property
    def lane(self) -> str:
        """The lane that orders this resident's messages."""
        return f"{self.channel}:{self.address}"


def payload(incoming: Incoming) -> str:
    """As kept, encrypted, in the inbox row; what no database can keep is left out."""
    parts: list[object] = [incoming.address, incoming.place_id, clean_input(incoming.text)]
    if incoming.network or incoming.attached:
        parts.append(incoming.network)
    if incoming.attached:
        files = [[one.kind.value, one.source, one.name, one.problem] for one in incoming.attached]
        parts += [files, clean_input(incoming.album)]
    return json.dumps(parts, ensure_ascii=False)


def parse(channel: str, *, key: str, text: str) -> Incoming:
    """The message behind an inbox row's payload."""
    address, place_id, words, *rest = json.loads(text)
    missing: list[Any] = ["", [], ""][len(rest) :]
    network, files, album = [*rest, *missing]
    attached = tuple(Attached(FileKind(kind), *which) for kind, *which in files)
    return Incoming(channel, address, place_id, words, key=key, network=network, attached=attached, album=album)


def joined(parts: Sequence[Incoming]) -> Incoming:
    """The pieces of an album as the one message they are: all that came along, and the words that stand under it."""
    first = parts[0]
    words = next((part.text for part in parts if not is_bare(part.text)), first.text)
    attached = tuple(one for part in parts for one in part.attached)
    return replace(first, text=words, attached=attached)


def is_bare(text: str) -> bool:
    """Whether a message has no words of its own."""
    return bool(bare_kind(text))


def bare_kind(text: str) -> str:
    """What came without words of its own, such as ``photo``: the text only names it (【照片】), or says where a
    place is or what stands on a card; '' where there are words."""
    for kind, words in below("attachment.kind").items():
        if text.startswith(words):
            return kind if kind in _SAYS_MORE or text == words else ""
    return ""


_arriving, _arrived = 0, float("-inf")
"""How many messages are being stored in this process right now, and when the last was."""


async def receive(incoming: Incoming) -> Received:
    """Put a message into the inbox, once however often it is sent."""
    global _arriving, _arrived
    _arriving += 1
    try:
        return await inbox.receive(
            channel=incoming.channel,
            key=incoming.key,
            lane=incoming.lane,
            payload=payload(incoming),
            wait_ms=ALBUM_WAIT_MS if incoming.album else 0,
        )
    finally:
        _arriving, _arrived = _arriving - 1, time.monotonic()


async def lull(*, seconds: float) -> None:
    """Wait while messages are being stored or the last just was, but no longer than this: in a rush they are kept
    first, answered next."""
    end = time.monotonic() + seconds
    while _is_rush() and time.monotonic() < end:  # noqa: ASYNC110 - an event would wake the worker between any two.
        await asyncio.sleep(LOOK_SECONDS)


def _is_rush() -> bool:
    return _arriving > 0 or time.monotonic() - _arrived < QUIET_SECONDS
