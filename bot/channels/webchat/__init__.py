"""Web chat: a form, or a JSON call, becomes an inbox row under a key the browser made and is answered at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web

from bot import incoming as messages
from bot import worker
from bot.channels.webchat import asking
from bot.channels.webchat.sent import MOST_PHOTOS, Sent, sent
from bot.incoming import Attached, Incoming
from casework import guide
from courier import limits
from courier.networks import network_of, sender_of
from models.errors import Invalid, Refusal, TooMany
from models.file import FileKind
from models.wording import knows, say
from nlp.emergency import find_emergency
from nlp.normalise import clean_input
from people import files, residents

NAME = "web"
OPERATIONS = asking.OPERATIONS
PAGE = "/chat"
MOST_CHARS = 20_000
PER_NETWORK_ADDRESS = "120/minute"


class Visitor(Protocol):
    """Who sits at the browser: the address of their web contact, and the neighbourhood they look at."""

    @property
    def address(self) -> str:
        """The web contact's address."""
        ...

    @property
    def place_id(self) -> int:
        """The neighbourhood."""
        ...


class Again(Protocol):
    """Shows the chat's page again where a form was refused."""

    def __call__(
        self, request: web.Request, *, typed: str, takes_photos: bool, refusal: Refusal
    ) -> Awaitable[web.StreamResponse]:
        """With what was typed, in the form it came by, and why it was refused."""
        ...


def routes(visitor_of: Callable[[web.Request], Visitor], *, again: Again | None = None) -> list[web.RouteDef]:
    """The form and the JSON call of the channel; ``visitor_of`` reads who asks, as the portal's session left it.
    ``again`` shows what was refused to a browser without a script, which would lose the words."""

    async def take(request: web.Request) -> web.StreamResponse:
        """提问: keep the message, answer it, and go back to the conversation."""
        given = await sent(request)
        try:
            message = await _taken(request, given, visitor_of(request))
        except Refusal as refusal:
            if again is None or _asks_for_json(request):
                raise
            typed = given.text("text")
            return await again(request, typed=typed, takes_photos=given.takes_photos, refusal=refusal)
        return _answer(request, is_answered=await _is_answered(message))

    async def ask(request: web.Request) -> web.StreamResponse:
        """提问: the same as JSON, with the lines that were said."""
        message = _message(await asking.form_of(request), visitor_of(request))
        await _spend(request, message.text)
        after = await asking.newest_line(channel=NAME, address=message.address)
        is_answered = await _is_answered(message)
        return await asking.answer(channel=NAME, address=message.address, after=after, is_answered=is_answered)

    return [web.post(PAGE, take, name="chat.say"), web.post(asking.PATH, ask, name="chat.ask")]


async def _is_answered(message: Incoming) -> bool:
    """Keep it, and work its conversation up to it."""
    received = await messages.receive(message)
    return await worker.work_lane(message.lane, message_id=received.id)


async def _taken(request: web.Request, given: Sent, visitor: Visitor) -> Incoming:
    """The message with its photos; words of danger are taken whatever is wrong with a photo beside them, and it is said
    that the photo was not."""
    message = _message(given, visitor)
    await _spend(request, message.text)
    try:
        return replace(message, attached=await _kept(given.photos, message))
    except Refusal as refusal:
        if not _is_danger(message.text):
            raise
        why = refusal.key.rpartition(".")[2]
        problem = why if knows(f"attachment.problem.{why}") else "too_many"
        return replace(message, attached=(Attached(FileKind.PHOTO, problem=problem),))


def _message(given: Sent, visitor: Visitor) -> Incoming:
    text = clean_input(given.text("text")) or (say("attachment.kind.photo") if given.photos else "")
    if not text:
        raise Invalid("chat.empty")
    if len(text) > MOST_CHARS:
        raise Invalid("chat.too_long", most=MOST_CHARS)
    key = f"{visitor.address}:{_uuid(given.text('key'))}"
    return Incoming(NAME, visitor.address, visitor.place_id, text, key=key)


async def _kept(photos: Sequence[bytes], message: Incoming) -> tuple[Attached, ...]:
    """The photos, written anew before the message is kept: one that cannot be read is refused, and the form stays."""
    if not photos:
        return ()
    if len(photos) > MOST_PHOTOS:
        raise Invalid("file.too_many", most=MOST_PHOTOS)
    where = await residents.at(channel=NAME, address=message.address, place_id=message.place_id)
    by, place_id = await residents.viewer_at(where), where.place_id
    stored = [await files.keep(one, by=by, kind=FileKind.PHOTO, place_id=place_id) for one in photos]
    return tuple(Attached(FileKind.PHOTO, name=one.name) for one in stored)


def _uuid(text: str) -> str:
    try:
        return UUID(text).hex
    except ValueError as error:
        raise Invalid("chat.key") from error


async def _spend(request: web.Request, text: str) -> None:
    """Many browsers behind one network address share a limit; danger to life is never held up by it."""
    address = _network_address(request)
    if not address or await limits.hit("web_address", network_of(address), rate=PER_NETWORK_ADDRESS):
        return
    if not _is_danger(text):
        raise TooMany("limits.web_address")


def _is_danger(text: str) -> bool:
    words = guide.words()
    return find_emergency(words.canonical(text), words=words) is not None


def _network_address(request: web.Request) -> str:
    return sender_of(request.remote, forwarded=request.headers.get("X-Forwarded-For", ""))


def _answer(request: web.Request, *, is_answered: bool) -> web.StreamResponse:
    """The page again; a script that asked for JSON hears whether the answer is there already."""
    if _asks_for_json(request):
        return web.json_response({"answered": is_answered}, status=200 if is_answered else 202)
    return web.Response(status=303, headers={"Location": _back(request)})


def _asks_for_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _back(request: web.Request) -> str:
    """The chat page, in the view the form was sent from."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return PAGE
    return f"{PAGE}?{before.query}" if before.query and before.path == PAGE else PAGE
