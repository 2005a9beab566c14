"""One thing said or pressed in a group, as a channel hands it to the inbox."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from nlp.normalise import clean_input
from people.groups import CHANNEL

LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class GroupWord:
    """Who said or pressed what, where. ``about`` is the message it replies to (0: none), ``about_text`` its words where
    they are not the bot's; ``is_to_bot``: it replies to one of the bot's own."""

    chat: str
    thread: int
    message: int
    user: str
    text: str = ""
    press: str = ""
    about: int = 0
    about_text: str = ""
    is_to_bot: bool = False
    is_edit: bool = False
    title: str = ""
    has_topics: bool = False

    @property
    def lane(self) -> str:
        """The lane that orders what one person says in one group."""
        return f"{CHANNEL}:{self.chat}:{self.user}"

    @property
    def address(self) -> str:
        """Where an answer goes: the group, or the topic of it."""
        return f"{self.chat}/{self.thread}" if self.thread else self.chat

    def to_json(self) -> str:
        """As kept, encrypted, in the inbox row; what no database can keep is left out."""
        words = replace(self, text=clean_input(self.text)[:LONGEST], about_text=clean_input(self.about_text)[:LONGEST])
        return json.dumps(asdict(words), ensure_ascii=False)


def from_json(text: str) -> GroupWord:
    """The word that ``to_json`` wrote."""
    return GroupWord(**json.loads(text))
