"""One question at the desk: what was said, what the bot had in mind, and everything that staff may do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from casework import canned, conversations, desk, learning, mutes, questions, transfers
from casework.canned import Canned
from casework.conversations import Line
from casework.desk import Shown
from casework.mutes import MuteLine
from courier import signals
from models.conversation import Author
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.question import Question
from people.permissions import may
from people.viewers import Viewer
from portal.finds import Find, candidates, find
from portal.forms import Sent, done, form, whole
from portal.live import News, Reader
from portal.session import Visitor
from portal.staff import READ, follow, news_of, staff_page, state_of, worker

Verb = Callable[..., Awaitable[Question]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What the reply form holds: the text, the words searched for, and the version its writer saw (0: this one)."""

    text: str = ""
    search: str = ""
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Talked:
    """One line of the conversation with the entries that the bot ranked for it."""

    line: Line
    ranked: tuple[Find, ...]


async def _number(request: web.Request, who: Visitor) -> int:
    """The question's id; the address may also name it as people do, Q-0001."""
    name = request.match_info["question"]
    return whole(name) if name.isdecimal() else await desk.by_number(name, viewer=who.viewer)


async def _talked(shown: Shown, who: Visitor) -> list[Talked]:
    if shown.conversation_id is None:
        return []
    try:
        said = await conversations.lines(shown.conversation_id, viewer=who.viewer)
    except NotFound:  # A subdistrict desk whose question was handed on sees the question, not the talk.
        return []
    return [Talked(line, tuple(await candidates(line.ranked[:3], who=who))) for line in said]


def _asked_at(talked: list[Talked], shown: Shown) -> int:
    """The resident's line with which the question came to the desk; 0 where it is not among them."""
    return next((one.line.id for one in reversed(talked) if _is_before(one.line, shown)), 0)


def _is_before(line: Line, shown: Shown) -> bool:
    return line.author is Author.RESIDENT and line.said_at <= shown.line.asked_at


async def _canned(shown: Shown, viewer: Viewer) -> list[Canned]:
    place_id = shown.line.place_id
    return await canned.canned_answers(viewer=viewer, place_id=place_id) if may(viewer, canned.VERB, place_id) else []


async def _pause(shown: Shown, viewer: Viewer) -> MuteLine | None:
    return await mutes.is_muted(shown.conversation_id, viewer=viewer) if shown.conversation_id else None


async def show(request: web.Request) -> web.Response:
    """一个问题."""
    who = await worker(request, READ)
    return await _show(request, await _number(request, who), who=who, typed=Typed(search=request.query.get("q", "")))


async def _show(
    request: web.Request,
    question_id: int,
    *,
    who: Visitor,
    typed: Typed,
    refusal: Refusal | None = None,
    original: str | None = None,
) -> web.Response:
    viewer = who.viewer
    shown = await desk.question(question_id, viewer=viewer)
    talked = await _talked(shown, who)
    return await staff_page(
        request,
        "staff/question.html",
        refusal=refusal,
        shown=shown,
        me=viewer.person_id,
        talked=talked,
        asked_at_line=_asked_at(talked, shown),
        candidates=await candidates(shown.candidates, who=who),
        steps=await desk.steps(question_id, viewer=viewer),
        why=await desk.why_due(question_id, viewer=viewer),
        canned=await _canned(shown, viewer),
        pause=await _pause(shown, viewer),
        takers=await transfers.takers(question_id, viewer=viewer),
        finds=await find(typed.search, who=who, most=3),
        typed=typed,
        original=original,
    )


def _reader(request: web.Request, question_id: int, who: Visitor) -> Reader:
    async def read(after: int) -> News | None:
        shown = await desk.question(question_id, viewer=who.viewer)
        talked = await _talked(shown, who)
        return await news_of(
            request,
            "staff/question_live.html",
            who=who,
            after=after,
            shown=shown,
            me=who.viewer.person_id,
            talked=talked,
            asked_at_line=_asked_at(talked, shown),
        )

    return read


async def stream(request: web.Request) -> web.StreamResponse:
    """The question and its conversation as they change."""
    who = await worker(request, READ)
    question_id = await _number(request, who)
    shown = await desk.question(question_id, viewer=who.viewer)
    topics = [signals.desk_topic(place_id) for place_id in sorted({shown.line.place_id, who.place_id})]
    if shown.conversation_id is not None:
        topics.append(signals.conversation_topic(shown.conversation_id))
    return await follow(request, *topics, who=who, read=_reader(request, question_id, who))


