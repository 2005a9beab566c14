"""Looking after boards: the queue, one thing in it and what is done about it, appeals, and what has been done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum import board_list
from forum.kinds import BoardKind
from forum.moderation import appeals, batches, ending, flags, log, measures, reviews, standing_measures
from forum.moderation.house import house
from forum.moderation.measures import Wanted
from forum.moderation.reviews import ReviewLine
from models.errors import Invalid, NotAllowed, Refusal, Taken, WrongState
from models.post import Thing
from people.viewers import Viewer
from portal.forms import Sent, done, form, verb_of, whole
from portal.render import page
from portal.session import somebody
from portal.staff import staff_page, worker

HOME, REVIEW, DECIDE = "/moderation", "post.review", "appeal.decide"
_REFUSALS = (Invalid, NotAllowed, Taken, WrongState)


async def show(request: web.Request) -> web.Response:
    """待审."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None, sent: Sent | None = None) -> web.Response:
    """``sent``: what was to be done to many; what was ticked and typed stays."""
    who = await worker(request, REVIEW)
    return await staff_page(
        request,
        "staff/moderation.html",
        refusal=refusal,
        lines=await reviews.queue(viewer=who.viewer, place_id=who.place_id),
        appeals=await appeals.appeals(viewer=who.viewer, place_id=who.place_id),
        standing=await standing_measures.standing(viewer=who.viewer, place_id=who.place_id),
        house=house(),
        batch=request.query.get("batch", ""),
        typed=dict(sent.fields) if sent else {},
        chosen=sent.texts("review") if sent else [],
    )


async def show_review(request: web.Request) -> web.Response:
    """一条待审."""
    return await _show_review(request)


async def _show_review(
    request: web.Request, *, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None
) -> web.Response:
    who, review_id = await worker(request, REVIEW), whole(request.match_info["id"])
    line = await reviews.review(review_id, viewer=who.viewer)
    return await staff_page(
        request,
        "staff/moderation_review.html",
        refusal=refusal,
        line=line,
        flags=await flags.flags_of(review_id, viewer=who.viewer),
        former=await standing_measures.of_person(line.author_id, viewer=who.viewer, place_id=line.place_id),
        boards=await _to_move_to(line, who.viewer),
        house=house(),
        me=who.viewer.person_id,
        typed=typed or {},
    )


async def _to_move_to(line: ReviewLine, viewer: Viewer) -> list[BoardKind]:
    """The other boards here that are on and on which somebody posts."""
    kinds = [one.kind for one in await board_list.boards(viewer=viewer, place_id=line.place_id)]
    return [kind for kind in kinds if kind.has_threads and kind.key is not line.board]


Verb = Callable[[ReviewLine, Sent, Viewer], Awaitable[object]]


async def _claim(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await reviews.claim(line.id, by=by, seen_version=sent.number("version") if sent.text("version") else None)


async def _release(line: ReviewLine, _sent: Sent, by: Viewer) -> object:
    return await reviews.release(line.id, by=by)


async def _dismiss(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await reviews.dismiss(line.id, by=by, seen_version=sent.number("version"))


async def _warn(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.warn(line.thing, line.thing_id, wanted_of(sent), by=by)


async def _hide(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.hide(line.thing, line.thing_id, wanted_of(sent), by=by)


async def _lock(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.lock(_post(line), wanted_of(sent), by=by)


async def _move(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.move_to(_post(line), wanted_of(sent), by=by)


async def _mute(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.mute(line.thing, line.thing_id, wanted_of(sent), by=by)


async def _ban(line: ReviewLine, sent: Sent, by: Viewer) -> object:
    return await measures.ban(line.thing, line.thing_id, wanted_of(sent), by=by)


VERBS: Mapping[str, Verb] = {
    "claim": _claim,
    "release": _release,
    "dismiss": _dismiss,
    "warn": _warn,
    "hide": _hide,
    "lock": _lock,
    "move": _move,
    "mute": _mute,
    "ban": _ban,
}
_STAYS = frozenset({"claim", "release"})


def _post(line: ReviewLine) -> int:
    if line.thing is not Thing.POST:
        raise Invalid("moderation.only_posts")
    return line.thing_id


def wanted_of(sent: Sent) -> Wanted:
    """What the form says is to be done."""
    hours = sent.text("hours")
    return Wanted(
        rule=sent.text("rule"),
        reason=sent.text("reason"),
        note=sent.text("note"),
        hours=whole(hours) if hours else None,
        board=sent.text("board"),
        review_version=sent.number("version") if sent.text("version") else None,
    )


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done about what is in the queue; what was typed stays where it cannot be done."""
    (verb, work), review_id = verb_of(request, VERBS), whole(request.match_info["id"])
    try:
        line = await reviews.review(review_id, viewer=sent.who.viewer)
        await work(line, sent, sent.who.viewer)
    except _REFUSALS as refusal:
        return await _show_review(request, refusal=refusal, typed=dict(sent.fields))
    return done(f"{HOME}/reviews/{review_id}" if verb in _STAYS else HOME, f"moderation_{verb}")


@form
async def bulk(request: web.Request, sent: Sent) -> web.StreamResponse:
    """批量隐藏: it is said whether all of them are hidden, some, or none."""
    try:
        chosen = [whole(one) for one in sent.texts("review")]
        made = await batches.hide_many(chosen, wanted_of(sent), by=sent.who.viewer, seen=_seen(sent))
        if not made.done:
            raise Taken("moderation.none_hidden")
    except _REFUSALS as refusal:
        return await _show(request, refusal=refusal, sent=sent)
    return done(HOME, "moderation_bulk_some" if made.refused else "moderation_bulk", batch=made.token)


def _seen(sent: Sent) -> dict[int, int]:
    """The version of each review as the page showed it."""
    shown = (one.partition(":") for one in sent.texts("seen"))
    return {whole(number): whole(version) for number, _, version in shown}


@form
async def undo(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤销批量."""
    try:
        await batches.undo(sent.text("batch"), by=sent.who.viewer)
    except _REFUSALS as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "moderation_undo")


@form
async def lift(request: web.Request, sent: Sent) -> web.StreamResponse:
    """提前解除."""
    try:
        await ending.lift(whole(request.match_info["id"]), by=sent.who.viewer)
    except _REFUSALS as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "moderation_lift")


async def show_appeal(request: web.Request) -> web.Response:
    """一条申诉."""
    return await _show_appeal(request)


async def _show_appeal(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    who = await worker(request, DECIDE)
    line = await appeals.one_appeal(whole(request.match_info["id"]), viewer=who.viewer)
    return await staff_page(request, "staff/moderation_appeal.html", refusal=refusal, line=line, typed=typed)


@form
async def decide(request: web.Request, sent: Sent) -> web.StreamResponse:
    """裁定申诉."""
    appeal_id, answer = whole(request.match_info["id"]), sent.text("answer")
    try:
        await appeals.decide(appeal_id, by=sent.who.viewer, overturns=sent.text("overturns") == "1", answer=answer)
    except _REFUSALS as refusal:
        return await _show_appeal(request, refusal=refusal, typed=answer)
    return done(HOME, "moderation_decide")


async def show_log(request: web.Request) -> web.Response:
    """处理记录."""
    who, before = await somebody(request), whole(request.query.get("before", "0"))
    lines = await log.log(viewer=who.viewer, place_id=who.place_id, before=before)
    last = lines[-1].id if len(lines) == log.PAGE else 0
    return await page(request, "moderation_log.html", lines=lines, last=last)
