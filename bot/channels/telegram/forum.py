"""Groups with topics through the Bot API: topics opened and closed, cards posted and edited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.channels import NotSent
from bot.channels.telegram.outcomes import CLOSED_TOPIC, HARMLESS, NO_TOPIC, is_closed_to_us, known, says
from bot.channels.telegram.pace import Pace, turn
from bot.channels.telegram.sending import NO_PREVIEW, heed
from bot.staff.board import (
    BoardBusy,
    BoardError,
    Button,
    CardGone,
    CardRefused,
    Face,
    GroupGone,
    GroupMoved,
    TopicGone,
)
from courier.parts import shortened

MOST_TITLE, MOST_UNITS = 128, 4_000
_NO_CARD = (
    *("message to edit not found", "message_id_invalid", "message can't be edited"),
    *("message to delete not found", "message can't be deleted"),
)
_NO_RIGHTS = ("not enough rights", "chat_admin_required", "not a forum", "need administrator rights")
"""What the Bot API says where nothing of the group can be done before somebody gives us a right."""
REST_SECONDS, REFUSED_SECONDS = 30.0, 300.0
_T = TypeVar("_T")


@dataclass(slots=True)
class TelegramForum:
    """One bot's groups with topics; ``site`` is the portal's address."""

    bot: ExtBot[None]
    pace: Pace
    site: str = ""

    async def open(self, chat: str, *, title: str) -> int:
        """A new topic; gives its id."""
        name = shortened(title, most=MOST_TITLE)
        topic = await self._done(chat, lambda: self.bot.create_forum_topic(int(chat), name))
        return topic.message_thread_id

    async def post(self, chat: str, face: Face, *, thread: int, reply_to: int = 0) -> int:
        """A message in a topic; gives its id."""
        below = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        sent = await self._done(
            chat,
            lambda: self.bot.send_message(
                int(chat),
                shortened(face.text, most=MOST_UNITS),
                message_thread_id=thread,
                reply_parameters=below,
                reply_markup=_markup(face),
                link_preview_options=NO_PREVIEW,
            ),
        )
        return sent.message_id

    async def edit(self, chat: str, face: Face, *, message: int) -> None:
        """Another text and other buttons for a message; one that stands so already is as it should be."""
        await self._done(
            chat,
            lambda: self.bot.edit_message_text(
                shortened(face.text, most=MOST_UNITS),
                chat_id=int(chat),
                message_id=message,
                reply_markup=_markup(face),
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def show(self, chat: str, photo: Path, *, thread: int) -> int:
        """A photo in a topic; gives its message's id."""
        content = await asyncio.to_thread(photo.read_bytes)
        sent = await self._done(
            chat, lambda: self.bot.send_photo(int(chat), content, message_thread_id=thread, filename="photo.jpg")
        )
        return sent.message_id

    async def take_away(self, chat: str, *, message: int) -> None:
        """Delete a message."""
        await self._done(chat, lambda: self.bot.delete_message(int(chat), message))

    async def close(self, chat: str, *, thread: int, is_closed: bool) -> None:
        """Close a topic, or open it again; one that stands so already is as it should be."""
        call = self.bot.close_forum_topic if is_closed else self.bot.reopen_forum_topic
        await self._done(chat, lambda: call(int(chat), thread))

    async def _done(self, chat: str, call: Callable[[], Awaitable[_T]]) -> _T:
        """What a call gives, when its turn has come; a BoardError says what else came of it."""
        if self.pace.rest_ms(chat) or not await turn(chat, seconds=0):
            raise BoardBusy("waiting for its turn", seconds=max(1.0, self.pace.rest_ms(chat) / 1000))
        try:
            return await call()
        except TelegramError as error:
            if isinstance(error, BadRequest) and says(error, HARMLESS):
                return None  # pyright: ignore[reportReturnType] - only calls that give nothing can be needless.
            heed(error, self.pace, chat=chat)
            raise _judged(error) from error


def _judged(error: TelegramError) -> BoardError:
    if isinstance(error, ChatMigrated):
        return GroupMoved(str(error.new_chat_id))
    if is_closed_to_us(error):
        return GroupGone(error.message)
    if isinstance(error, BadRequest):
        return _refused(error)
    result = known(error)
    if isinstance(result, NotSent) and result.wait_ms:
        return BoardBusy(result.error, seconds=result.wait_ms / 1000)
    return BoardBusy(error.message, seconds=REST_SECONDS)


def _refused(error: BadRequest) -> BoardError:
    """What the Bot API will not do, and whether that is one card's fault."""
    if says(error, (*NO_TOPIC, *CLOSED_TOPIC)):
        return TopicGone(error.message)
    if says(error, _NO_CARD):
        return CardGone(error.message)
    if says(error, _NO_RIGHTS):
        return BoardBusy(error.message, seconds=REFUSED_SECONDS)
    return CardRefused(error.message)


def _markup(face: Face) -> InlineKeyboardMarkup | None:
    rows = [[_button(one) for one in row] for row in face.rows]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(one: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(one.label, url=one.url) if one.url else _press(one)


def _press(one: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(one.label, callback_data=one.press)
