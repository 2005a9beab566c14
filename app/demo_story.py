"""The demo's story as ``community/demo.yaml`` tells it: who did what, and when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deed(_Shape):
    """One thing done, some minutes after the one before. Staff wait for opening hours unless it is ``at_once``."""

    after: int
    does: str
    who: str = ""
    text: str = ""
    to: str = ""
    entry: str = ""
    whose: Annotated[str, Field(validation_alias=AliasChoices("for", "whose"))] = ""
    at_once: bool = False


class Scene(_Shape):
    """How something began, and what followed. Without ``does`` somebody ``says`` something in the chat."""

    ago: int
    who: str
    at: dt.time | None = None
    minutes_ago: int = 0
    says: str = ""
    does: str = "say"
    text: str = ""
    entry: str = ""
    whose: Annotated[str, Field(validation_alias=AliasChoices("for", "whose"))] = ""
    then: tuple[Deed, ...] = ()

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """All of it, the beginning first."""
        text = self.says or self.text
        first = Deed(after=0, does=self.does, who=self.who, text=text, entry=self.entry, whose=self.whose, at_once=True)
        return (first, *self.then)


class Ordinary(_Shape):
    """Questions picked from the pack's ways of asking: by how many browsers, how many messages."""

    visitors: int
    messages: int
    afterwards: tuple[tuple[str, ...], ...]


class CannedText(_Shape):
    """A text staff use often."""

    title: str
    text: str


class Life(_Shape):
    """What fills the three months."""

    duty: tuple[str, ...]
    canned: tuple[CannedText, ...]
    ordinary: Ordinary
    life: tuple[Scene, ...]
