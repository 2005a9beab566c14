"""One question at the desk: what was said, what the bot had in mind, and everything that staff may do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from aiohttp import web

from casework import (
    attachments,
    corrections,
    desk,
    learning,
    questions,
    replies,
    transfers,
)
from courier import signals
from models.errors import Invalid, NotAllowed, Refusal, Taken, WrongState
from models.question import Question
from portal.finds import candidates, find
from portal.forms import Sent, done, form, whole
from portal.kinds import choice_for
from portal.live import News, Reader
from portal.session import Visitor
from portal.staff import READ, follow, news_of, staff_page, state_of, worker
from portal.talk import asked_at, canned_for, how_far, pause_of, talked, undoable, unsaid, window_of

Verb = Callable[..., Awaitable[Question]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What the forms hold: the reply, the words searched for, the version its writer saw (0: this one), why it ends; of
    a wrong reply which one it is, what is right, and why."""

    text: str = ""
    search: str = ""
    version: int = 0
    reason: str = ""
    wrong: str = ""
    right: str = ""
    why: str = ""


async def _number(request: web.Request, who: Visitor) -> int:
    """The question's id; the address may also name it as people do, Q-0001."""
    name = request.match_info["question"]
    return whole(name) if name.isdecimal() else await desk.by_number(name, viewer=who.viewer, place_id=who.place_id)


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
    said = await replies.of_question(question_id, viewer=viewer)
    lines = await talked(shown, said, who=who)
    return await staff_page(
        request,
        "staff/question.html",
        refusal=refusal,
        shown=shown,
        me=viewer.person_id,
        talked=lines,
        window=await window_of(shown, viewer),
        shown_files=await attachments.of_question(question_id, viewer=viewer),
        asked_at_line=asked_at(lines, shown),
        unsaid=unsaid(said),
        undoable=undoable(said, shown, viewer),
        candidates=await candidates(shown.candidates, who=who),
        steps=await desk.steps(question_id, viewer=viewer),
        why=await desk.why_due(question_id, viewer=viewer),
        canned=await canned_for(shown, viewer),
        pause=await pause_of(shown, viewer),
        takers=await transfers.takers(question_id, viewer=viewer),
        finds=await find(typed.search, who=who, most=3),
        typed=typed,
        original=original,
        choice=await choice_for(shown.line.text, place_id=shown.line.place_id),
    )


def _reader(request: web.Request, question_id: int, who: Visitor) -> Reader:
    async def read(after: int) -> News | None:
        shown = await desk.question(question_id, viewer=who.viewer)
        said = await replies.of_question(question_id, viewer=who.viewer)
        lines = await talked(shown, said, who=who)
        return await news_of(
            request,
            "staff/question_live.html",
            who=who,
            after=after,
            shown=shown,
            me=who.viewer.person_id,
            talked=lines,
            asked_at_line=asked_at(lines, shown),
            unsaid=unsaid(said),
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
    return Typed(
        sent.text("text"),
        sent.text("q"),
        whole(version) if version else 0,
        sent.text("note"),
        sent.text("reply"),
        sent.text("right"),
        sent.text("why"),
    )


async def _do(
    request: web.Request, sent: Sent, *, word: str, verb: Callable[[int], Awaitable[object]], says_reach: bool = False
) -> web.StreamResponse:
    """Do a verb and lead back to the question; a refusal shows the question as it now is, what was typed kept."""
    question_id = await _number(request, sent.who)
    try:
        await verb(question_id)
    except (Taken, WrongState, Invalid, NotAllowed) as refusal:
        return await _show(request, question_id, who=sent.who, typed=_typed(sent), refusal=refusal)
    return done(f"/desk/{question_id}", word + (await how_far(question_id, sent.who) if says_reach else ""))


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
        says_reach=True,
    )


@form
async def correct(request: web.Request, sent: Sent) -> web.StreamResponse:
    """更正."""
    typed, reply_id = _typed(sent), sent.number("reply")
    return await _do(
        request,
        sent,
        word="correct_reply",
        verb=lambda number: corrections.correct(
            number, reply_id=reply_id, by=sent.who.viewer, text=typed.right, reason=typed.why
        ),
    )


@form
async def withdraw(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤回."""
    reply_id, why = sent.number("reply"), sent.text("why")
    return await _do(
        request,
        sent,
        word="withdraw_reply",
        verb=lambda number: corrections.withdraw(number, reply_id=reply_id, by=sent.who.viewer, reason=why),
    )


@form
async def reach(request: web.Request, sent: Sent) -> web.StreamResponse:
    """已另外告诉居民."""
    reply_id = sent.number("reply")
    return await _do(
        request,
        sent,
        word="reach_reply",
        verb=lambda number: corrections.reach(number, reply_id=reply_id, by=sent.who.viewer),
    )


@form
async def compose(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Search the guide, or put an entry or a canned answer into the reply, for browsers without scripts."""
    typed, who = _typed(sent), sent.who
    question_id = await _number(request, who)
    added = await _chosen(sent, question_id)
    text = "\n".join(part for part in (typed.text.rstrip(), added) if part)
    typed = replace(typed, text=text)
    return await _show(request, question_id, who=who, typed=typed)


async def _chosen(sent: Sent, question_id: int) -> str:
    if key := sent.text("entry"):
        return next((found.copy for found in await candidates(((key, 1.0),), who=sent.who)), "")
    if number := sent.text("canned"):
        shown = await desk.question(question_id, viewer=sent.who.viewer)
        texts = await canned_for(shown, sent.who.viewer)
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
