"""A stand-in for Telegram's Bot API: it keeps a ledger of what arrived, enforces limits, and can be told to fail.

It knows the methods the bot uses, refuses what the real one refuses (texts over 4,096 UTF-16 units, button data over 64
bytes, more than 20 messages a minute in a group, chats that blocked the bot), and hands out updates to one poller.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"
MOST_UNITS, MOST_DATA_BYTES, GROUP_PER_MINUTE = 4096, 64, 20
DATE = 1_772_413_800
"""Every message's date: the bot does not go by it."""
Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class Refusal(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.body = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message in somebody's chat."""

    chat_id: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class FakeTelegram:
    """The server's state; ``faults`` are taken one by one before a sendMessage is looked at."""

    arrived: list[Arrived] = field(default_factory=list)
    answered_presses: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    blocked: set[int] = field(default_factory=set)
    webhook: dict[str, Any] = field(default_factory=dict)
    updates: list[Any] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))
    _group_times: dict[int, deque[float]] = field(default_factory=dict)
    _polls: int = 0

    def application(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        method = request.match_info["method"]
        self.calls.append(method)
        given = await self._given(request)
        if method == "sendMessage" and self.faults and (response := await self.faults.popleft()(request)):
            return response
        try:
            return web.json_response({"ok": True, "result": await self._done(method, given)})
        except Refusal as refusal:
            return web.json_response(refusal.body, status=int(str(refusal.body["error_code"])))

    async def _given(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return await request.json()
        return {name: _plain(value) for name, value in (await request.post()).items()}

    async def _done(self, method: str, given: dict[str, Any]) -> object:
        match method:
            case "sendMessage":
                return self._send(given)
            case "getUpdates":
                return await self._updates(given)
            case "setWebhook":
                self.webhook = given
            case "deleteWebhook":
                self.webhook = {}
            case "answerCallbackQuery":
                self.answered_presses.append(given["callback_query_id"])
            case _:
                raise Refusal(404, "Not Found")
        return True

    def _send(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, text = int(given["chat_id"]), str(given["text"])
        buttons = _buttons(given.get("reply_markup"))
        self._refuse(chat, text, buttons)
        number = next(self._numbers)
        self.arrived.append(Arrived(chat, number, text, buttons))
        kind = "private" if chat > 0 else "group"
        return {"message_id": number, "date": DATE, "chat": {"id": chat, "type": kind}, "text": text}

    def _refuse(self, chat: int, text: str, buttons: tuple[tuple[str, str], ...]) -> None:
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
            raise Refusal(400, "Bad Request: message is too long")
        if any(len(data.encode()) > MOST_DATA_BYTES for _, data in buttons):
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if chat < 0:
            self._count(chat)

    def _count(self, chat: int) -> None:
        times, now = self._group_times.setdefault(chat, deque()), time.monotonic()
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= GROUP_PER_MINUTE:
            raise Refusal(429, "Too Many Requests: retry after 3", retry_after=3)
        times.append(now)

    async def _updates(self, given: dict[str, Any]) -> list[Any]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._polls:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        self._polls += 1
        try:
            offset = int(given.get("offset", 0))
            self.updates = [one for one in self.updates if not _confirmed(one, offset)]
            end = time.monotonic() + min(float(given.get("timeout", 0)), 1.0)
            while not self.updates and time.monotonic() < end:  # noqa: ASYNC110 - tests put updates into the list.
                await asyncio.sleep(0.01)
            return self.updates[:100]
        finally:
            self._polls -= 1


def _plain(value: object) -> object:
    return value if isinstance(value, str) else str(value)


def _buttons(markup: object) -> tuple[tuple[str, str], ...]:
    given = json.loads(markup) if isinstance(markup, str) else markup
    rows = given.get("inline_keyboard", []) if isinstance(given, dict) else []
    return tuple((button["text"], button.get("callback_data", "")) for row in rows for button in row)


def _confirmed(update: object, offset: int) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and number < offset


def message(number: int, text: str, *, chat: int = 7, **more: object) -> dict[str, Any]:
    """An update with a message in a private chat."""
    content = {
        "message_id": number,
        "date": DATE,
        "chat": {"id": chat, "type": "private", "first_name": "王"},
        "from": {"id": chat, "is_bot": False, "first_name": "王"},
        **({"text": text} if text else {}),
        **more,
    }
    return {"update_id": number, "message": content}


def press(number: int, sent: Arrived, data: str) -> dict[str, Any]:
    """An update with a button that was pressed below a message of ours."""
    rows = [[{"text": text, "callback_data": given}] for text, given in sent.buttons]
    below = {
        "message_id": sent.message_id,
        "date": DATE,
        "chat": {"id": sent.chat_id, "type": "private", "first_name": "王"},
        "text": sent.text,
        "reply_markup": {"inline_keyboard": rows},
    }
    who = {"id": sent.chat_id, "is_bot": False, "first_name": "王"}
    return {
        "update_id": number,
        "callback_query": {"id": f"press-{number}", "from": who, "chat_instance": "x", "message": below, "data": data},
    }


def membership(number: int, status: str, *, chat: int = 7) -> dict[str, Any]:
    """An update that says whether somebody lets the bot write: ``kicked`` when it is blocked, ``member`` again."""
    who = {"id": chat, "is_bot": False, "first_name": "王"}
    bot = {"id": 123456789, "is_bot": True, "first_name": "睦邻"}

    def member(state: str) -> dict[str, Any]:
        return {"user": bot, "status": state, **({"until_date": 0} if state == "kicked" else {})}

    other = "member" if status == "kicked" else "kicked"
    change = {
        "chat": {"id": chat, "type": "private", "first_name": "王"},
        "from": who,
        "date": DATE,
        "old_chat_member": member(other),
        "new_chat_member": member(status),
    }
    return {"update_id": number, "my_chat_member": change}


def failing(status: int, description: str, **parameters: object) -> Fault:
    """A sendMessage that is answered with an error and not delivered."""

    async def fail(_request: web.Request) -> web.StreamResponse:
        body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
        return web.json_response({**body, **({"parameters": parameters} if parameters else {})}, status=status)

    return fail


async def cut(request: web.Request) -> web.StreamResponse:
    """The connection breaks after the request was read: whether it arrived, the sender cannot know."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