async def state(request: web.Request) -> web.Response:
    """The same now, for browsers whose stream is broken."""
    who = await worker(request, READ)
    return await state_of(request, _reader(request, await _number(request, who), who))


def _typed(sent: Sent) -> Typed:
    version = sent.text("seen_version")
    return Typed(sent.text("text"), sent.text("q"), whole(version) if version else 0, sent.text("note"))


async def _do(
    request: web.Request, sent: Sent, *, word: str, verb: Callable[[int], Awaitable[object]]
) -> web.StreamResponse:
    """Do a verb and lead back to the question; a refusal shows the question as it now is, what was typed kept."""
    question_id = await _number(request, sent.who)
    try:
        await verb(question_id)
    except (Taken, WrongState, Invalid, NotAllowed) as refusal:
        return await _show(request, question_id, who=sent.who, typed=_typed(sent), refusal=refusal)
    return done(f"/desk/{question_id}", word)


@form
async def claim(request: web.Request, sent: Sent) -> web.StreamResponse:
    """接手."""
    return await _do(request, sent, word="claim", verb=lambda number: questions.claim(number, by=sent.who.viewer))


@form
async def reply(request: web.Request, sent: Sent) -> web.StreamResponse:
    """答复, or 先回一句."""
    typed, is_final = _typed(sent), sent.text("how") != "contact"
    return await _do(
        request,
        sent,
        word="reply" if is_final else "contact",
        verb=lambda number: questions.reply(
            number, by=sent.who.viewer, text=typed.text, seen_version=typed.version, is_final=is_final
        ),
    )


@form
async def compose(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Search the guide, or put an entry or a canned answer into the reply, for browsers without scripts."""
    typed, who = _typed(sent), sent.who
    question_id = await _number(request, who)
    added = await _chosen(sent, question_id)
    text = "\n".join(part for part in (typed.text.rstrip(), added) if part)
    typed = Typed(text, typed.search, typed.version, typed.reason)
    return await _show(request, question_id, who=who, typed=typed)


async def _chosen(sent: Sent, question_id: int) -> str:
    if key := sent.text("entry"):
        return next((found.copy for found in await candidates(((key, 1.0),), who=sent.who)), "")
    if number := sent.text("canned"):
        shown = await desk.question(question_id, viewer=sent.who.viewer)
        texts = await _canned(shown, sent.who.viewer)
        return next((one.text for one in texts if str(one.id) == number), "")
    return ""


@form
async def release(request: web.Request, sent: Sent) -> web.StreamResponse:
    """放回."""
    return await _do(request, sent, word="release", verb=lambda number: questions.release(number, by=sent.who.viewer))


@form
async def close(request: web.Request, sent: Sent) -> web.StreamResponse:
    """结束."""
    note = sent.text("note")
    return await _do(
        request, sent, word="close", verb=lambda number: questions.close(number, by=sent.who.viewer, note=note)
    )


@form
async def transfer(request: web.Request, sent: Sent) -> web.StreamResponse:
    """转交."""
    to = sent.number("to")
    return await _do(
        request, sent, word="transfer", verb=lambda number: questions.offer_transfer(number, by=sent.who.viewer, to=to)
    )


@form
async def accept(request: web.Request, sent: Sent) -> web.StreamResponse:
    """接收."""
    return await _do(
        request, sent, word="accept", verb=lambda number: questions.accept_transfer(number, by=sent.who.viewer)
    )


@form
async def decline(request: web.Request, sent: Sent) -> web.StreamResponse:
    """谢绝: afterwards it may be out of sight, so this leads to the queue."""
    await questions.decline_transfer(await _number(request, sent.who), by=sent.who.viewer)
    return done("/desk", "decline")


@form
async def unseal(request: web.Request, sent: Sent) -> web.StreamResponse:
    """看原文: shown once, on this page only; every look is on record."""
    question_id = await _number(request, sent.who)
    original = await questions.unseal(question_id, by=sent.who.viewer)
    return await _show(request, question_id, who=sent.who, typed=_typed(sent), original=original)


@form
async def learn(request: web.Request, sent: Sent) -> web.StreamResponse:
    """写成条目: a draft from the question and its answer, to be finished in the form."""
    question_id = await _number(request, sent.who)
    try:
        version = await learning.learn(question_id, by=sent.who.viewer)
    except (Invalid, WrongState, NotAllowed) as refusal:
        return await _show(request, question_id, who=sent.who, typed=_typed(sent), refusal=refusal)
    return done(f"/pack/versions/{version.id}/edit", "learn")
