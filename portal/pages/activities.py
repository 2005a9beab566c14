"""Activities: what is to come, one of them with signing up and signing in, calling one, and who signed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.activities import attending, calling, lists, signing_up
from forum.activities.calling import NewActivity
from forum.activities.sight import Called, activity
from forum.posts import PARENT
from models.activity import SignUpState
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.rules import rules
from models.wording import say, say_moment, say_refusal
from people import files
from people.permissions import allow, may
from portal.composing import Typed, previews, typed, word_of
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words
from portal.uploads import MOST_PHOTOS, own_photo_form

HOME = "/activities"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """社区活动."""
    who = await somebody(request)
    return await page(
        request,
        "activities.html",
        coming=await lists.coming(viewer=who.viewer, place_id=who.place_id),
        past=await lists.past(viewer=who.viewer, place_id=who.place_id),
        may_call=may(who.viewer, "activity.call", who.place_id),
        done=done_words(request),
    )


async def show_new(request: web.Request) -> web.Response:
    """发活动."""
    who = await somebody(request)
    allow(who.viewer, "activity.call", who.place_id)
    return await _form(request, Typed(key=new_key()), {})


async def _form(
    request: web.Request, stands: Typed, fields: dict[str, str], *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "activity_new.html",
        status=refusal.status if refusal else 200,
        typed=stands,
        fields=fields,
        photos=await previews(stands.photos, by=who.viewer),
        most_photos=MOST_PHOTOS,
        most_places=calling.MOST_PLACES,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_photo_form
async def call(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """发活动: what is typed stays in the form until it has been taken."""
    who = sent.who
    allow(who.viewer, "activity.call", who.place_id)
    stands = Typed.of_form(sent)
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        made = await calling.call(_new(sent, stands), by=who.viewer, place_id=who.place_id)
    except CANNOT as refusal:
        return await _form(request, stands, dict(sent.fields), refusal=refusal)
    return done(f"{HOME}/{made.id}", word_of(made, "activity_call"))


def _new(sent: Sent, stands: Typed) -> NewActivity:
    return NewActivity(
        title=stands.title,
        text=stands.text,
        starts_at=sent.moment("starts_at"),
        ends_at=sent.moment("ends_at"),
        venue=sent.text("venue"),
        places=_count(sent.text("places")),
        is_volunteering=bool(sent.text("volunteering")),
        photos=stands.photos,
        key=stands.key,
    )


def _count(text: str) -> int:
    """A number of places as typed; one that is none is refused with the sentence of the rule."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_one(request: web.Request) -> web.Response:
    """看活动."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, told: str = "", reason: str = "", count: str = ""
) -> web.Response:
    """``reason`` and ``count`` are what was typed for calling it off and for its places."""
    who = await somebody(request)
    found = await activity(_id(request), viewer=who.viewer)
    return await page(
        request,
        "activity.html",
        status=refusal.status if refusal else 200,
        found=found,
        where=standing(found),
        photos=(await files.of(PARENT, [found.post.id])).get(found.post.id, []),
        may_sign_up=may(who.viewer, "activity.sign_up", found.post.place_id),
        early=rules().activities.check_in_minutes,
        reason=reason,
        count=count,
        problem=say_refusal(refusal) if refusal else told,
        done=done_words(request) if refusal is None else "",
    )


def standing(found: Called) -> str:
    """Where the viewer stands, in a sentence; '' for who did not sign up."""
    own = found.own
    if own is None:
        return ""
    if own.is_present:
        return say("activity.own.present")
    if own.state is SignUpState.WAITING:
        return say("activity.words.waits", number=own.ahead + 1)
    return say("activity.words.signed_up", at=say_moment(found.starts_at), venue=found.venue)


Work = Callable[[Sent, int], Awaitable[object]]


async def _sign_up(sent: Sent, post_id: int) -> None:
    await signing_up.sign_up(post_id, by=sent.who.viewer)


async def _cancel(sent: Sent, post_id: int) -> None:
    await signing_up.cancel(post_id, by=sent.who.viewer)


async def _call_off(sent: Sent, post_id: int) -> None:
    await calling.call_off(post_id, by=sent.who.viewer, reason=sent.text("reason"))


async def _set_places(sent: Sent, post_id: int) -> None:
    await calling.set_places(post_id, by=sent.who.viewer, places=_count(sent.text("places")))


async def _show_code(sent: Sent, post_id: int) -> None:
    await attending.show_code(post_id, by=sent.who.viewer, is_new=bool(sent.text("new")))


VERBS: dict[str, Work] = {
    "sign_up": _sign_up,
    "cancel": _cancel,
    "call_off": _call_off,
    "set_places": _set_places,
    "show_code": _show_code,
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Do something to an activity, and lead back to it."""
    verb, work = verb_of(request, VERBS)
    try:
        await work(sent, _id(request))
    except CANNOT as refusal:
        return await _show(request, refusal=refusal, reason=sent.text("reason"), count=sent.text("places"))
    return done(f"{HOME}/{_id(request)}", f"activity_{verb}")


@own_form
async def check_in(request: web.Request, sent: Sent) -> web.StreamResponse:
    """现场签到."""
    try:
        came = await attending.check_in(_id(request), by=sent.who.viewer, code=sent.text("code"))
    except CANNOT as refusal:
        return await _show(request, refusal=refusal)
    if not came.is_present:
        return await _show(request, told=say("activity.words.wrong_code", left=came.tries_left))
    return done(f"{HOME}/{_id(request)}", "activity_check_in")


async def show_sign_ups(request: web.Request) -> web.Response:
    """报名名单."""
    return await _list(request)


async def _list(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    lines = await attending.sign_ups(_id(request), viewer=who.viewer)
    return await page(
        request,
        "activity_sign_ups.html",
        status=refusal.status if refusal else 200,
        found=await activity(_id(request), viewer=who.viewer),
        lines=lines,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


@own_form
async def mark(request: web.Request, sent: Sent) -> web.StreamResponse:
    """补签、改时长."""
    line = whole(request.match_info["line"])
    try:
        since, until = _moment(sent, "since"), _moment(sent, "until")
        is_present = sent.text("present") != "no"
        await attending.mark(_id(request), line, by=sent.who.viewer, is_present=is_present, since=since, until=until)
    except (*CANNOT, NotFound) as refusal:
        return await _list(request, refusal=refusal)
    return done(f"{HOME}/{_id(request)}/sign_ups", "activity_mark")


def _moment(sent: Sent, name: str) -> dt.datetime | None:
    return sent.moment(name) if sent.text(name) else None
