"""What is said to a group, and the way from there into one's own chat."""

from __future__ import annotations

from dataclasses import dataclass

from courier.letters import PRIVATE, Letter, Link
from models.wording import say
from people.groups import Room


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a word (``outcome``), and the text and links that answer it, empty where nothing is said."""

    outcome: str
    text: str = ""
    links: tuple[Link, ...] = ()

    @property
    def letter(self) -> Letter:
        """As it goes out."""
        return Letter(self.text, links=self.links)


NOTHING = Said("nothing")


def private_link(room: Room | None) -> Link:
    """The way into one's own chat with the bot, which says from which group one comes."""
    return Link(say("group.private"), f"{PRIVATE}g{room.id if room else 0}")
