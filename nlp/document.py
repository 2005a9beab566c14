"""What is searched of one entry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One entry: its names, the ways people ask for it, and its text."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The title and the other names."""
        return (self.title, *self.aliases)

    @property
    def text(self) -> str:
        """Title, keywords and body together."""
        return " ".join((self.title, *self.keywords, self.body))
