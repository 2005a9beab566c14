"""Votes as staff run them: drafting, opening, paper, calling one void, the count, and who has not voted."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum.votes import counting, majorities, opening, paper, paper_photos, showing
from forum.votes.opening import NewVote
from forum.votes.paper import Photo
from forum.votes.showing import VoteCard
from models import clock
from models.ballot import NoPhoto, PaperState, VoteMethod, VoteState, VoteUnit
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.file import FileKind
from people import files
from people.files import Counted
from people.permissions import allow
from people.records import filters
from portal.balloting import points_of
from portal.forms import Sent, done, form, verb_of, whole
from portal.render import page
from portal.staff import staff_page, worker
from portal.uploads import form_with_photos

HOME = "/votes"
DRAFT = "vote.draft"
_COST = re.compile(r"^(?P<text>.+?)[ ｜|](?P<yuan>\d{1,8}(?:\.\d{1,2})?)(?: ?元)?$")


async def show_new(request: web.Request) -> web.Response:
    """拟表决."""
    return await _show_form(request, {})


async def _show_form(
    request: web.Request, typed: Mapping[str, str], *, card: VoteCard | None = None, refusal: Refusal | None = None
) -> web.Response:
    who = await worker(request, DRAFT)
    return await staff_page(
        request,
        "staff/votes_new.html",
        refusal=refusal,
        typed=typed,
        card=card,
        methods=[*VoteMethod],
        units=[*VoteUnit],
        rules=[*majorities.rules()],
        buildings=await filters.building_choices(viewer=who.viewer, place_id=who.place_id),
        soonest=clock.local(clock.now() + opening.SHORTEST),
    )


def _fen(yuan: str) -> int | None:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", yuan):
        return None
    whole_yuan, _, cents = yuan.partition(".")
    return int(whole_yuan) * 100 + int(cents.ljust(2, "0"))


def _options(sent: Sent, method: VoteMethod) -> tuple[tuple[str, int | None], ...]:
    """A line an option; where money is voted on, with its price in yuan at the end."""
    lines = [line.strip() for line in sent.text("options").split("\n") if line.strip()]
    if method is not VoteMethod.BUDGET:
        return tuple((line, None) for line in lines)
    found = [_COST.match(line) for line in lines]
    return tuple(
        (one["text"].strip(), _fen(one["yuan"])) if one else (line, None)
        for one, line in zip(found, lines, strict=True)
    )


def _new(sent: Sent) -> NewVote:
    try:
        method, unit = VoteMethod(sent.text("method")), VoteUnit(sent.text("unit"))
    except ValueError as error:
        raise Invalid("vote.no_such_rule") from error
    most, post = sent.text("most_choices"), sent.text("post")
    return NewVote(
        title=sent.text("title"),
        text=sent.text("text"),
        method=method,
        unit=unit,
        rule=sent.text("rule"),
        is_secret=sent.text("secret") == "1",
        closes_at=sent.moment("closes_at"),
        options=_options(sent, method),
        buildings=tuple(whole(one) for one in sent.texts("building")),
        most_choices=whole(most) if most else None,
        budget_fen=_fen(sent.text("budget")),
        legal_note=sent.text("legal_note"),
        post_id=whole(post) if post else None,
        key=sent.text("key"),
    )


REFUSED = (Invalid, NotFound, Taken, WrongState)


@form
async def draft(request: web.Request, sent: Sent) -> web.StreamResponse:
    """拟表决."""
    allow(sent.who.viewer, DRAFT, sent.who.place_id)
    try:
        vote_id = await opening.draft(_new(sent), by=sent.who.viewer, place_id=sent.who.place_id)
    except REFUSED as refusal:
        return await _show_form(request, _as_typed(sent), refusal=refusal)
    return done(f"{HOME}/{vote_id}/manage", "vote_draft")


def _as_typed(sent: Sent) -> dict[str, str]:
    """Every field; of what may be chosen more than once all of it, between commas."""
    several = {"buildings": ",".join(sent.texts("building")), "choices": ",".join(sent.texts("choice"))}
    return {**dict(sent.fields), **several}


async def show(request: web.Request) -> web.Response:
    """办理一项表决."""
    return await _show(request)


async def _show(
    request: web.Request, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None, said: str = ""
) -> web.Response:
    """``after``: from which line of the roll on those stand that have not voted."""
    who = await worker(request, DRAFT)
    card = await showing.vote(whole(request.match_info["id"]), viewer=who.viewer)
    after = whole(request.query.get("after", "0"))
    is_open = card.line.is_open
    return await staff_page(
        request,
        "staff/vote.html",
        refusal=refusal,
        typed=typed or {},
        said=said,
        card=card,
        undecided=await showing.undecided(card.line.id, viewer=who.viewer, after=after) if is_open else [],
        page_size=showing.PAGE,
        after=after,
        picked=_picked(card, typed or {}),
        no_photo=[*NoPhoto],
        papers=await paper_photos.papers(card.line.id, viewer=who.viewer) if _is_counted(card) else None,
    )


def _is_counted(card: VoteCard) -> bool:
    return card.line.state is VoteState.COUNTED


def _picked(card: VoteCard, typed: Mapping[str, str]) -> dict[int, int]:
    """What a paper said as it was typed, so that a refusal loses nothing of it."""
    points = {one.position: typed.get(f"points-{one.position}", "") for one in card.form.options}
    chosen = typed.get("choices", "").split(",")
    found = {at: int(text) for at, text in points.items() if text.isdecimal()}
    return found or {one.position: 1 for one in card.form.options if str(one.position) in chosen}


async def show_edit(request: web.Request) -> web.Response:
    """修改草稿."""
    who = await worker(request, DRAFT)
    card = await showing.vote(whole(request.match_info["id"]), viewer=who.viewer)
    return await _show_form(request, _of_card(card), card=card)


def _of_card(card: VoteCard) -> dict[str, str]:
    form_, closes = card.form, clock.local(card.line.closes_at)
    costs = (f" {one.cost_fen / 100:.2f}" if one.cost_fen else "" for one in form_.options)
    lines = (f"{one.text}{cost}" for one, cost in zip(form_.options, costs, strict=True))
    return {
        "title": card.line.title,
        "text": card.text,
        "method": form_.method.value,
        "unit": card.unit.value,
        "rule": card.rule,
        "secret": "1" if card.line.is_secret else "",
        "closes_at": closes.strftime("%Y-%m-%dT%H:%M"),
        "options": "" if form_.method is VoteMethod.YES_NO else "\n".join(lines),
        "buildings": ",".join(str(one) for one, _ in card.buildings),
        "most_choices": str(form_.most_choices or ""),
        "budget": f"{form_.budget_fen / 100:.2f}" if form_.budget_fen else "",
        "legal_note": card.legal_note,
        "post": str(card.post_id or ""),
    }


async def _edit(card: VoteCard, sent: Sent) -> None:
    await opening.edit(card.line.id, _new(sent), by=sent.who.viewer, seen_version=sent.number("version"))


async def _open(card: VoteCard, sent: Sent) -> None:
    await opening.open_vote(card.line.id, by=sent.who.viewer, seen_version=sent.number("version"))


async def _void(card: VoteCard, sent: Sent) -> None:
    await opening.void(
        card.line.id, by=sent.who.viewer, reason=sent.text("reason"), seen_version=sent.number("version")
    )


async def _hand_out(card: VoteCard, sent: Sent) -> None:
    await paper.hand_out(card.line.id, sent.number("voter"), by=sent.who.viewer)


Do = Callable[[VoteCard, Sent], Awaitable[None]]
VERBS: Mapping[str, Do] = {
    "edit": _edit,
    "open": _open,
    "void": _void,
    "hand_out": _hand_out,
    "count": lambda card, sent: counting.count(card.line.id, by=sent.who.viewer),
}
"""What may be done to a vote, by the word in the address."""


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on a vote; what was typed stays where it is refused."""
    (verb, work), viewer = verb_of(request, VERBS), sent.who.viewer
    card = await showing.vote(whole(request.match_info["id"]), viewer=viewer)
    allow(viewer, DRAFT, card.place_id)
    try:
        await work(card, sent)
    except REFUSED as refusal:
        if verb == "edit":
            return await _show_form(request, _as_typed(sent), card=card, refusal=refusal)
        return await _show(request, typed=dict(sent.fields), refusal=refusal)
    return done(f"{HOME}/{card.line.id}/manage", f"vote_{verb}")


