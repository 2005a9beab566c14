"""The queue of who asks to be let in: looked at with who may be meant, approved, refused, many at once."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from models.errors import Invalid, NotFound, Refusal, Taken, WrongState
from people import households, residences
from people.joining import bulk, deciding, queue
from people.joining.bulk import Choice, ListRow, Outcome
from people.joining.states import REASONS
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker
from portal.uploads import handed_in

HOME = "/joins"
READ = "join.read"


async def show(request: web.Request) -> web.Response:
    """加入申请."""
    return await _show(request)


async def _show(
    request: web.Request,
    *,
    refusal: Refusal | None = None,
    outcomes: Sequence[Outcome] = (),
    let_in: int = 0,
    sent: Sent | None = None,
) -> web.Response:
    who = await worker(request, READ)
    viewer, place_id = who.viewer, who.place_id
    lines = await queue.waiting(viewer=viewer, place_id=place_id, after=whole(request.query.get("after", "0")))
    vouched = await queue.vouched(viewer=viewer, place_id=place_id)
    typed_id = whole(request.match_info["id"]) if sent else 0
    return await staff_page(
        request,
        "staff/joins.html",
        refusal=refusal,
        lines=lines,
        matches=await queue.matches_for(lines, viewer=viewer, place_id=place_id),
        vouched=vouched,
        leaving=await households.leaving(viewer=viewer, place_id=place_id),
        decided=await queue.decided(viewer=viewer, place_id=place_id),
        following=lines[-1].id if len(lines) == queue.PAGE else 0,
        reasons=REASONS,
        outcomes=outcomes,
        let_in=let_in,
        longest=deciding.LONGEST_WORDS,
        typed=dict(sent.fields) if sent else {},
        typed_id=typed_id,
        has_form=any(one.id == typed_id for one in (*lines, *vouched)),
    )


def _person(sent: Sent, name: str = "person") -> int | None:
    text = sent.text(name)
    return whole(text) if text else None


@form
async def approve(request: web.Request, sent: Sent) -> web.StreamResponse:
    """通过."""
    try:
        await deciding.approve(
            whole(request.match_info["id"]),
            by=sent.who.viewer,
            version=sent.number("version"),
            person_id=_person(sent),
            adds_home=sent.text("adds_home") == "1",
        )
    except (Invalid, NotFound, Taken, WrongState) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "join_approve")


def _is_in(_request: web.Request, sent: Sent) -> bool:
    """Whether a form is about somebody whom a neighbour let in."""
    return sent.text("vouched") == "1"


@fresh_form(when=_is_in)
async def refuse(request: web.Request, sent: Sent) -> web.StreamResponse:
    """不通过: who waits, or who was let in already on a neighbour's word."""
    try:
        await deciding.refuse(
            whole(request.match_info["id"]),
            by=sent.who.viewer,
            version=sent.number("version"),
            reason=sent.text("reason"),
            words=sent.text("words"),
            is_in=_is_in(request, sent),
        )
    except (Invalid, NotFound, Taken, WrongState) as refusal:
        return await _show(request, refusal=refusal, sent=sent)
    return done(HOME, "join_refuse")


@form
async def confirm(request: web.Request, sent: Sent) -> web.StreamResponse:
    """确认邻居作证的."""
    try:
        await deciding.confirm(whole(request.match_info["id"]), by=sent.who.viewer, version=sent.number("version"))
    except (NotFound, Taken, WrongState) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "join_confirm")


def _choice(text: str) -> Choice:
    """A ticked line: request, version and who is meant, as our own form carries them."""
    numbers = [whole(part) for part in text.split("-")]
    if len(numbers) != 3:
        raise NotFound("page.not_found")
    return Choice(*numbers)


@form
async def approve_many(request: web.Request, sent: Sent) -> web.StreamResponse:
    """一起通过."""
    try:
        outcomes = await bulk.approve_many([_choice(text) for text in sent.texts("chosen")], by=sent.who.viewer)
    except Invalid as refusal:
        return await _show(request, refusal=refusal)
    failed = [one for one in outcomes if one.problem]
    return await _show(request, outcomes=failed, let_in=len(outcomes) - len(failed))


async def show_list(request: web.Request) -> web.Response:
    """对照名单."""
    return await _list(request)


async def _list(
    request: web.Request, *, refusal: Refusal | None = None, rows: Sequence[ListRow] | None = None
) -> web.Response:
    await worker(request, "join.approve")
    return await staff_page(request, "staff/joins_list.html", refusal=refusal, rows=rows)


async def compare(request: web.Request) -> web.StreamResponse:
    """对照名单: changes nothing."""
    await worker(request, "join.approve")
    try:
        async with handed_in(request) as given:
            who = given.who
            rows = await bulk.compare(given.path, by=who.viewer, place_id=who.place_id, name=given.name)
    except Invalid as refusal:
        return await _list(request, refusal=refusal)
    return await _list(request, rows=rows)


@fresh_form(when=lambda _request, sent: sent.text("verb") != "keep")
async def settle_leaving(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """迁出，或者还住着."""
    number, back = sent.number("residence"), sent.text("back") or HOME
    if sent.text("verb") == "keep":
        await households.keep(number, by=sent.who.viewer)
        return done(back, "residence_keep")
    await residences.move_out(number, by=sent.who.viewer)
    return done(back, "move_out")
