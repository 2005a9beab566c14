"""What people do in Telegram, as updates of the Bot API: they write, send photos, press buttons, block the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DATE = 1_772_413_800
"""Every message's date: the bot does not go by it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message in somebody's chat, or in a topic of a group, below the one it answers."""

    chat_id: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    thread: int = 0
    reply_to: int = 0


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


def photo(file_id: str, *, size: int = 1_000) -> list[dict[str, Any]]:
    """The forms of a photo in a message, the smallest first."""
    small = {"file_id": f"{file_id}-small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 99}
    return [small, {"file_id": file_id, "file_unique_id": "l", "width": 1280, "height": 960, "file_size": size}]


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
