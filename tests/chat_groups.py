"""A residents' group in transcripts: ``@ 09:10 群 李叔`` is somebody there, ``「王阿姨：…」`` before what they type is
the message they reply to. What the bot says there is the same on every channel; there is one group.
"""

from __future__ import annotations

import itertools
import re

from bot import worker
from bot.channels.telegram.group_sending import opened
from bot.groups import listening
from bot.groups.words import GroupWord
from bot.rendering import plain
from courier import inbox
from courier.letters import Letter
from models import clock
from models.group import Group, GroupKind
from models.home import Estate
from models.message import Outbox
from models.sealed import unseal
from people.groups import CHANNEL

PLACE, ADDRESS, BOT = "群", "-1", "@睦邻"
_BELOW = re.compile(r"「\S+?：(.+?)」\s*(.*)")


class GroupPhones:
    """Everybody in the group; each thing said there is a message of its own."""

    def __init__(self, place_id: int) -> None:
        self._place_id = place_id
        self._numbers = itertools.count(1)
        self._about: dict[str, int] = {}
        self._seen = 0

    async def type(self, user: str, text: str) -> None:
        """Somebody says something in the group."""
        await self._bound()
        below = _BELOW.fullmatch(text)
        words = below[2] if below else text
        word = GroupWord(
            chat=ADDRESS,
            thread=0,
            message=next(self._numbers) + 100,
            user=user,
            text=" ".join(words.replace(BOT, " ").split()),
            about=self._about.setdefault(below[1], len(self._about) + 1) if below else 0,
            about_text=below[1] if below else "",
        )
        await listening.hear(word, key=f"group:{word.message}", is_meant=BOT in words)
        for message in await inbox.claim(limit=10, lane=word.lane):
            await worker.work(message)

    async def _bound(self) -> None:
        if await Group.exists(address=ADDRESS):
            return
        await Group.create(
            created_at=clock.now(),
            channel=CHANNEL,
            address=ADDRESS,
            kind=GroupKind.RESIDENTS,
            place_id=self._place_id,
            estate=await Estate.get(place_id=self._place_id),
            bound_at=clock.now(),
        )

    async def arrived(self) -> list[str]:
        """What the bot said there since the last look."""
        rows = await Outbox.filter(channel=CHANNEL, address=ADDRESS, id__gt=self._seen).order_by("id")
        self._seen = max([self._seen, *(row.id for row in rows)])
        return [plain(opened(Letter.from_json(unseal(row.body)), name="mulin_bot")) for row in rows]
