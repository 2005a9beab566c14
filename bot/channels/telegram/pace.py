"""How fast the Bot API lets us go: overall, in one chat, in one group; and when everybody has to wait."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from courier import limits

OVERALL, PER_CHAT, PER_GROUP = "25/second", "3/3second", "18/minute"
"""In a group a message, an edit and a new topic count alike."""
STEP_SECONDS, MOST_WAIT_SECONDS = 0.1, 8.0
STORM, STORM_SECONDS = 3, 10.0
"""So many chats told to wait within so many seconds: everybody waits."""


@dataclass(slots=True)
class Pace:
    """What one bot's senders share: whether all of them rest, and until when."""

    _told_to_wait: deque[float] = field(default_factory=lambda: deque(maxlen=STORM))
    _all_wait_until: float = 0.0

    def told_to_wait(self, seconds: float) -> None:
        """One chat has to wait so long; three in a row mean all."""
        self._told_to_wait.append(time.monotonic())
        if len(self._told_to_wait) == STORM and time.monotonic() - self._told_to_wait[0] < STORM_SECONDS:
            self.rest(seconds)

    def rest(self, seconds: float) -> None:
        """Nothing goes out for so long."""
        self._all_wait_until = time.monotonic() + seconds

    def rest_ms(self) -> int:
        """How long nothing goes out yet."""
        return max(0, int((self._all_wait_until - time.monotonic()) * 1000))


async def turn(chat: str, *, seconds: float = MOST_WAIT_SECONDS) -> bool:
    """Wait for a place within the Bot API's rates; False when that takes too long."""
    own = ("telegram_group", PER_GROUP) if chat.startswith("-") else ("telegram_chat", PER_CHAT)
    end = time.monotonic() + seconds
    for name, key, rate in ((own[0], chat, own[1]), ("telegram", "all", OVERALL)):
        while not await limits.hit(name, key, rate=rate):
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(STEP_SECONDS)
    return True
