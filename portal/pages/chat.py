"""The web chat: what was said so far, and what is said next as it comes. Sending is the bot's web channel's part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from casework import conversations, waiting
from casework.conversations import Line, Talk
from courier import signals
from models.conversation import Author, Speaker
from models.errors import NotAllowed, Refusal
from models.rules import rules
from models.wording import say
from people import files
from people.files import FileLine
from people.residents import viewer_at
from people.viewers import Viewer
from portal import live
from portal.entrance import may_enter_now
from portal.errors import sentence
from portal.forms import lead_to
from portal.live import News
from portal.render import fragment, page
from portal.session import visitor

CHANNEL = "web"
_PAUSE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One line as shown: whether its time stands above it, whether its choices can still be pressed, and what a digit
    meant."""

    line: Line
    has_time: bool
    is_open: bool
    meant: str
    files: Sequence[FileLine] = ()


def _meant(line: Line, offered: tuple[str, ...]) -> str:
    number = int(line.text) if line.text.isdecimal() and len(line.text) < 3 else 0
    return offered[number - 1] if line.author is Author.RESIDENT and 0 < number <= len(offered) else ""


def _open_line(lines: Sequence[Line]) -> int | None:
    """The line whose choices wait for an answer: the last one with choices since the resident spoke."""
    for line in reversed(lines):
        if line.author is Author.RESIDENT:
            return None
        if line.choices:
            return line.id
    return None


async def bubbles(lines: Sequence[Line]) -> list[Bubble]:
    """Lines as they are shown, with what came along."""
    waiting, offered, before = _open_line(lines), (), None
    came = await files.of_lines([line.id for line in lines])
    shown: list[Bubble] = []
    for line in lines:
        has_time = before is None or line.said_at - before > _PAUSE
        shown.append(Bubble(line, has_time, line.id == waiting, _meant(line, offered), came.get(line.id, ())))
        offered = offered if line.author is Author.RESIDENT else line.choices
        before = line.said_at
    return shown


async def _talk(request: web.Request) -> Talk | None:
    address = (await visitor(request)).chat_address
    return await conversations.load(channel=CHANNEL, address=address) if address else None


async def _status(talk: Talk | None, viewer: Viewer | None) -> str:
    """Who speaks, or how long one still waits for somebody."""
    if talk is None or viewer is None:
        return ""
    if talk.speaker is Speaker.PERSON:
        return say("pages.chat.person")
    wait = await waiting.of_conversation(talk.conversation_id, viewer=viewer)
    return waiting.in_status(wait) if wait else ""


def _speaker(talk: Talk | None) -> str:
    return (talk.speaker if talk else Speaker.BOT).value


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the two forms, and why it was refused."""

    text: str = ""
    about: str = ""
    problem: str = ""


async def show(request: web.Request) -> web.Response:
    """问一问."""
    return await _page(request, Typed())


async def show_again(request: web.Request, *, typed: str, takes_photos: bool, refusal: Refusal) -> web.Response:
    """The same where what was sent was refused: with the words as typed, in the form they came by, and why."""
    again = Typed("", typed, sentence(refusal)) if takes_photos else Typed(typed, "", sentence(refusal))
    return await _page(request, again, status=refusal.status)


async def _page(request: web.Request, typed: Typed, *, status: int = 200) -> web.Response:
    talk = await _talk(request)
    is_known = talk is not None and talk.person_id is not None
    if not typed.problem and talk is not None and is_known and await may_enter_now(request, contact_id=talk.contact_id):
        return lead_to("/join")
    viewer = await viewer_at(talk.at) if talk else None
    said = await conversations.lines(talk.conversation_id, viewer=viewer) if talk and viewer else []
    return await page(
        request,
        "chat.html",
        status=status,
        typed=typed,
        bubbles=await bubbles(said),
        last=said[-1].id if said else 0,
        speaking=await _status(talk, viewer),
        speaker=_speaker(talk),
        longest=rules().max_message_chars,
        examples=say("pages.examples").splitlines(),
    )


async def _news(request: web.Request, viewer: Viewer, *, after: int) -> News | None:
    talk = await _talk(request)
    if talk is None:
        return None
    said = await conversations.lines(talk.conversation_id, viewer=viewer, after=after)
    undone = await conversations.undone(talk.conversation_id, viewer=viewer, until=after)
    html = fragment(request, "chat_lines.html", bubbles=[*await bubbles(undone), *await bubbles(said)])
    status = await _status(talk, viewer)
    return News(said[-1].id if said else after, {"html": html, "status": status, "speaker": _speaker(talk)})


async def lines(request: web.Request) -> web.Response:
    """What was said after line ``after``, for browsers whose stream is broken."""
    talk, after = await _talk(request), live.seen(request)
    news = await _news(request, await viewer_at(talk.at), after=after) if talk else None
    body = (
        {"last": after, "html": "", "status": "", "speaker": _speaker(talk)}
        if news is None
        else {"last": news.last, **news.data}
    )
    return web.json_response(body, headers={"Cache-Control": "no-store"})


async def stream(request: web.Request) -> web.StreamResponse:
    """What is said from now on; 204 tells a browser without a conversation not to come back."""
    talk = await _talk(request)
    if talk is None:
        return web.Response(status=204)
    viewer = await viewer_at(talk.at)
    who = signals.session_topic(talk.person_id or 0)
    topics = signals.conversation_topic(talk.conversation_id), signals.queue_topic(talk.place_id), who
    return await live.stream(request, *topics, read=lambda after: _news_or_end(request, viewer, after=after))


async def _news_or_end(request: web.Request, viewer: Viewer, *, after: int) -> News | None:
    """What is new; the stream ends with the session to which the browser's chat belonged."""
    if await _talk(request) is None:
        raise NotAllowed("login.needed")
    return await _news(request, viewer, after=after)
