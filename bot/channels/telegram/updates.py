"""What one update of the Bot API means to us: something said or pressed, a way that opened or closed, or nothing.

Each update is read by itself, so that one that cannot be read costs nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from telegram import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.channels.telegram import group_updates
from bot.channels.telegram.attached import attached, where, whom
from bot.channels.telegram.group_updates import InGroup, Membership, Moved
from bot.channels.telegram.me import me
from bot.incoming import Attached
from models.wording import say

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; the Bot API's default leaves out some."""
PRESS = "choice:"
START = "/start"
CUT = "…"
"""Ends a label that was too long for a button."""
MOST_NUMBER, MOST_KEY = 2**63, 120
"""Past every number the Bot API gives; and as many characters as a key may have."""
STRANGE = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, OSError, RecursionError, TelegramError)
"""What comes of reading something that is not as the Bot API says it."""
_GONE = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_START = re.compile(r"/start(?:@\w+)?\s+(?!join_)([A-Za-z0-9_-]{1,64})")
"""A deep link that is no estate's: it opens the chat, and ``g7`` says from which group."""


class UnreadableError(ValueError):
    """An update that is none of the Bot API's."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of somebody in a private chat; ``key`` makes a repeat known, ``press`` is to be answered at once.
    ``from_group`` is the group whose link led here (0: none)."""

    address: str
    text: str
    key: str
    press: str | None = None
    from_group: int = 0
    attached: tuple[Attached, ...] = ()
    album: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody blocked the bot, or lets it write again."""

    address: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing for us."""

    press: str | None = None


Meant = Said | Reached | InGroup | Moved | Membership | Nothing


def read(raw: object) -> Meant:
    """The meaning of an update as decoded from JSON; UnreadableError where it is none, whatever is wrong with it."""
    if not isinstance(raw, dict) or number_of(raw) is None:
        raise UnreadableError("no update_id")
    try:
        return _meaning(Update.de_json(raw, None))
    except STRANGE as error:
        raise UnreadableError(type(error).__name__) from error


def _meaning(update: Update) -> Meant:
    """The library looks at no type of what an update holds: what is asked of it here may not be there."""
    if update.effective_chat is not None and not _is_number(update.effective_chat.id):
        raise TypeError
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        return _member(update.my_chat_member)
    message = update.effective_message
    if message is not None and message.chat.type in _GROUPS:
        return group_updates.said(message, update, me()) or Nothing()
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Nothing()
    return _said(message, update)


def _said(message: Message, update: Update) -> Meant:
    is_edit = update.edited_message is not None
    came = () if is_edit else attached(message)
    text = message.text or message.caption or ("" if is_edit else _wordless(message, came))
    if not text:
        return Nothing()
    key = f"update:{update.update_id}"
    if is_edit:
        key = f"edit:{message.chat.id}:{message.message_id}:{int((message.edit_date or message.date).timestamp())}"
    key = key[:MOST_KEY]
    if found := _START.fullmatch(text.strip()):
        return Said(str(message.chat.id), START, key, from_group=_group_named(found[1]))
    album = str(message.media_group_id or "") if came else ""
    return Said(str(message.chat.id), text, key, attached=came, album=album)


def _group_named(payload: str) -> int:
    """The group that a deep link (``g7``) comes from; 0 where it is none."""
    number = payload.removeprefix("g")
    return int(number) if number.isdecimal() and len(number) < 12 else 0


def _wordless(message: Message, came: tuple[Attached, ...]) -> str:
    """What stands in the conversation for something without words. An edit of it says nothing new: a place that
    somebody shares as they walk is edited every few seconds."""
    return where(message) or whom(message) or _unread_kind(message, came)


def _unread_kind(message: Message, came: tuple[Attached, ...]) -> str:
    """Such as 【语音】."""
    if came:
        return say(f"attachment.kind.{came[0].kind.value}")
    kinds = ("photo", "voice", "audio", "video", "video_note", "document", "location", "contact", "sticker")
    found = next((kind for kind in kinds if getattr(message, kind, None)), "")
    return say(f"attachment.kind.{found}") if found else ""


def _pressed(query: CallbackQuery) -> Meant:
    """A press says what stands on its button. Pressed twice, the same button says it once."""
    message = query.message
    if isinstance(message, Message) and message.chat.type in _GROUPS:
        return group_updates.pressed(query, message)
    label = _label(message, query.data or "") if isinstance(message, Message) else ""
    if not label or not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE:
        return Nothing(press=query.id)
    key = f"press:{message.chat.id}:{message.message_id}:{query.data}"
    return Said(str(message.chat.id), label, key[:MOST_KEY], press=query.id)


def _label(message: Message, data: str) -> str:
    markup = message.reply_markup
    if not isinstance(markup, InlineKeyboardMarkup) or not data.startswith(PRESS):
        return ""
    buttons = [button for row in markup.inline_keyboard for button in row]
    text = next((button.text for button in buttons if button.callback_data == data), "")
    number, _, label = text.partition(" ")
    return number if label.endswith(CUT) else label


def _member(change: ChatMemberUpdated) -> Meant:
    if change.chat.type in _GROUPS:
        return group_updates.membership(change) or Nothing()
    if change.chat.type != ChatType.PRIVATE:
        return Nothing()
    return Reached(str(change.chat.id), is_open=change.new_chat_member.status not in _GONE)


def number_of(raw: Any) -> int | None:
    """The update's number, where it has one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if _is_number(number) else None


def _is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number as the Bot API gives them."""
    return isinstance(value, int) and abs(value) < MOST_NUMBER
