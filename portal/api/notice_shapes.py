"""Shapes of the JSON about notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from forum.notices.receipts import OwnNotice
from forum.notices.showing import NoticeLine
from forum.notices.targets import MOST_BUILDINGS, MOST_TAGS, Target
from forum.notices.writing import NewNotice
from forum.words import MOST_REASON, MOST_TEXT, MOST_TITLE
from models.operation import Body
from people.files import FileLine
from portal.api.boards import Names
from portal.api.reading import MOST_ID, told

Text = Annotated[str, Field(max_length=MOST_TEXT)]
Title = Annotated[str, Field(max_length=MOST_TITLE)]
Words = Annotated[str, Field(max_length=MOST_REASON)]
Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Moment = AwareDatetime


class OwnNoticeAnswer(Body):
    """A notice as whoever it is for sees it; ``asks``: 收到 is still to be said. ``photos`` stand below ``/files/``."""

    id: int
    post: int
    board: str
    title: str
    text: str
    at: dt.datetime
    is_emergency: bool
    is_pinned: bool
    cleared_at: dt.datetime | None
    all_clear: str
    read_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    asks: bool
    photos: list[str]


class OwnNoticesAnswer(Body):
    """What stands on top now, emergencies first, and what was for the caller and is not read."""

    on_top: list[OwnNoticeAnswer]
    unread: list[OwnNoticeAnswer]


class TargetBody(Body):
    """Whom it is for: within one kind any suffices, across kinds all must hold; nothing: everybody who lives here."""

    buildings: Annotated[tuple[Id, ...], Field(max_length=MOST_BUILDINGS)] = ()
    tags: Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=MOST_TAGS)] = ()
    roles: Annotated[tuple[Annotated[str, Field(max_length=30)], ...], Field(max_length=10)] = ()


class NoticeBody(Body):
    """A new notice; without ``send_at`` it goes out at once. The same ``key`` writes once."""

    text: Text
    title: Title = ""
    board: Literal["announcements", "party"] = "announcements"
    target: TargetBody = TargetBody()
    send_at: Moment | None = None
    pinned_until: Moment | None = None
    photos: Names = ()
    key: Annotated[str, Field(max_length=60)] = ""


class EmergencyBody(Body):
    """An emergency; ``sure`` is what its preview gave for the same words and people."""

    text: Text
    title: Title = ""
    board: Literal["announcements", "party"] = "announcements"
    target: TargetBody = TargetBody()
    photos: Names = ()
    key: Annotated[str, Field(max_length=60)] = ""
    sure: Annotated[str, Field(max_length=16)] = ""


class PreviewAnswer(Body):
    """To how many it would go, of whom so many have a chat; nothing has gone out."""

    people: int
    with_chat: int
    target: str
    sure: str


class WrittenAnswer(Body):
    """Its number, when it goes out, and whether the same key had come before."""

    id: int
    send_at: dt.datetime
    is_repeat: bool


class NoticeAnswer(Body):
    """A notice as staff see it; ``target`` says in words whom it is for, which nobody else learns."""

    id: int
    board: str
    state: str
    title: str
    text: str
    target: str
    is_emergency: bool
    send_at: dt.datetime
    sent_at: dt.datetime | None
    pinned_until: dt.datetime | None
    cleared_at: dt.datetime | None
    post: int | None
    people: int
    told: int
    read: int
    acknowledged: int
    is_reminded: bool
    photos: list[str]


class NoticesAnswer(Body):
    """The newest first."""

    notices: list[NoticeAnswer]


class UnreadPersonAnswer(Body):
    """Somebody who has not; numbers are on their card, where seeing one is on record."""

    person: int
    name: str
    building: str
    home: str
    has_chat: bool
    has_read: bool


class UnreadAnswer(Body):
    """Who has not read it, of an emergency not said 收到, by building; ``more`` do not stand here."""

    people: list[UnreadPersonAnswer]
    count: int
    more: int


class PinBody(Body):
    """Until when it stands on top; null: no longer."""

    until: Moment | None = None


class ReasonBody(Body):
    """Why, in a few words."""

    reason: Words = ""


class ClearBody(Body):
    """How it is now."""

    words: Words


def own_notice(one: OwnNotice, photos: Mapping[int, Sequence[FileLine]]) -> OwnNoticeAnswer:
    """A notice for whoever it is for, with the photos of posts by number."""
    names = [photo.name for photo in photos.get(one.post_id, ()) if photo.is_kept]
    return told(OwnNoticeAnswer, one, post=one.post_id, photos=names)


def notice_line(line: NoticeLine) -> NoticeAnswer:
    """A notice for staff."""
    one, counts = line.notice, line.counts
    return told(
        NoticeAnswer,
        one,
        board=one.kind.key.value,
        target=line.target,
        post=one.post_id,
        people=counts.people,
        told=counts.told,
        read=counts.read,
        acknowledged=counts.acknowledged,
        is_reminded=line.is_reminded,
        photos=[photo.name for photo in line.photos],
    )


def target_of(body: TargetBody) -> Target:
    """Whom a body names."""
    return Target(body.buildings, body.tags, body.roles)


def new_notice(body: NoticeBody) -> NewNotice:
    """What is to be written."""
    return NewNotice(
        text=body.text,
        title=body.title,
        board=body.board,
        target=target_of(body.target),
        send_at=body.send_at,
        pinned_until=body.pinned_until,
        photos=body.photos,
        key=body.key,
    )


def urgent(body: EmergencyBody) -> NewNotice:
    """What is to be told at once."""
    target = target_of(body.target)
    return NewNotice(body.text, title=body.title, board=body.board, target=target, photos=body.photos, key=body.key)
