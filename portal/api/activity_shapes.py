"""Shapes of the JSON about activities."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AwareDatetime, Field

from forum.activities.calling import MOST_PLACES, MOST_VENUE
from forum.words import MOST_REASON
from models.operation import Body
from portal.api.boards import AuthorAnswer, Key, Names, Text, Title

Places = Annotated[int, Field(ge=1, le=MOST_PLACES)]


class ActivityLineAnswer(Body):
    """An activity in a list; ``own``: `in`, `waiting` or '' for who did not sign up."""

    post_id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    places: int
    taken: int
    waiting: int
    state: str
    is_volunteering: bool
    own: str


class ActivitiesAnswer(Body):
    """What has not ended, the next first, and what was, the latest first."""

    coming: list[ActivityLineAnswer]
    past: list[ActivityLineAnswer]


class OwnPlaceAnswer(Body):
    """Where the caller stands: has a place, or waits behind ``ahead`` others."""

    state: str
    ahead: int
    is_present: bool


class ActivityAnswer(Body):
    """An activity. ``code`` is there for who runs it; ``reason`` says why it was called off."""

    post_id: int
    title: str
    text: str
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    places: int
    taken: int
    waiting: int
    is_volunteering: bool
    is_open: bool
    takes_codes: bool
    reason: str
    code: str
    own: OwnPlaceAnswer | None


class CallBody(Body):
    """What to call people to; the same ``key`` calls once."""

    title: Title
    text: Text
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    venue: Annotated[str, Field(max_length=MOST_VENUE)]
    places: Places
    is_volunteering: bool = False
    photos: Names = ()
    key: Key = ""


class PlacesBody(Body):
    """How many places there are to be."""

    places: Places


class CallOffBody(Body):
    """Why it does not take place; everybody who signed up reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=MOST_REASON)]


class ShowCodeBody(Body):
    """Whether another code than the one before is wanted."""

    is_new: bool = False


class CodeAnswer(Body):
    """The digits to show where it takes place."""

    code: str


class CheckInBody(Body):
    """The digits that are shown there."""

    code: Annotated[str, Field(max_length=20)]


class AttendedAnswer(Body):
    """Whether the caller is signed in, and how many codes they may still type."""

    is_present: bool
    tries_left: int


class SignUpAnswer(Body):
    """Somebody who signed up."""

    id: int
    who: AuthorAnswer | None
    state: str
    is_present: bool
    hours_from: dt.datetime | None
    hours_until: dt.datetime | None


class SignUpsAnswer(Body):
    """Who has a place, then who waits, each in their order."""

    sign_ups: list[SignUpAnswer]


class MarkBody(Body):
    """Whether somebody was there, and from when until when; the activity's own times where nothing is said."""

    is_present: bool = True
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class ShiftAnswer(Body):
    """A time somebody was there as a volunteer."""

    title: str
    begins: dt.datetime
    ends: dt.datetime
    minutes: int


class HoursAnswer(Body):
    """The caller's hours: ``minutes`` in all, in which what overlaps counts once."""

    minutes: int
    shifts: list[ShiftAnswer]


class CertifiedHoursAnswer(Body):
    """Hours of somebody of the neighbourhood, to be printed and stamped for them."""

    name: str
    place: str
    since: dt.date | None
    until: dt.date | None
    minutes: int
    shifts: list[ShiftAnswer]


class CertifyHoursBody(Body):
    """From which day on and up to which; nothing: all of them."""

    since: Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), lt=dt.date(3000, 1, 1))] | None = None
    until: Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), lt=dt.date(3000, 1, 1))] | None = None


class ActivityDoneAnswer(Body):
    """That it was done."""

    done: bool
