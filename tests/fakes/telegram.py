"""A stand-in for Telegram's Bot API: it keeps a ledger of what arrived, enforces limits, and can be told to fail.

It knows the methods the bot uses, refuses what the real one refuses (texts over 4,096 UTF-16 units, button data over 64
bytes, buttons to nowhere, chats that blocked the bot or never spoke to it), and hands out updates to one poller. Groups
and their topics stand in ``telegram_groups``, what people do in ``telegram_updates``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.fakes.telegram_groups import BOT, Groups, Refusal
from tests.fakes.telegram_updates import DATE, Arrived

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"
MOST_UNITS, MOST_DATA_BYTES, MOST_FILE = 4096, 64, 20 * 1024 * 1024
Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@dataclass(slots=True)
class FakeTelegram:
    """The server's state; ``faults`` are taken one by one before a sendMessage is looked at. ``standing`` is what every
    message says now, ``edits`` every edit in order, ``pictures`` the photos that stand, by message:
    chat, topic and bytes."""

    arrived: list[Arrived] = field(default_factory=list)
    answered_presses: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    blocked: set[int] = field(default_factory=set)
    never_started: set[int] = field(default_factory=set)
    refused_words: str = ""
    groups: Groups = field(default_factory=Groups)
    standing: dict[int, Arrived] = field(default_factory=dict)
    edits: list[Arrived] = field(default_factory=list)
    pictures: dict[int, tuple[int, int, bytes]] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    updates: list[Any] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    conflicts: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    file_faults: deque[int] = field(default_factory=deque)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))
    _polls: int = 0

    def application(self) -> web.Application:
        """The server."""
        app = web.Application(client_max_size=MOST_FILE)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{name}", self._give)
        return app

    async def _give(self, request: web.Request) -> web.StreamResponse:
        """A file, or the status that a fault says."""
        if self.file_faults:
            return web.Response(status=self.file_faults.popleft())
        content = self.files.get(request.match_info["name"])
        is_known = request.match_info["token"] == TOKEN and content is not None
        return web.Response(body=content) if is_known else web.Response(status=404)

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
        if method == "getUpdates":
            return await self._updates(given)
        methods: dict[str, Callable[[dict[str, Any]], object]] = {
            "getMe": lambda _given: BOT,
            "getWebhookInfo": lambda _given: self._webhook_info(),
            "sendMessage": self._send,
            "sendPhoto": self._picture,
            "deleteMessage": self._delete,
            "getFile": lambda given: self._file(str(given["file_id"])),
            "editMessageText": self._edit,
            "createForumTopic": self.groups.create,
            "closeForumTopic": lambda given: self.groups.close(given, is_closed=True),
            "reopenForumTopic": lambda given: self.groups.close(given, is_closed=False),
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _given: self._set_webhook({}),
            "answerCallbackQuery": self._answer_press,
        }
        if method not in methods:
            raise Refusal(404, "Not Found")
        return methods[method](given)

    def _webhook_info(self) -> dict[str, Any]:
        found = {"url": self.webhook.get("url", ""), "pending_update_count": len(self.updates)}
        return {**found, "has_custom_certificate": False}

    def _set_webhook(self, given: dict[str, Any]) -> bool:
        self.webhook = given
        return True

    def _answer_press(self, given: dict[str, Any]) -> bool:
        self.answered_presses.append(given["callback_query_id"])
        return True

    def _send(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, text = int(given["chat_id"]), str(given["text"])
        buttons, thread = _buttons(given.get("reply_markup")), int(given.get("message_thread_id") or 0)
        self._refuse(chat, text, buttons, thread=thread)
        if self.refused_words and self.refused_words in text:
            raise Refusal(400, "Bad Request: as told")
        arrived = Arrived(chat, next(self._numbers), text, buttons, thread, _reply_to(given.get("reply_parameters")))
        self.arrived.append(arrived)
        return self._stands(arrived)

    def _picture(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, thread, number = int(given["chat_id"]), int(given.get("message_thread_id") or 0), next(self._numbers)
        self._refuse(chat, "photo", (), thread=thread)
        self.pictures[number] = (chat, thread, given["photo"])
        return {"message_id": number, "date": DATE, "chat": {"id": chat, "type": "supergroup"}, "photo": []}

    def _delete(self, given: dict[str, Any]) -> bool:
        if self.pictures.pop(int(given["message_id"]), None) is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        return True

    def _stands(self, arrived: Arrived) -> dict[str, Any]:
        self.standing[arrived.message_id] = arrived
        kind = "private" if arrived.chat_id > 0 else "supergroup"
        chat = {"id": arrived.chat_id, "type": kind}
        return {"message_id": arrived.message_id, "date": DATE, "chat": chat, "text": arrived.text}

    def _edit(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, text = int(given["chat_id"]), str(given["text"])
        before, buttons = self.standing.get(int(given["message_id"])), _buttons(given.get("reply_markup"))
        self.groups.refuse(chat)
        if (
            before is None
            or before.chat_id != chat
            or (before.thread and (chat, before.thread) not in self.groups.topics)
        ):
            raise Refusal(400, "Bad Request: message to edit not found")
        self._refuse(chat, text, buttons)
        if (before.text, before.buttons) == (text, buttons):
            raise Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        self.edits.append(replace(before, text=text, buttons=buttons))
        return self._stands(self.edits[-1])

    def _file(self, file_id: str) -> dict[str, Any]:
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > MOST_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": file_id}

    def _refuse(self, chat: int, text: str, buttons: tuple[tuple[str, str], ...], *, thread: int = 0) -> None:
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.never_started:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        self.groups.refuse(chat, thread)
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
            raise Refusal(400, "Bad Request: message is too long")
        if any(len(data.encode()) > MOST_DATA_BYTES for _, data in buttons if not data.startswith("http")):
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if any(data.startswith("http://") for _, data in buttons):
            raise Refusal(400, "Bad Request: BUTTON_URL_INVALID")
        if chat < 0:
            self.groups.count(chat)

    async def _updates(self, given: dict[str, Any]) -> list[Any]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._polls:
            self.conflicts += 1
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
    return value.file.read() if isinstance(value, web.FileField) else str(value)


def _buttons(markup: object) -> tuple[tuple[str, str], ...]:
    given = json.loads(markup) if isinstance(markup, str) else markup
    rows = given.get("inline_keyboard", []) if isinstance(given, dict) else []
    return tuple((one["text"], one.get("callback_data") or one.get("url", "")) for row in rows for one in row)


def _reply_to(parameters: object) -> int:
    given = json.loads(parameters) if isinstance(parameters, str) else parameters
    return int(given["message_id"]) if isinstance(given, dict) else 0


def _confirmed(update: object, offset: int) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and number < offset
