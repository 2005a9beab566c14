"""Shapes of the JSON about what is published before it counts, and what is objected to it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.promise_shapes import Days, Line, Long, PromiseId


class PublicationLineAnswer(Body):
    """A publication in a list; ``waiting``: objections without an answer."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    outcome: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_running: bool
    is_over: bool
    objections: int
    waiting: int


class PublicationsAnswer(Body):
    """Publications, those that run first."""

    publications: list[PublicationLineAnswer]


class PaperObjectionAnswer(Body):
    """What staff know of an objection on paper: who handed it in, how often it was typed in, whether it waits to be
    held against its photos (below ``/files/``), and whether the caller may do that or type it anew."""

    brought_by: str
    entry: int
    waits: bool
    may_check: bool
    may_retype: bool
    photos: list[str]


class ObjectionAnswer(Body):
    """An objection; ``text`` is '' where it is held, ``who`` '' and ``paper`` null for everybody but staff."""

    id: int
    text: str
    state: str
    is_held: bool
    is_own: bool
    at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    as_role: str
    who: str
    paper: PaperObjectionAnswer | None


class PublicationAnswer(Body):
    """A publication; ``hash``: SHA-256 of title, newline and text, in hexadecimal."""

    line: PublicationLineAnswer
    text: str
    hash: str
    may_object: bool
    may_enter: bool
    objections: list[ObjectionAnswer]


class PublishPublicationBody(Body):
    """What is published, for how many working days, and whether it becomes a covenant or a project."""

    proposal_id: PromiseId
    outcome: Line
    title: Line
    text: Long
    days: Days


class ObjectBody(Body):
    """What somebody objects."""

    text: Annotated[str, Field(max_length=1000)]


class EnterObjectionBody(Body):
    """A paper: whose it is (a name, before it the building or home where several have it), what it says, who handed it
    in, and its photos by the names under which the caller handed them in."""

    who: Annotated[str, Field(max_length=60)]
    text: Annotated[str, Field(max_length=1000)]
    brought_by: Annotated[str, Field(max_length=100)]
    photos: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=6)] = ()


class RetypeObjectionBody(Body):
    """What stands on the paper; ``entry``: how often it was typed in, as the caller has seen it."""

    text: Annotated[str, Field(max_length=1000)]
    entry: Annotated[int, Field(ge=0, le=1_000_000)]


class CheckObjectionBody(Body):
    """That what was typed stands on the paper; ``shows``: whether neighbours read it from then on."""

    entry: Annotated[int, Field(ge=0, le=1_000_000)]
    shows: bool = True


class AnswerObjectionBody(Body):
    """The official answer; ``shows``: whether the words of the objection are shown beside it, null: as they were."""

    text: Annotated[str, Field(max_length=1000)]
    shows: bool | None = None
