"""What was done about what I wrote, and asking that somebody else looks; reporting something; being drawn to judge."""

from __future__ import annotations

from aiohttp import web

from forum.moderation import appeals, flags, juries
from forum.moderation.house import house
from forum.sight import visible_thing
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.post import Thing
from models.wording import say_refusal
from people.permissions import allow
from portal.forms import Sent, done, own_form, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/my/moderation"
_REFUSALS = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """对我的处理."""
    who = await somebody(request)
    lines = await appeals.own_measures(viewer=who.viewer)
    return await page(request, "moderation_own.html", lines=lines, done=done_words(request))


async def show_one(request: web.Request) -> web.Response:
    """一次处理."""
    return await _show_one(request)


async def _show_one(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    who = await somebody(request)
    line = await appeals.own_measure(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "moderation_own_one.html",
        status=refusal.status if refusal else 200,
        line=line,
        typed=typed,
        longest=appeals.MOST,
        days=house().appeal_days,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def appeal(request: web.Request, sent: Sent) -> web.StreamResponse:
    """申诉."""
    measure_id, text = whole(request.match_info["id"]), sent.text("text")
    try:
        await appeals.appeal(measure_id, by=sent.who.viewer, text=text)
    except _REFUSALS as refusal:
        return await _show_one(request, refusal=refusal, typed=text)
    return done(f"{HOME}/{measure_id}", "appeal_make")


@own_form
async def withdraw(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤回申诉."""
    measure_id = whole(request.match_info["id"])
    try:
        await appeals.withdraw(measure_id, by=sent.who.viewer)
    except _REFUSALS as refusal:
        return await _show_one(request, refusal=refusal)
    return done(f"{HOME}/{measure_id}", "appeal_withdraw")


async def show_jury(request: web.Request) -> web.Response:
    """请您评议."""
    who = await somebody(request)
    line = await juries.judged(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(request, "moderation_jury.html", line=line, done=done_words(request))


@own_form
async def judge(request: web.Request, sent: Sent) -> web.StreamResponse:
    """评议."""
    appeal_id = whole(request.match_info["id"])
    await appeals.judge(appeal_id, by=sent.who.viewer, is_for=sent.text("is_for") == "1")
    return done(HOME, "appeal_judge")


async def show_flag(request: web.Request) -> web.Response:
    """举报."""
    return await _show_flag(request)


async def _show_flag(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    who = await somebody(request)
    thing, thing_id = thing_in(request)
    seen = await visible_thing(thing, thing_id, who.viewer)
    post = seen.post
    allow(who.viewer, "post.flag", post.place_id)
    return await page(
        request,
        "moderation_flag.html",
        status=refusal.status if refusal else 200,
        text=seen.text,
        thing=thing.value,
        thing_id=thing_id,
        back=f"/posts/{post.id}",
        rules=house().rules,
        typed=typed,
        problem=say_refusal(refusal) if refusal else "",
    )


def thing_in(request: web.Request) -> tuple[Thing, int]:
    """The post or reply that the address names."""
    name = request.match_info["thing"]
    if name not in [*Thing]:
        raise NotFound("page.not_found")
    return Thing(name), whole(request.match_info["id"])


@own_form
async def flag(request: web.Request, sent: Sent) -> web.StreamResponse:
    """举报."""
    thing, thing_id = thing_in(request)
    seen = await visible_thing(thing, thing_id, sent.who.viewer)
    try:
        await flags.flag(thing, thing_id, by=sent.who.viewer, rule=sent.text("rule"), note=sent.text("note"))
    except _REFUSALS as refusal:
        return await _show_flag(request, refusal=refusal, typed=sent.text("note"))
    return done(f"/posts/{seen.post.id}", "post_flag")
