"""Notices as JSON: what stands on top and is not read, saying 收到, and for staff writing them and who has read."""

from __future__ import annotations

from aiohttp import web

from forum.notices import emergencies, photos, receipts, showing, writing
from portal.api.acting import AFTER, acting, acting_as_somebody, acts, id_of, reading, reading_as_somebody, reads
from portal.api.notice_shapes import (
    ClearBody,
    EmergencyBody,
    NoticeAnswer,
    NoticeBody,
    NoticesAnswer,
    OwnNoticesAnswer,
    PinBody,
    PreviewAnswer,
    ReasonBody,
    UnreadAnswer,
    UnreadPersonAnswer,
    WrittenAnswer,
    new_notice,
    notice_line,
    own_notice,
    urgent,
)
from portal.api.reading import DoneAnswer, answer, given, number_in_path, number_in_query
from portal.session import Visitor


async def show(request: web.Request) -> web.Response:
    """置顶的和没看的公告."""
    who = await reading_as_somebody(request)
    above = await receipts.on_top(viewer=who.viewer, place_id=who.place_id)
    unread = await receipts.own_unread(viewer=who.viewer, place_id=who.place_id)
    pictures = await photos.shown({one.post_id for one in (*above, *unread)})
    on_top, not_read = ([own_notice(one, pictures) for one in these] for these in (above, unread))
    return answer(OwnNoticesAnswer(on_top=on_top, unread=not_read))


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
    return answer(NoticesAnswer(notices=[notice_line(one) for one in lines]))


async def show_one(request: web.Request) -> web.Response:
    """一条公告."""
    who = await reading(request, "notice.read")
    return answer(notice_line(await showing.notice(_id(request), viewer=who.viewer)))


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
    made = await writing.publish(new_notice(body), by=who.viewer, place_id=who.place_id)
    return answer(WrittenAnswer(id=made.id, send_at=made.send_at, is_repeat=made.is_repeat))


async def preview(request: web.Request) -> web.Response:
    """紧急通知发之前看一遍."""
    who, body = await acting(request), await given(request, EmergencyBody)
    seen = await emergencies.preview(urgent(body), by=who.viewer, place_id=who.place_id)
    return answer(PreviewAnswer(people=seen.people, with_chat=seen.with_chat, target=seen.words, sure=seen.sure))


async def broadcast(request: web.Request) -> web.Response:
    """发紧急通知."""
    who, body = await acting(request), await given(request, EmergencyBody)
    made = await emergencies.broadcast(urgent(body), by=who.viewer, place_id=who.place_id, sure=body.sure)
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
    return answer(notice_line(await showing.notice(_id(request), viewer=who.viewer)))


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
