"""People with Telegram on their phones: what they write reaches the bot by polling or by its webhook, as it has chosen.

The webhook is posted to as the Bot API does: one update of a chat after the other, again after every answer that is not
2xx. The line may be disturbed: updates that come twice, in the wrong order, or that nobody can read.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.lines import Line, Windows
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_groups import group_membership, group_message, group_press, neighbours_words, our_words
from tests.fakes.telegram_updates import Arrived, membership, message, photo, press

AGAIN_SECONDS, ANSWER_SECONDS = 0.2, 60
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_SUPERGROUP = -1_000_000_000
"""Groups below this number have topics."""
POISON: dict[str, Any] = {"message": {"nobody": "can read this"}}


@dataclass(slots=True)
class Disturbed:
    """What happens to the next updates: so many come twice, so many change places with the one after, so many are
    preceded by one that nobody can read."""

    twice: int = 0
    swapped: int = 0
    poisoned: int = 0


@dataclass(slots=True)
class TelegramPhones:
    """Everybody who writes to the bot, and what stands in their windows."""

    fake: FakeTelegram
    first: int = 1
    windows: Windows = field(default_factory=Windows)
    disturbed: Disturbed = field(default_factory=Disturbed)
    posted: int = 0
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _held: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _seen: int = 0
    _edits: int = 0
    _pictures: int = 0
    _lanes: dict[int, asyncio.Queue[dict[str, Any]]] = field(default_factory=dict)
    _posting: list[asyncio.Task[None]] = field(default_factory=list)
    _group: asyncio.TaskGroup | None = None
    _session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.first)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[TelegramPhones]:
        """Post to the webhook, if there is one, for the length of a block."""
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=limit) as self._session, asyncio.TaskGroup() as self._group:
            yield self
            for task in self._posting:
                task.cancel()

    def write(self, chat: int, text: str, **more: object) -> None:
        """Somebody writes."""
        self._show(chat, text)
        self._hand_on(chat, message(next(self._numbers), text, chat=chat, **more))

    def press(self, chat: int, line: Line, data: str) -> None:
        """Somebody presses a button below a message."""
        label = next(text for text, given in line.buttons if given == data)
        self._show(chat, f"〔{label}〕")
        sent = next(one for one in self.fake.arrived if one.message_id == line.message)
        self._hand_on(chat, press(next(self._numbers), sent, data))

    def send_photo(self, chat: int, content: bytes, *, words: str = "") -> None:
        """Somebody sends a photo, with words below it or without."""
        self._show(chat, f"〔照片〕{words}")
        number = next(self._numbers)
        self.fake.files[f"photo{number}"] = content
        more = {"caption": words} if words else {}
        self._hand_on(chat, message(number, "", chat=chat, photo=photo(f"photo{number}", size=len(content)), **more))

    def block(self, chat: int, *, is_blocked: bool) -> None:
        """Somebody blocks the bot, or lets it write again."""
        (self.fake.blocked.add if is_blocked else self.fake.blocked.discard)(chat)
        self._hand_on(chat, membership(next(self._numbers), "kicked" if is_blocked else "member", chat=chat))

    def say(self, room: int, user: int, text: str, *, who: str, about: Line | None = None) -> None:
        """Somebody says something in a group, below another line of it or not."""
        self._take()
        number, thread = next(self._numbers), about.thread if about else 0
        self.windows.add(str(room), text, by_person=True, who=who, message=number, thread=thread)
        below = None
        if about is not None:
            below = (neighbours_words if about.by_person else our_words)(about.message, chat=room, text=about.text)
        where = {"chat": room, "user": user, "thread": thread, "is_forum": room < FIRST_SUPERGROUP}
        self._hand_on(room, group_message(number, text, reply_to=below, **where))

    def press_in(self, room: int, user: int, line: Line, data: str) -> None:
        """Somebody presses a button below a message in a group."""
        update = group_press(next(self._numbers), line.message, data, chat=room, user=user, thread=line.thread)
        self._hand_on(room, update)

    def invite(self, room: int, user: int, *, is_in: bool) -> None:
        """Somebody puts the bot into a group, or takes it out."""
        (self.fake.groups.kicked.discard if is_in else self.fake.groups.kicked.add)(room)
        self._hand_on(room, group_membership(next(self._numbers), chat=room, user=user, is_in=is_in))

    def lines(self, chat: int, *, after: int = 0) -> list[Line]:
        """What stands in somebody's window."""
        self._take()
        return self.windows.after(str(chat), after)

    def _show(self, chat: int, text: str) -> None:
        self._take()
        self.windows.add(str(chat), text, by_person=True)

    def _take(self) -> None:
        """What has arrived meanwhile goes into the windows."""
        for one in self.fake.arrived[self._seen :]:
            self._add(one)
        for one in self.fake.edits[self._edits :]:
            self._add(replace(one, text=f"〔改为〕{one.text}"))
        for number, (chat, thread, _) in [*self.fake.pictures.items()][self._pictures :]:
            self.windows.add(str(chat), "〔照片〕", by_person=False, message=number, thread=thread)
        self._seen, self._edits = len(self.fake.arrived), len(self.fake.edits)
        self._pictures = len(self.fake.pictures)

    def _add(self, one: Arrived) -> None:
        where, what = str(one.chat_id), {"buttons": one.buttons, "message": one.message_id, "thread": one.thread}
        self.windows.add(where, one.text, by_person=False, **what)

    def _hand_on(self, chat: int, update: dict[str, Any]) -> None:
        if self.disturbed.poisoned:
            self.disturbed.poisoned -= 1
            self._deliver(chat, {"update_id": next(self._numbers), **POISON})
        if self.disturbed.swapped and not self._held:
            self.disturbed.swapped -= 1
            self._held.append((chat, update))
            return
        self._deliver(chat, update)
        if self.disturbed.twice:
            self.disturbed.twice -= 1
            self._deliver(chat, update)
        while self._held:
            self._deliver(*self._held.pop())

    def _deliver(self, chat: int, update: dict[str, Any]) -> None:
        if not self.fake.webhook:
            self.fake.updates.append(update)
            return
        assert self._group is not None
        if chat not in self._lanes:
            self._lanes[chat] = asyncio.Queue()
            self._posting.append(self._group.create_task(self._post_all(self._lanes[chat])))
        self._lanes[chat].put_nowait(update)

    async def _post_all(self, lane: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            update = await lane.get()
            while not await self._post(update):  # noqa: ASYNC110 - the other side decides when it takes it.
                await asyncio.sleep(AGAIN_SECONDS)
            self.posted += 1

    async def _post(self, update: dict[str, Any]) -> bool:
        """Post once; a method in the answer's body is done as if it had been called."""
        assert self._session is not None
        headers = {SECRET_HEADER: str(self.fake.webhook.get("secret_token", ""))}
        try:
            async with self._session.post(self.fake.webhook["url"], json=update, headers=headers) as response:
                body = await response.json(content_type=None) if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return False
        if isinstance(body, dict) and body.get("method") == "answerCallbackQuery":
            self.fake.answered_presses.append(str(body["callback_query_id"]))
        return body is not None


def delivered_unsaid(fake: FakeTelegram) -> Fault:
    """The message arrives, and then the connection breaks: the sender cannot know."""

    async def fail(request: web.Request) -> web.StreamResponse:
        given = dict(await request.post()) if request.content_type != "application/json" else await request.json()
        fake._send(given)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return fail


async def nonsense(_request: web.Request) -> web.StreamResponse:
    """Something between says that all is well, in words that are none of the Bot API's."""
    return web.Response(text="<html>Welcome</html>", content_type="text/html")
