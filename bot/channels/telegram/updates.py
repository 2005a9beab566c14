"""What one update of the Bot API means to us: something said or pressed, a way that opened or closed, or nothing.

Each update is read by itself, so that one that cannot be read costs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from models.wording import say

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; the Bot API's default leaves out some."""
PRESS = "choice:"
CUT = "…"
"""Ends a label that was too long for a button."""
_GONE = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)


class UnreadableError(ValueError):
    """An update that is none of the Bot API's."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of somebody in a private chat; ``key`` makes a repeat known, ``press`` is to be answered at once."""

    address: str
    text: str
    key: str
    press: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody blocked the bot, or lets it write again."""

    address: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing for us."""

    press: str | None = None


Meant = Said | Reached | Nothing


def read(raw: object) -> Meant:
    """The meaning of an update as decoded from JSON; UnreadableError where it is none."""
    update = _update(raw)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        return _member(update.my_chat_member)
    message = update.effective_message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Nothing()
    return _said(message, update)


def _update(raw: object) -> Update:
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise UnreadableError("no update_id")
    try:
        return Update.de_json(raw, None)
    except (TypeError, ValueError, KeyError, AttributeError, TelegramError, OverflowError, OSError) as error:
        raise UnreadableError(type(error).__name__) from error


def _said(message: Message, update: Update) -> Meant:
    text = message.text or message.caption or _unread_kind(message)
    if not text:
        return Nothing()
    key = f"update:{update.update_id}"
    if update.edited_message is not None:
        key = f"edit:{message.chat.id}:{message.message_id}:{int((message.edit_date or message.date).timestamp())}"
    return Said(str(message.chat.id), text, key)


def _unread_kind(message: Message) -> str:
    """What stands in the conversation for something that cannot be read here, such as 【语音】."""
    kinds = ("photo", "voice", "audio", "video", "video_note", "document", "location", "contact", "sticker")
    found = next((kind for kind in kinds if getattr(message, kind, None)), "")
    return say(f"attachment.kind.{found}") if found else ""


def _pressed(query: CallbackQuery) -> Meant:
    """A press says what stands on its button. Pressed twice, the same button says it once."""
    message = query.message
    label = _label(message, query.data or "") if isinstance(message, Message) else ""
    if not label or not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE:
        return Nothing(press=query.id)
    key = f"press:{message.chat.id}:{message.message_id}:{query.data}"
    return Said(str(message.chat.id), label, key, press=query.id)


def _label(message: Message, data: str) -> str:
    markup = message.reply_markup
    if not isinstance(markup, InlineKeyboardMarkup) or not data.startswith(PRESS):
        return ""
    buttons = [button for row in markup.inline_keyboard for button in row]
    text = next((button.text for button in buttons if button.callback_data == data), "")
    number, _, label = text.partition(" ")
    return number if label.endswith(CUT) else label


def _member(change: ChatMemberUpdated) -> Meant:
    if change.chat.type != ChatType.PRIVATE:
        return Nothing()
    return Reached(str(change.chat.id), is_open=change.new_chat_member.status not in _GONE)


def number_of(raw: Any) -> int | None:
    """The update's number, where it has one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None
