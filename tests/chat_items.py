"""What the clock does with idle items in a transcript (tests/chat.py): who is reminded, and whose turn it became."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from forum.items import reminding
from people.viewers import SYSTEM
from tests.bot.stage import Stage


async def _remind(stage: Stage, who: str, number: str, text: str) -> None:
    await reminding.remind(by=SYSTEM)


DEEDS: dict[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {"提醒归还": _remind}
