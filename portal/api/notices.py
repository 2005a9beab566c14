"""Notices as JSON: what stands on top and is not read, saying 收到, and for staff writing them and who has read."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from forum.notices import emergencies, receipts, showing, writing
from forum.notices.receipts import OwnNotice
from forum.notices.showing import NoticeLine
from forum.notices.targets import MOST_BUILDINGS, MOST_TAGS, Target
from forum.notices.writing import NewNotice
from forum.words import MOST_REASON, MOST_TEXT, MOST_TITLE
from models.operation import Body
from portal.api.acting import AFTER, acting, acting_as_somebody, acts, id_of, reading, reading_as_somebody, reads
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, number_in_query, told
from portal.session import Visitor

Text = Annotated[str, Field(max_length=MOST_TEXT)]
Title = Annotated[str, Field(max_length=MOST_TITLE)]
Words = Annotated[str, Field(max_length=MOST_REASON)]
Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Moment = AwareDatetime


class OwnNoticeAnswer(Body):
    """A notice as whoever it is for sees it; ``asks``: 收到 is still to be said."""

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
    key: Annotated[str, Field(max_length=60)] = ""


class EmergencyBody(Body):
    """An emergency; ``sure`` is what its preview gave for the same words and people."""

    text: Text
    title: Title = ""
    board: Literal["announcements", "party"] = "announcements"
    target: TargetBody = TargetBody()
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


def _own(one: OwnNotice) -> OwnNoticeAnswer:
    return told(OwnNoticeAnswer, one, post=one.post_id)


def _line(line: NoticeLine) -> NoticeAnswer:
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
    )


def _target(body: TargetBody) -> Target:
    return Target(body.buildings, body.tags, body.roles)


async def show(request: web.Request) -> web.Response:
    """置顶的和没看的公告."""
    who = await reading_as_somebody(request)
    above = await receipts.on_top(viewer=who.viewer, place_id=who.place_id)
    unread = await receipts.own_unread(viewer=who.viewer, place_id=who.place_id)
    return answer(OwnNoticesAnswer(on_top=[_own(one) for one in above], unread=[_own(one) for one in unread]))


async def acknowledge(request: web.Request) -> web.Response:
    """收到."""
    who = await acting_as_somebody(request)
    await receipts.acknowledge(_id(request), by=who.viewer)
    return answer(DoneAnswer())


def _id(request: web.Request) -> int:
    return number_in_path(request, "id")


async def show_written(request: web.Request) -> web.Response:
    """发过的和排好的公告."""
    who = await reading(request, "notice.read")
    after = number_in_query(request, "after")
    lines = await showing.notices(viewer=who.viewer, place_id=who.place_id, after=after)
    return answer(NoticesAnswer(notices=[_line(one) for one in lines]))


async def show_one(request: web.Request) -> web.Response:
    """一条公告."""
    who = await reading(request, "notice.read")
    return answer(_line(await showing.notice(_id(request), viewer=who.viewer)))


async def show_unread(request: web.Request) -> web.Response:
    """还没看的人."""
    who = await reading(request, "notice.read")
    found = await showing.unread(_id(request), viewer=who.viewer)
    people = [
        UnreadPersonAnswer(
            person=one.person_id,
            name=one.name,
            building=one.building,
            home=one.home,
            has_chat=one.has_chat,
            has_read=one.has_read,
        )
        for these in found.buildings
        for one in these.people
    ]
    return answer(UnreadAnswer(people=people, count=found.count, more=found.more))


async def publish(request: web.Request) -> web.Response:
    """发公告."""
    who, body = await acting(request), await given(request, NoticeBody)
    new = NewNotice(
        text=body.text,
        title=body.title,
        board=body.board,
        target=_target(body.target),
        send_at=body.send_at,
        pinned_until=body.pinned_until,
        key=body.key,
    )
    made = await writing.publish(new, by=who.viewer, place_id=who.place_id)
    return answer(WrittenAnswer(id=made.id, send_at=made.send_at, is_repeat=made.is_repeat))


async def preview(request: web.Request) -> web.Response:
    """紧急通知发之前看一遍."""
    who, body = await acting(request), await given(request, EmergencyBody)
    seen = await emergencies.preview(_urgent(body), by=who.viewer, place_id=who.place_id)
    return answer(PreviewAnswer(people=seen.people, with_chat=seen.with_chat, target=seen.words, sure=seen.sure))


def _urgent(body: EmergencyBody) -> NewNotice:
    return NewNotice(body.text, title=body.title, board=body.board, target=_target(body.target), key=body.key)


async def broadcast(request: web.Request) -> web.Response:
    """发紧急通知."""
    who, body = await acting(request), await given(request, EmergencyBody)
    made = await emergencies.broadcast(_urgent(body), by=who.viewer, place_id=who.place_id, sure=body.sure)
    return answer(WrittenAnswer(id=made.id, send_at=made.send_at, is_repeat=made.is_repeat))


async def withdraw(request: web.Request) -> web.Response:
    """撤回."""
    who, body = await acting(request), await given(request, ReasonBody)
    await writing.withdraw(_id(request), by=who.viewer, reason=body.reason)
    return await _now(request, who)


async def pin(request: web.Request) -> web.Response:
    """置顶."""
    who, body = await acting(request), await given(request, PinBody)
    await writing.pin(_id(request), by=who.viewer, until=body.until)
    return await _now(request, who)


async def remind(request: web.Request) -> web.Response:
    """提醒没看的人."""
    who = await acting(request)
    await writing.remind(_id(request), by=who.viewer)
    return await _now(request, who)


async def all_clear(request: web.Request) -> web.Response:
    """解除."""
    who, body = await acting(request), await given(request, ClearBody)
    await emergencies.all_clear(_id(request), by=who.viewer, text=body.words)
    return await _now(request, who)


async def _now(request: web.Request, who: Visitor) -> web.Response:
    return answer(_line(await showing.notice(_id(request), viewer=who.viewer)))


_ONE = (id_of("notice"),)
ROUTES = (
    web.get("/api/v1/notices", show),
    web.post("/api/v1/notices", publish),
    web.get("/api/v1/notices/written", show_written),
    web.post("/api/v1/notices/preview", preview),
    web.post("/api/v1/notices/broadcast", broadcast),
    web.get("/api/v1/notices/{id}", show_one),
    web.get("/api/v1/notices/{id}/unread", show_unread),
    web.post("/api/v1/notices/{id}/acknowledge", acknowledge),
    web.post("/api/v1/notices/{id}/withdraw", withdraw),
    web.post("/api/v1/notices/{id}/pin", pin),
    web.post("/api/v1/notices/{id}/remind", remind),
    web.post("/api/v1/notices/{id}/all_clear", all_clear),
)
OPERATIONS = (
    reads("listOwnNotices", "notices", "What stands on top and is not read", gives=OwnNoticesAnswer, refusals=(403,)),
    acts("acknowledgeNotice", "notices/{id}/acknowledge", "Say 收到 to an emergency", parameters=_ONE),
    acts("publishNotice", "notices", "Write a notice", gives=WrittenAnswer, takes=NoticeBody, needs_staff=True),
    reads(
        "listNotices",
        "notices/written",
        "What is planned and what went out",
        gives=NoticesAnswer,
        parameters=(AFTER,),
        needs_staff=True,
    ),
    acts(
        "previewEmergency",
        "notices/preview",
        "To whom an emergency would go; nothing goes out",
        gives=PreviewAnswer,
        takes=EmergencyBody,
        needs_staff=True,
    ),
    acts(
        "broadcastEmergency",
        "notices/broadcast",
        "Tell an emergency at once by every way; only what was previewed",
        gives=WrittenAnswer,
        takes=EmergencyBody,
        needs_staff=True,
    ),
    reads("readNotice", "notices/{id}", "One notice", gives=NoticeAnswer, parameters=_ONE, needs_staff=True),
    reads(
        "listUnread",
        "notices/{id}/unread",
        "Who has not read it",
        gives=UnreadAnswer,
        parameters=_ONE,
        needs_staff=True,
    ),
    acts(
        "withdrawNotice",
        "notices/{id}/withdraw",
        "Take it back",
        gives=NoticeAnswer,
        takes=ReasonBody,
        parameters=_ONE,
        needs_staff=True,
    ),
    acts(
        "pinNotice",
        "notices/{id}/pin",
        "Put it on top until a moment",
        gives=NoticeAnswer,
        takes=PinBody,
        parameters=_ONE,
        needs_staff=True,
    ),
    acts(
        "remindOfNotice",
        "notices/{id}/remind",
        "Remind those who have not read it, once",
        gives=NoticeAnswer,
        parameters=_ONE,
        needs_staff=True,
    ),
    acts(
        "giveAllClear",
        "notices/{id}/all_clear",
        "An emergency is over",
        gives=NoticeAnswer,
        takes=ClearBody,
        parameters=_ONE,
        needs_staff=True,
    ),
)
