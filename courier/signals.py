"""Live signals between parts of the service ("something new in conversation 12"): only hints."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from models.transaction import after_commit

OUTBOX = "outbox"
INBOX = "inbox"
PACK = "pack"
_OWN = "own:"
FILES = "files"


class Signals(Protocol):
    """What an implementation must do; the in-process one serves a single process, another may join several."""

    def publish(self, topic: str) -> None:
        """Wake whoever listens to ``topic``; never blocks and never fails."""

    def listen(self, *topics: str) -> Listener:
        """A listener that is woken by any of the topics."""
        ...

    def forget(self, listener: Listener, *topics: str) -> None:
        """Stop waking a listener."""


class Listener:
    """Remembers that one of its topics was published until somebody asks."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the one who waits."""
        self._rung.set()

    async def wait(self, *, seconds: float) -> bool:
        """Wait for a signal; False when the time ran out first."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class InProcessSignals:
    """Signals within one process."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)

    def publish(self, topic: str) -> None:
        """Ring every listener of the topic."""
        for listener in tuple(self._listeners.get(topic, ())):
            listener.ring()

    def listen(self, *topics: str) -> Listener:
        """A new listener; drop it with ``forget``."""
        listener = Listener()
        for topic in topics:
            self._listeners[topic].add(listener)
        return listener

    def ring_all(self) -> None:
        """Ring every listener: something may have been said that nobody heard."""
        for listener in {one for listeners in self._listeners.values() for one in listeners}:
            listener.ring()

    def forget(self, listener: Listener, *topics: str) -> None:
        """Stop ringing a listener."""
        for topic in topics:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]


_current: Signals = InProcessSignals()


def install(signals: Signals) -> None:
    """Choose the implementation, once at start."""
    global _current
    _current = signals


def publish(topic: str) -> None:
    """Signal ``topic`` after the commit of the open transaction, or at once where none is open."""
    after_commit(lambda: _current.publish(topic))


@asynccontextmanager
async def listening(*topics: str) -> AsyncIterator[Listener]:
    """Listen for the length of a block."""
    signals = _current
    listener = signals.listen(*topics)
    try:
        yield listener
    finally:
        signals.forget(listener, *topics)


def own_topic(name: str) -> str:
    """A topic that concerns this process only, however many there are."""
    return f"{_OWN}{name}"


def is_own(topic: str) -> bool:
    """Whether a topic stays within its process."""
    return topic.startswith(_OWN)


def conversation_topic(conversation_id: int) -> str:
    """The topic of one conversation."""
    return f"conversation:{conversation_id}"


def desk_topic(place_id: int) -> str:
    """The topic of one neighbourhood's desk."""
    return f"desk:{place_id}"


def queue_topic(place_id: int) -> str:
    """The topic of those who wait for one neighbourhood's desk: somebody came, went ahead, or was taken."""
    return f"queue:{place_id}"


def session_topic(person_id: int) -> str:
    """The topic of somebody's sessions: one of them was ended."""
    return f"session:{person_id}"


def bell_topic(person_id: int) -> str:
    """The topic of what somebody is told: a line came or changed, or was read elsewhere."""
    return f"bell:{person_id}"


def thread_topic(post_id: int) -> str:
    """The topic of one thread: a reply came, or something in it was changed or taken away."""
    return f"thread:{post_id}"
