"""Groups of the neighbourhood for tests: bound as staff bind them, by a code typed in the group."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from models.clock import now
from models.contact import Contact
from models.group import GroupKind
from models.home import Estate
from people import group_binding, residents
from tests.bot.stage import Stage
from tests.bot.telegram.conftest import Line
from tests.fakes.telegram_groups import group_message, group_press, our_words
from tests.fakes.telegram_updates import Arrived

GAO, CHEN, STRANGER = 900, 901, 902
ROOM, DESK = -500, -1_000_000_000_700
BOT = "@mulin_test_bot"


@dataclass(slots=True)
class Groups:
    """What members of two groups do: neighbours in one, staff with topics in the other."""

    line: Line
    stage: Stage
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(100))

    async def know(self, user: int, name: str) -> None:
        """Somebody's own chat is that of one of the staff."""
        at = await residents.at(channel="telegram", address=str(user), place_id=self.stage.place_id)
        await Contact.filter(id=at.contact_id).update(person_id=self.stage.staff[name], bound_at=now())

    async def code(self, kind: GroupKind, *, by: str = "高") -> str:
        """A code from the staff page."""
        viewer = await self.stage.viewer(by)
        assert viewer.place_id is not None
        estate = await Estate.get(place_id=viewer.place_id)
        made = await group_binding.make_code(by=viewer, place_id=viewer.place_id, kind=kind, estate_id=estate.id)
        return made.digits

    async def bind(self, chat: int, kind: GroupKind) -> None:
        """高书记 binds a group."""
        await self.know(GAO, "高")
        await self.say(f"/bind {await self.code(kind)}", chat=chat, user=GAO, is_forum=kind is GroupKind.STAFF)
        await self.line.work()

    async def say(self, text: str, **where: Any) -> int:
        """Somebody says something in a group; gives the message's id."""
        number = next(self.numbers)
        status, _ = await self.line.post(group_message(number, text, **where))
        assert status == 200
        return number

    async def ask(self, text: str, *, chat: int = ROOM, **where: Any) -> list[Arrived]:
        """Somebody says something in a group; what came to that group for it."""
        seen = len(self.line.fake.arrived)
        await self.say(text, chat=chat, **where)
        await self.line.work()
        return [one for one in self.line.fake.arrived[seen:] if one.chat_id == chat]

    async def press(self, card: Arrived, label: str, *, user: int) -> None:
        """Somebody presses a button of a card."""
        data = next(data for text, data in self.line.fake.standing[card.message_id].buttons if text == label)
        update = group_press(
            next(self.numbers), card.message_id, data, chat=card.chat_id, user=user, thread=card.thread
        )
        status, answer = await self.line.post(update)
        assert (status, answer["method"]) == (200, "answerCallbackQuery")
        await self.line.work()

    async def answer(self, card: Arrived, text: str, *, user: int, **more: Any) -> list[Arrived]:
        """Somebody answers a card in its topic; what came to that topic for it."""
        below = our_words(card.message_id, chat=card.chat_id)
        where = {"chat": card.chat_id, "thread": card.thread}
        return await self.ask(text, user=user, reply_to=below, **where, **more)
