"""The stand-in's groups: members, topics, what was posted and edited there, the move to another id, and their updates.

As the real Bot API does, it counts every message, edit and new topic of a group, 20 a minute; refuses a topic that was
deleted, or closed to those without rights; answers for a group that became a supergroup only with its new id.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

PER_MINUTE, MOST_TITLE = 20, 128
BOT = {"id": 123456789, "is_bot": True, "first_name": "睦邻", "username": "mulin_test_bot"}
DATE = 1_772_413_800
_NAMED = re.compile(r"/[a-z_]+(?:@\w+)?|@\w+")


class Refusal(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


@dataclass(slots=True)
class Topic:
    """A topic of a group, and how often it was closed and opened again."""

    title: str
    is_closed: bool = False
    history: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Groups:
    """What every group knows. ``counts`` is every call that counts, by group;"""

    topics: dict[tuple[int, int], Topic] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    kicked: set[int] = field(default_factory=set)
    without_rights: set[int] = field(default_factory=set)
    counts: dict[int, int] = field(default_factory=dict)
    _times: dict[int, deque[float]] = field(default_factory=dict)
    _threads: itertools.count[int] = field(default_factory=lambda: itertools.count(50))

    def count(self, chat: int) -> None:
        """One more call of a group, or a refusal for the next seconds."""
        times, now = self._times.setdefault(chat, deque()), time.monotonic()
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            raise Refusal(429, "Too Many Requests: retry after 3", retry_after=3)
        times.append(now)
        self.counts[chat] = self.counts.get(chat, 0) + 1

    def fill(self, chat: int) -> None:
        """The group's minute is used up."""
        self._times[chat] = deque([time.monotonic()] * PER_MINUTE)

    def next_minute(self) -> None:
        """Every group's next minute begins."""
        self._times.clear()

    def refuse(self, chat: int, thread: int = 0) -> None:
        """What the Bot API says of a call to this group or topic before it looks at anything else."""
        if chat in self.moved:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat in self.kicked:
            raise Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        if thread and (chat, thread) not in self.topics:
            raise Refusal(400, "Bad Request: message thread not found")

    def create(self, given: dict[str, Any]) -> dict[str, Any]:
        """CreateForumTopic."""
        chat, name = int(given["chat_id"]), str(given["name"])
        self.refuse(chat)
        if chat in self.without_rights:
            raise Refusal(400, "Bad Request: not enough rights to create a topic")
        if not 1 <= len(name) <= MOST_TITLE:
            raise Refusal(400, "Bad Request: TOPIC_TITLE_EMPTY")
        self.count(chat)
        thread = next(self._threads)
        self.topics[chat, thread] = Topic(name)
        return {"message_thread_id": thread, "name": name, "icon_color": 7322096}

    def close(self, given: dict[str, Any], *, is_closed: bool) -> bool:
        """CloseForumTopic and reopenForumTopic."""
        chat, thread = int(given["chat_id"]), int(given["message_thread_id"])
        self.refuse(chat)
        topic = self.topics.get((chat, thread))
        if topic is None:
            raise Refusal(400, "Bad Request: TOPIC_ID_INVALID")
        if topic.is_closed == is_closed:
            raise Refusal(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.is_closed = is_closed
        topic.history.append("closed" if is_closed else "opened")
        return True


def _chat(chat: int, **more: object) -> dict[str, Any]:
    return {"id": chat, "type": "supergroup" if chat < -1_000_000_000 else "group", "title": "柳荫业主群", **more}


def _who(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "王"}


def entities(text: str) -> list[dict[str, Any]]:
    """Names and commands of a text, marked as the Bot API does, in UTF-16 units."""
    return [
        {
            "type": "bot_command" if found[0].startswith("/") else "mention",
            "offset": len(text[: found.start()].encode("utf-16-le")) // 2,
            "length": len(found[0].encode("utf-16-le")) // 2,
        }
        for found in _NAMED.finditer(text)
    ]


def group_message(
    number: int,
    text: str,
    *,
    chat: int = -500,
    user: int = 7,
    thread: int = 0,
    reply_to: dict[str, Any] | None = None,
    is_forum: bool = False,
    **more: object,
) -> dict[str, Any]:
    """An update with a message in a group; in a topic a message that answers none answers the topic's beginning."""
    begun = {
        "message_id": thread,
        "date": DATE,
        "chat": _chat(chat),
        "from": BOT,
        "forum_topic_created": {"name": "x", "icon_color": 7322096},
    }
    content = {
        "message_id": number,
        "date": DATE,
        "chat": _chat(chat, **({"is_forum": True} if is_forum or thread else {})),
        "from": _who(user),
        "text": text,
        "entities": entities(text),
        **({"message_thread_id": thread, "is_topic_message": True, "reply_to_message": begun} if thread else {}),
        **({"reply_to_message": reply_to} if reply_to else {}),
        **more,
    }
    return {"update_id": number, "message": content}


def neighbours_words(message_id: int, text: str, *, chat: int = -500, user: int = 8) -> dict[str, Any]:
    """A message of somebody else in a group, as it stands inside a reply to it."""
    return {"message_id": message_id, "date": DATE, "chat": _chat(chat), "from": _who(user), "text": text}


def our_words(message_id: int, *, chat: int = -500, text: str = "x") -> dict[str, Any]:
    """A message of the bot in a group, as it stands inside a reply to it."""
    return {"message_id": message_id, "date": DATE, "chat": _chat(chat), "from": BOT, "text": text}


def group_press(number: int, message_id: int, data: str, *, chat: int = -500, user: int = 7, thread: int = 0) -> Any:
    """An update with a button pressed below a message of the bot in a topic."""
    below = our_words(message_id, chat=chat)
    below |= {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    return {
        "update_id": number,
        "callback_query": {
            "id": f"press-{number}",
            "from": _who(user),
            "chat_instance": "x",
            "message": below,
            "data": data,
        },
    }


def group_membership(number: int, *, chat: int = -500, user: int = 7, is_in: bool = True) -> dict[str, Any]:
    """An update that says that the bot was put into a group, or taken out."""

    def member(status: str) -> dict[str, Any]:
        return {"user": BOT, "status": status}

    change = {
        "chat": _chat(chat),
        "from": _who(user),
        "date": DATE,
        "old_chat_member": member("left" if is_in else "member"),
        "new_chat_member": member("member" if is_in else "left"),
    }
    return {"update_id": number, "my_chat_member": change}


def moving(number: int, old: int, new: int) -> list[dict[str, Any]]:
    """The two updates that say that a group became a supergroup: one from each side."""
    before = {"message_id": number, "date": DATE, "chat": _chat(old), "from": _who(7), "migrate_to_chat_id": new}
    after = {"message_id": 1, "date": DATE, "chat": _chat(new), "from": _who(7), "migrate_from_chat_id": old}
    return [{"update_id": number, "message": before}, {"update_id": number + 1, "message": after}]
