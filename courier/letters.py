"""A letter: what is said to somebody on any channel, before a channel gives it its own form."""

from __future__ import annotations

import json
from dataclasses import dataclass

PRIVATE = "private:"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page of the portal (``path`` starts with a slash), or from a group into one's own chat with
    us (``PRIVATE`` and what is handed over by that)."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Text, then numbered choices, then links. Channels without buttons show the choices as numbered lines.

    ``reply_to`` is the chat system's id of the message this answers, for a chat in which many talk."""

    text: str
    choices: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    reply_to: str = ""

    def to_json(self) -> str:
        """As stored in an outbox row, before encryption."""
        links = [[link.text, link.path] for link in self.links]
        return json.dumps(
            [self.text, self.choices, links, *([self.reply_to] if self.reply_to else [])], ensure_ascii=False
        )

    @staticmethod
    def from_json(text: str) -> Letter:
        """The letter that ``to_json`` wrote."""
        words, choices, links, *reply_to = json.loads(text)
        return Letter(words, tuple(choices), tuple(Link(*link) for link in links), *reply_to)
