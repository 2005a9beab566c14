"""What stands in a chat window: lines in the order in which they were written or came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``buttons`` are labels with what pressing them sends, ``by_person`` tells it from the bot's. In a
    group ``who`` wrote it, in the topic ``thread``."""

    number: int
    text: str
    by_person: bool
    buttons: tuple[tuple[str, str], ...] = ()
    message: int = 0
    who: str = ""
    thread: int = 0


@dataclass(slots=True)
class Windows:
    """Every person's window."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: str, text: str, *, by_person: bool, **more: object) -> None:
        """One more line."""
        shown = self.lines[person]
        shown.append(Line(len(shown) + 1, text, by_person, **more))  # pyright: ignore[reportArgumentType]

    def after(self, person: str, number: int) -> list[Line]:
        """What has come since a line."""
        return self.lines[person][number:]
