"""What a chat system with topics must offer to the one who keeps the cards, and how it says that something is gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a card: its words, and what is pressed or the page it opens."""

    label: str
    press: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A card as it is shown: its text and the buttons of each row."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


class BoardError(Exception):
    """Something could not be done on the board."""


class TopicGone(BoardError):
    """Somebody deleted the topic."""


class CardGone(BoardError):
    """Somebody deleted the message."""


class CardRefused(BoardError):
    """The chat system will not have this title, card or button, whenever it is tried; others it will."""


class GroupGone(BoardError):
    """The bot is no longer in the group."""


class GroupMoved(BoardError):
    """The group goes by another id, ``new``."""

    def __init__(self, new: str) -> None:
        super().__init__(new)
        self.new = new


class BoardBusy(BoardError):
    """Nothing more for ``seconds``: the chat system asked for it, cannot be reached, or will not have it."""

    def __init__(self, problem: str, *, seconds: float) -> None:
        super().__init__(problem)
        self.seconds = seconds


class Board(Protocol):
    """A chat system's groups with topics. Every call may raise a BoardError; each counts towards the group's rate."""

    @property
    def site(self) -> str:
        """The portal's address, for links."""
        ...

    async def open(self, chat: str, *, title: str) -> int:
        """A new topic; gives its id."""
        ...

    async def post(self, chat: str, face: Face, *, thread: int, reply_to: int = 0) -> int:
        """A message in a topic; gives its id."""
        ...

    async def edit(self, chat: str, face: Face, *, message: int) -> None:
        """Another text and other buttons for a message."""
        ...

    async def show(self, chat: str, photo: Path, *, thread: int) -> int:
        """A photo in a topic; gives its message's id."""
        ...

    async def take_away(self, chat: str, *, message: int) -> None:
        """Delete a message."""
        ...

    async def close(self, chat: str, *, thread: int, is_closed: bool) -> None:
        """Close a topic, or open it again."""
        ...
