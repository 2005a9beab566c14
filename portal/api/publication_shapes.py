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


class ObjectionAnswer(Body):
    """An objection; ``text`` is '' where it is held, ``who`` '' for everybody but staff."""

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


class PublicationAnswer(Body):
    """A publication; ``hash``: SHA-256 of title, newline and text, in hexadecimal."""

    line: PublicationLineAnswer
    text: str
    hash: str
    may_object: bool
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


class AnswerObjectionBody(Body):
    """The official answer; ``shows``: whether the words of the objection are shown beside it, null: as they were."""

    text: Annotated[str, Field(max_length=1000)]
    shows: bool | None = None