async def _with_photo(card: VoteCard, sent: Sent) -> Sent:
    """The same form, its photo kept by now, so that it is not lost when the form is refused."""
    allow(sent.who.viewer, "vote.enter", card.place_id)
    name = sent.text("photo_kept")[:40]
    for _, content in sent.photos[:1]:
        kept = await files.keep(
            content, by=sent.who.viewer, kind=FileKind.PHOTO, place_id=card.place_id, counted=Counted.PAPERS
        )
        name = kept.name
    others = tuple(field for field in sent.fields if field[0] != "photo_kept")
    return Sent(sent.who, (*others, ("photo_kept", name)))


def _photo(sent: Sent) -> Photo:
    try:
        return Photo(sent.text("photo_kept"), NoPhoto(sent.text("no_photo")) if sent.text("no_photo") else None)
    except ValueError as error:
        raise Invalid("vote.photo_missing") from error


@form_with_photos
async def enter(request: web.Request, sent: Sent) -> web.StreamResponse:
    """录入纸质选票: the page says what became of it; nothing of it stands in an address."""
    card = await showing.vote(whole(request.match_info["id"]), viewer=sent.who.viewer)
    voter_id = whole(sent.text("voter") or "0") or None
    try:
        sent = await _with_photo(card, sent)
        entered = await paper.enter(
            card.line.id,
            by=sent.who.viewer,
            points=points_of(card, sent),
            receipt=sent.text("receipt")[:40],
            voter_id=voter_id,
            photo=_photo(sent),
        )
    except (*REFUSED, NotAllowed, TooMany) as refusal:
        if refusal.key == "not_allowed":
            raise
        return await _show(request, typed=_as_typed(sent), refusal=refusal)
    if entered.state is PaperState.DIFFERS:
        used = Sent(sent.who, tuple(field for field in sent.fields if field[0] != "photo_kept"))
        return await _show(request, typed=_as_typed(used), refusal=Invalid("vote.paper_differs"))
    return await _show(request, said=f"vote.entered.{entered.state.value}")


@form
async def print_ballots(request: web.Request, sent: Sent) -> web.StreamResponse:
    """印选票: receipts are shown on this page and kept nowhere."""
    card = await showing.vote(whole(request.match_info["id"]), viewer=sent.who.viewer)
    try:
        receipts = await paper.print_ballots(card.line.id, by=sent.who.viewer, count=sent.number("count"))
    except REFUSED as refusal:
        return await _show(request, typed=dict(sent.fields), refusal=refusal)
    heading, back = card.line.title, f"{HOME}/{card.line.id}/manage"
    return await page(
        request, "print_ballots.html", card=card, receipts=receipts, heading=heading, back=back, today=clock.today()
    )
