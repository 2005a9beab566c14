"""Shapes of the JSON about the directory of services and complaints."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from forum.services.complaints import LONGEST
from forum.services.directory import LIMITS
from forum.words import MOST_REASON
from models.operation import Body
from models.provider import ProviderKind
from portal.api.boards import AuthorAnswer

Why = Annotated[str, Field(min_length=1, max_length=MOST_REASON)]


class ProviderAnswer(Body):
    """Somebody in the directory. ``is_open``: now, null where nobody told when; ``reason``: why admitted, for staff."""

    id: int
    kind: str
    state: str
    name: str
    about: str
    venue: str
    phone: str
    fees: str
    hours: str
    weekdays: str
    on_holidays: bool
    is_open: bool | None
    upheld: int
    state_reason: str
    reason: str
    version: int


class ProvidersAnswer(Body):
    """The directory, those that serve now first."""

    providers: list[ProviderAnswer]


class ProviderBody(Body):
    """What is to stand there. ``hours`` as `08:30-11:30 13:00-17:00`, ``weekdays`` as `12345` for Monday to Friday."""

    kind: ProviderKind
    name: Annotated[str, Field(min_length=1, max_length=LIMITS["name"])]
    about: Annotated[str, Field(max_length=LIMITS["about"])] = ""
    venue: Annotated[str, Field(max_length=LIMITS["venue"])] = ""
    phone: Annotated[str, Field(max_length=LIMITS["phone"])] = ""
    fees: Annotated[str, Field(max_length=LIMITS["fees"])] = ""
    hours: Annotated[str, Field(max_length=80)] = ""
    weekdays: Annotated[str, Field(max_length=7)] = ""
    on_holidays: bool = False


class AdmitBody(ProviderBody):
    """The same, with why they are admitted."""

    reason: Why


class ChangeProviderBody(ProviderBody):
    """The same; refused where somebody changed it since ``seen_version``."""

    seen_version: int


class ProviderReasonBody(Body):
    """Why."""

    reason: Why


class ComplainBody(Body):
    """What happened; numbers of people are masked."""

    text: Annotated[str, Field(max_length=LONGEST)]


class ProviderMadeAnswer(Body):
    """The number of what was made."""

    id: int


class ProviderDoneAnswer(Body):
    """That it was done."""

    done: bool


class ComplaintAnswer(Body):
    """A complaint; ``who`` is there for staff alone."""

    id: int
    provider_id: int
    provider: str
    text: str
    state: str
    answer: str
    at: dt.datetime
    decided_at: dt.datetime | None
    who: AuthorAnswer | None


class ComplaintsAnswer(Body):
    """Complaints, those that wait first."""

    complaints: list[ComplaintAnswer]


class DecideComplaintBody(Body):
    """What who complained is told."""

    answer: Why


class UpheldAnswer(Body):
    """Whether it was one too many, and the provider is suspended."""

    suspended: bool
