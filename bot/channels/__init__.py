"""What every channel offers delivery: one way to send, and an honest word about what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from courier.outbox import Outbound


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has it."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not arrive and may be tried again, after ``wait_ms`` where the other side said so. Not ``is_try``:
    it only waits for its turn, exactly so long, and that counts for nothing."""

    error: str
    wait_ms: int | None = None
    is_try: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request went out and no answer came back: it may have arrived."""

    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side will never take it."""

    error: str


@dataclass(frozen=True, slots=True)
class Held:
    """It cannot be sent before the other side is heard from again; it waits until then."""

    error: str


Result = Sent | NotSent | Unknown | Refused | Held
Begin = Callable[[], Awaitable[bool]]
"""Notes that the request is about to go out; False when the message is no longer this sender's."""


class Channel(Protocol):
    """A chat system messages are pushed to."""

    @property
    def name(self) -> str:
        """The channel's name, as in contacts and outbox rows."""
        ...

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message within the lease; never raises for what the network does. ``begin`` is awaited as the very
        last thing before the request goes out, which it must not when the answer is False: who dies before has surely
        sent nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Got:
    """A file, whole."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Later:
    """It could not be fetched now; ``wait_ms`` where the other side said how long."""

    error: str
    wait_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """It will not be had: ``problem`` names the sentence, ``attachment.problem.…``."""

    problem: str


Fetched = Got | Later | Never
