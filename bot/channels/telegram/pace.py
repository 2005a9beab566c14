"""How fast the Bot API lets us go: overall, in one chat, in one group; and when everybody has to wait."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from courier import limits

OVERALL, PER_CHAT, PER_GROUP = "25/second", "3/3second", "18/minute"
"""In a group a message, an edit and a new topic count alike."""
STEP_SECONDS, MOST_WAIT_SECONDS = 0.1, 8.0
STORM, STORM_SECONDS = 3, 10.0
"""So many chats told to wait within so many seconds: everybody waits."""


@dataclass(slots=True)
class Pace:
    """What one bot's senders share: which chats rest, whether all of them do, and until when."""

    _told: dict[str, float] = field(default_factory=dict)
    """The chats told to wait within ``STORM_SECONDS``, and when each was last."""
    _until: dict[str, float] = field(default_factory=dict)
    """The chats that rest, with all their topics."""
    _all_wait_until: float = 0.0

    def told_to_wait(self, chat: str, *, seconds: float) -> None:
        """One chat rests so long, and the others go on; three of them told so in a row mean the whole bot."""
        now = time.monotonic()
        self._told = {one: at for one, at in self._told.items() if now - at < STORM_SECONDS} | {chat: now}
        self._until = {one: until for one, until in self._until.items() if until > now} | {chat: now + seconds}
        if len(self._told) >= STORM:
            self.rest(seconds)

    def rest(self, seconds: float) -> None:
        """Nothing goes out for so long; a shorter rest does not end a longer one."""
        self._all_wait_until = max(self._all_wait_until, time.monotonic() + seconds)

    def rest_ms(self, chat: str) -> int:
        """How long nothing goes out to a chat yet, in milliseconds."""
        until = max(self._all_wait_until, self._until.get(chat, 0.0))
        return max(0, int((until - time.monotonic()) * 1000))


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
