"""Shapes of the JSON about covenants: their versions, and who signed them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.promise_shapes import Line, Long, PromiseId


class CovenantVersionAnswer(Body):
    """A version of a covenant with how many signed it, and the proposal and the vote by which it came."""

    covenant_id: int
    title: str
    number: int
    text: str
    valid_from: dt.date
    signed_by: str
    proposal_id: int
    proposal: str
    post_id: int
    vote_id: int | None
    signed: int


class CovenantsAnswer(Body):
    """Covenants, each with its newest version."""

    covenants: list[CovenantVersionAnswer]


class CovenantAnswer(Body):
    """A covenant: its versions, the newest first, and of that one the names of who wants them read."""

    id: int
    title: str
    versions: list[CovenantVersionAnswer]
    names: list[str]
    may_sign: bool
    has_signed: bool


class PublishCovenantBody(Body):
    """A covenant by its title, or the next version of ``covenant_id``."""

    proposal_id: PromiseId
    title: Line = ""
    covenant_id: PromiseId | None = None
    text: Long
    valid_from: dt.date
    signed_by: Line = "household"


class SignBody(Body):
    """The version that was read; ``shows_name``: neighbours read who signed."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    shows_name: bool = False


class ShowNameBody(Body):
    """Whether neighbours read that one signed."""

    shows_name: bool
