"""What a kind of board is: who may post, read and answer there, what is owed, and what chat can do with it.

A kind is one file of ``forum/boards`` that holds one ``KIND``; nothing else knows it by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.board import BoardName
from models.person import NEIGHBOURS, RoleName
from models.wording import say


class ChatUse(StrEnum):
    """What somebody can do with a board in chat."""

    READ = "read"
    POST = "post"
    REPLY = "reply"


Roles = frozenset[RoleName]
COMMITTEE: Roles = frozenset({RoleName.SECRETARY, RoleName.WORKER, RoleName.ADMIN})
"""Those who work for the neighbourhood's committee."""
OFFICES: tuple[RoleName, ...] = (
    RoleName.SECRETARY,
    RoleName.WORKER,
    RoleName.POLICE,
    RoleName.DOCTOR,
    RoleName.PROPERTY,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.ADMIN,
)
"""Roles in which something can be said officially; who holds several speaks in the first."""
EVERYBODY: Roles = NEIGHBOURS | frozenset(OFFICES) | {RoleName.MODERATOR, RoleName.UNIT_MEMBER}
"""Who reads boards at all: those who live here and those who work here; streets and districts see sums."""
NOBODY: Roles = frozenset()


class Unit(StrEnum):
    """Who owes the answers of a board (发帖必响应)."""

    COMMITTEE = "committee"
    POLICE = "police"
    DOCTOR = "doctor"
    PROPERTY = "property"

    @property
    def offices(self) -> Roles:
        """Those who answer for it."""
        return COMMITTEE if self is Unit.COMMITTEE else frozenset({RoleName(self.value)})


READ_ONLY = frozenset({ChatUse.READ})
ALL_IN_CHAT = frozenset(ChatUse)


class Carries(StrEnum):
    """What a post of a board can be beside words: a thing of its own, with its own states."""

    ITEM = "item"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class BoardKind:
    """A kind of board.

    ``posts``, ``replies`` and ``reads`` are who may; ``officials`` are those whose reply is the official one here.
    ``reply_hours``: within how many working hours a neighbour's post is to be answered by one of them, where nothing
    else is set; ``unit`` owes it, whoever else may answer. ``confidants`` alone read private questions beside who
    asked; where there are none, none can be asked; ``confides_by_estate``: of several companies only that of the
    estate in which who asks lives.
    ``takes_notices``: what the committee posts there can be aimed, timed and counted (``forum.notices``).
    ``may_be_public``: a neighbourhood may let everybody read what its offices publish there (``forum.public_feeds``).
    ``becomes_case``: a post can be made a case. ``carries``: what a post there can be beside words. ``path`` is where
    the board is, where it has no threads of its own.
    """

    key: BoardName
    posts: Roles
    replies: Roles = EVERYBODY
    reads: Roles = EVERYBODY
    officials: Roles = COMMITTEE
    confidants: Roles = NOBODY
    confides_by_estate: bool = False
    reply_hours: float | None = None
    unit: Unit = Unit.COMMITTEE
    becomes_case: bool = False
    takes_notices: bool = False
    may_be_public: bool = False
    carries: Carries | None = None
    chat: frozenset[ChatUse] = ALL_IN_CHAT
    path: str = ""
    beside: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return say(f"board.name.{self.key}")

    @property
    def about(self) -> str:
        """What it is for, in a line."""
        return say(f"board.about.{self.key}")

    @property
    def has_threads(self) -> bool:
        """Whether anybody posts there."""
        return bool(self.posts)

    @property
    def begin_path(self) -> str:
        """Where one begins something there."""
        paths = {Carries.ITEM: "/items/new", Carries.WISH: "/wishes/new"}
        return paths[self.carries] if self.carries else f"/boards/{self.key}/new"

    @property
    def open_path(self) -> str:
        """Where the list is of what is still to be had there; '' where there is none."""
        paths = {Carries.ITEM: "/items", Carries.WISH: "/wishes"}
        return paths[self.carries] if self.carries else ""

    @property
    def has_private(self) -> bool:
        """Whether one can ask there so that no neighbour sees it."""
        return bool(self.confidants)

    @property
    def has_clock(self) -> bool:
        """Whether an answer is owed there (发帖必响应)."""
        return self.reply_hours is not None
