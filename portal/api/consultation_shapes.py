"""What the calls about rooms take and give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.operation import Body
from portal.api.mediation_verbs import Number, Said, Short

Key = Annotated[str, Field(max_length=40)]


class RoomLineAnswer(Body):
    """A room in a list; ``case_number`` is '' over a matter that is no case; ``unfilled``: fixed roles nobody has."""

    id: int
    number: str
    state: str
    case_id: int | None
    case_number: str
    at: dt.datetime
    where: str
    purpose: str
    version: int
    unfilled: list[str]


class RoomLinesAnswer(Body):
    """Those that one sees, the latest first."""

    rooms: list[RoomLineAnswer]


class SeatAnswer(Body):
    """A seat, who has it, whether they came and stand by the minutes (``confirm_way``: ``paper``)."""

    id: int
    key: str
    role: str
    name: str
    came_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    confirm_way: str
    is_mine: bool


class ConclusionAnswer(Body):
    """A conclusion, who does it until when, and what it became."""

    id: int
    text: str
    who: str
    due_on: dt.date | None
    became: str
    case_number: str


class RoomAnswer(Body):
    """One room; ``missing``: the keys of the fixed roles that nobody has."""

    line: RoomLineAnswer
    minutes: str
    seats: list[SeatAnswer]
    missing: list[str]
    conclusions: list[ConclusionAnswer]


class CallRoomBody(Body):
    """Over a case, or (``case`` null) a matter that is none. ``people`` and ``names`` go by the key of a fixed role."""

    case: Number | None = None
    at: AwareDatetime
    where: Short
    purpose: Said
    people: Annotated[Mapping[Key, Number], Field(default_factory=dict, max_length=20)]
    names: Annotated[Mapping[Key, Short], Field(default_factory=dict, max_length=20)]
    teams: Annotated[list[Number], Field(max_length=40)]


class MadeRoomAnswer(Body):
    """The room that was called."""

    id: int
    number: str


class FillSeatBody(Body):
    """A fixed role, and who takes it: somebody who works here, or a name."""

    key: Key
    person: Number | None = None
    name: Short = ""


class SeatBody(Body):
    """A seat."""

    seat: Number


class ConfirmMinutesBody(SeatBody):
    """A seat whose people stand by the minutes; ``paper``: they signed a sheet."""

    way: Literal["", "paper"] = ""


class ConcludeBody(Body):
    """What was settled, who does it (the key of a seat), and until when."""

    text: Said
    seat: Key = ""
    due_on: dt.date | None = None


class RoomMinutesBody(Body):
    """The minutes; the version that was seen."""

    minutes: Said
    version: Number | None = None


class CancelRoomBody(Body):
    """The version that was seen."""

    version: Number | None = None


class CarryOutBody(Body):
    """A conclusion that becomes a case of a kind, or (``kind`` '') the dispatch of the room's case."""

    conclusion: Number
    kind: Key = ""


class CarriedOutAnswer(Body):
    """The case that was made or sent."""

    id: int
    number: str
