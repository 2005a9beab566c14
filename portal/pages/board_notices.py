"""公告 for those who write them: what is planned and went out, writing one, who has read it, and emergencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum.boards import kinds
from forum.notices import emergencies, showing, targets, writing
from forum.notices.targets import Target
from forum.notices.writing import NewNotice
from forum.words import MOST_REASON, MOST_TEXT, MOST_TITLE
from models import clock
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.rules import rules
from models.wording import say
from people.permissions import may
from people.records import filters, tags
from portal.composing import Typed, previews, typed
from portal.forms import Sent, done, form, verb_of, whole
from portal.render import new_key, page
from portal.session import Visitor
from portal.staff import staff_page, worker
from portal.uploads import MOST_PHOTOS, form_with_photos

HOME, READ, WRITE = "/notices", "notice.read", "notice.publish"
_REFUSALS = (Invalid, NotAllowed, Taken, TooMany, WrongState)
_WHOLE = 3_000
_FIELDS = ("board", "title", "text", "send_at", "pinned_until", "is_emergency", "key")


async def show(request: web.Request) -> web.Response:
    """公告: planned, on their way, gone out."""
    who = await worker(request, READ)
    after = request.query.get("after", "")
    lines = await showing.notices(viewer=who.viewer, place_id=who.place_id, after=whole(after) if after else 0)
    following = lines[-1].notice.id if len(lines) == showing.PAGE else 0
    return await staff_page(request, "staff/notices_list.html", lines=lines, following=following, now=clock.now())


async def show_new(request: web.Request) -> web.Response:
    """写公告."""
    blank = dict.fromkeys(_FIELDS, "")
    return await _form(request, {**blank, "board": request.query.get("board", ""), "key": new_key()})


async def _form(
    request: web.Request,
    fields: Mapping[str, str],
    *,
    target: Target = targets.EVERYBODY,
    stands: Typed | None = None,
    refusal: Refusal | None = None,
) -> web.Response:
    who, stands = await worker(request, WRITE), stands or Typed()
    words = await tags.words(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(
        request,
        "staff/notices_new.html",
        refusal=refusal,
        typed=fields,
        stands=stands,
        photos=await previews(stands.photos, by=who.viewer),
        most_photos=MOST_PHOTOS,
        target=target,
        boards=[kind for kind in kinds().values() if kind.takes_notices],
        buildings=await filters.building_choices(viewer=who.viewer, place_id=who.place_id),
        tags=[*rules().age_tags, *(word.name for word in words if word.people or word.name in target.tags)],
        roles=[role.value for role in targets.ROLES],
        may_broadcast=may(who.viewer, "notice.broadcast", who.place_id),
        most_text=MOST_TEXT,
        most_title=MOST_TITLE,
    )


def _target(sent: Sent) -> Target:
    buildings = tuple(whole(one) for one in sent.texts("buildings"))
    return Target(buildings, tuple(sent.texts("tags")), tuple(sent.texts("roles")))


def _new(sent: Sent, photos: tuple[str, ...]) -> NewNotice:
    return NewNotice(
        text=sent.text("text"),
        title=sent.text("title"),
        board=sent.text("board"),
        target=_target(sent),
        send_at=_moment(sent, "send_at"),
        pinned_until=_moment(sent, "pinned_until"),
        photos=photos,
        key=sent.text("key"),
    )


def _moment(sent: Sent, name: str) -> dt.datetime | None:
    return sent.moment(name) if sent.text(name) else None


@form_with_photos
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发出去, or let an emergency be looked at once more: what is typed stays in the form until it has been taken."""
    who = sent.who
    stands = Typed(photos=tuple(sent.text("photos").split()))
    try:
        given = tuple(content for _, content in sent.photos)
        stands = await typed(sent, given, by=who.viewer, place_id=who.place_id)
        new = _new(sent, stands.photos)
        if sent.text("is_emergency"):
            return await _broadcast(request, sent, new)
        made = await writing.publish(new, by=who.viewer, place_id=who.place_id)
    except _REFUSALS as refusal:
        fields = {name: sent.text(name) for name in _FIELDS}
        return await _form(request, fields, target=_target(sent), stands=stands, refusal=refusal)
    return done(f"{HOME}/{made.id}", "notice_publish" if made.send_at <= clock.now() else "notice_planned")


async def _broadcast(request: web.Request, sent: Sent, new: NewNotice) -> web.StreamResponse:
    who, sure = sent.who, sent.text("sure")
    seen = await emergencies.preview(new, by=who.viewer, place_id=who.place_id)
    if sure != seen.sure:
        return await staff_page(request, "staff/notices_sure.html", new=new, seen=seen, changed=bool(sure))
    made = await emergencies.broadcast(new, by=who.viewer, place_id=who.place_id, sure=sure)
    return done(f"{HOME}/{made.id}", "notice_broadcast")


async def show_one(request: web.Request) -> web.Response:
    """一条公告: its words, for whom, who has not read it."""
    return await _show_one(request)


async def _show_one(
    request: web.Request, *, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None
) -> web.Response:
    who, notice_id = await worker(request, READ), whole(request.match_info["id"])
    return await staff_page(
        request,
        "staff/notices_one.html",
        refusal=refusal,
        line=await showing.notice(notice_id, viewer=who.viewer),
        unread=await showing.unread(notice_id, viewer=who.viewer),
        now=clock.now(),
        most_reason=MOST_REASON,
        typed=typed or dict.fromkeys(("reason", "words", "until"), ""),
        may_clear=may(who.viewer, "notice.all_clear", who.place_id),
    )


async def show_print(request: web.Request) -> web.Response:
    """打印还没看的人，照着上门."""
    who, notice_id = await worker(request, READ), whole(request.match_info["id"])
    line = await showing.notice(notice_id, viewer=who.viewer)
    return await page(
        request,
        "staff/print_unread.html",
        line=line,
        unread=await showing.unread(notice_id, viewer=who.viewer, most=_WHOLE),
        heading=say("pages.notice_unread.print"),
        back=f"{HOME}/{notice_id}",
        today=clock.today(),
    )


Verb = Callable[[int, Sent, Visitor], Awaitable[object]]


async def _withdraw(notice_id: int, sent: Sent, who: Visitor) -> None:
    await writing.withdraw(notice_id, by=who.viewer, reason=sent.text("reason"))


async def _pin(notice_id: int, sent: Sent, who: Visitor) -> None:
    await writing.pin(notice_id, by=who.viewer, until=sent.moment("until"))


async def _unpin(notice_id: int, _sent: Sent, who: Visitor) -> None:
    await writing.pin(notice_id, by=who.viewer, until=None)


async def _remind(notice_id: int, _sent: Sent, who: Visitor) -> None:
    await writing.remind(notice_id, by=who.viewer)


async def _all_clear(notice_id: int, sent: Sent, who: Visitor) -> None:
    await emergencies.all_clear(notice_id, by=who.viewer, text=sent.text("words"))


VERBS: Mapping[str, Verb] = {
    "withdraw": _withdraw,
    "pin": _pin,
    "unpin": _unpin,
    "remind": _remind,
    "all_clear": _all_clear,
}


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done to a notice."""
    (verb, work), notice_id = verb_of(request, VERBS), whole(request.match_info["id"])
    try:
        await work(notice_id, sent, sent.who)
    except _REFUSALS as refusal:
        typed = {name: sent.text(name) for name in ("reason", "words", "until")}
        return await _show_one(request, refusal=refusal, typed=typed)
    return done(f"{HOME}/{notice_id}", f"notice_{verb}")
