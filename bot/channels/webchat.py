"""Web chat: a form becomes an inbox row under a key the browser made, is answered at once, and leads back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot import incoming as messages
from bot import worker
from bot.incoming import Incoming
from casework import guide
from courier import limits
from courier.networks import network_of
from models.errors import Invalid, TooMany
from nlp.emergency import find_emergency
from nlp.normalise import clean_input

NAME = "web"
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


def routes(visitor_of: Callable[[web.Request], Visitor]) -> list[web.RouteDef]:
    """The one route of the channel; ``visitor_of`` reads who asks from the request, as the portal's session left it."""

    async def say(request: web.Request) -> web.StreamResponse:
        """提问: keep the message, answer it, and go back to the conversation."""
        message = await _message(request, visitor_of(request))
        await _spend(request, message.text)
        received = await messages.receive(message)
        is_answered = await worker.work_lane(message.lane, message_id=received.id)
        return _answer(request, is_answered=is_answered)

    return [web.post(PAGE, say, name="chat.say")]


async def _message(request: web.Request, visitor: Visitor) -> Incoming:
    form = await _form(request)
    text = clean_input(str(form.get("text", "")))
    if not text:
        raise Invalid("chat.empty")
    if len(text) > MOST_CHARS:
        raise Invalid("chat.too_long", most=MOST_CHARS)
    key = f"{visitor.address}:{_uuid(str(form.get('key', '')))}"
    return Incoming(NAME, visitor.address, visitor.place_id, text, key=key)


async def _form(request: web.Request) -> Mapping[str, object]:
    """The form's fields; one in no known encoding, or cut off, is refused."""
    try:
        return await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError) as error:
        raise Invalid("chat.unreadable") from error


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
    words = guide.words()
    if find_emergency(words.canonical(text), words=words) is None:
        raise TooMany("limits.web_address")


def _network_address(request: web.Request) -> str:
    """Who sent it, as a proxy on this machine names them; '' for this machine itself, behind which anybody may be."""
    if not _is_loopback(request.remote):
        return request.remote or ""
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return "" if _is_loopback(last) else last


@lru_cache(maxsize=1024)
def _is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own; one that cannot be read is not."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _answer(request: web.Request, *, is_answered: bool) -> web.StreamResponse:
    """The page again; a script that asked for JSON hears whether the answer is there already."""
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"answered": is_answered}, status=200 if is_answered else 202)
    return web.Response(status=303, headers={"Location": _back(request)})


def _back(request: web.Request) -> str:
    """The chat page, in the view the form was sent from."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return PAGE
    return f"{PAGE}?{before.query}" if before.query and before.path == PAGE else PAGE
