"""Forms of signed-in pages: who sends one, what it says, and that nothing typed is lost when it cannot be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from models.clock import SHANGHAI
from models.errors import Invalid, NotAllowed, NotFound
from portal.errors import TYPED
from portal.render import page, safe_path
from portal.security import must_match
from portal.session import Visitor, visitor

TOKEN = "form_token"  # noqa: S105 - the name of a field, not a secret
YEARS = range(2000, 3000)
"""In which a time may lie that a page is asked for or a form names."""
Time = TypeVar("Time", dt.date, dt.datetime)
Deed = TypeVar("Deed")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that a member of staff sent: who, and its fields in their order (a name may come more than once); where it
    may carry photos, those by the names of their fields."""

    who: Visitor
    fields: tuple[tuple[str, str], ...]
    photos: tuple[tuple[str, bytes], ...] = ()

    def text(self, name: str) -> str:
        """A field as typed, line ends as one kind; '' where it is missing."""
        return next((value for given, value in self.fields if given == name), "")

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for given, value in self.fields if given == name]

    def number(self, name: str) -> int:
        """A whole number that one of our own forms carries."""
        return whole(self.text(name))

    def date(self, name: str) -> dt.date | None:
        """A day, or None where the field is empty."""
        return day_of(self.text(name))

    def moment(self, name: str) -> dt.datetime:
        """A local day and time as a moment in UTC."""
        found = _read(dt.datetime.fromisoformat, self.text(name))
        if found is None:
            raise Invalid("form.time_missing")
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(dt.UTC)


def _read(parse: Callable[[str], Time], text: str) -> Time | None:
    """None for nothing; years that nobody means are refused, as what is no time at all."""
    try:
        found = parse(text) if text else None
    except ValueError as error:
        raise Invalid("form.not_a_time", text=text) from error
    if found is not None and found.year not in YEARS:
        raise Invalid("form.not_a_time", text=text)
    return found


def day_of(text: str) -> dt.date | None:
    """The day that an address, a field or a filter names, None where it names none."""
    return _read(dt.date.fromisoformat, text)


def whole(text: str) -> int:
    """A whole number from an address or a form; nothing is found under anything else."""
    if not text.isdecimal() or not text.isascii() or len(text) > 18:
        raise NotFound("page.not_found")
    return int(text)


def verb_of(request: web.Request, verbs: Mapping[str, Deed]) -> tuple[str, Deed]:
    """The verb that an address names, and what does it; nothing is found under a word that is none."""
    name = request.match_info["verb"]
    if name not in verbs:
        raise NotFound("page.not_found")
    return name, verbs[name]


def as_sent(request: web.Request, sent: Sent | None) -> dict[str, Any]:
    """What a page shows again where a form was refused: what was typed, and to which verb."""
    return {"typed": dict(sent.fields) if sent else {}, "verb": request.match_info.get("verb", "")}


def wholes(text: str) -> list[int]:
    """Whole numbers between commas that one of our own forms carries; none where it is empty."""
    return [whole(part) for part in text.split(",")] if text else []


FormHandler = Callable[[web.Request, Sent], Awaitable[web.StreamResponse]]


async def posted_by(request: web.Request) -> Mapping[str, object]:
    """A form's fields; one in no known encoding, or cut off, is refused."""
    try:
        return await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError) as error:
        raise Invalid("form.unreadable") from error


async def fields_of(request: web.Request) -> tuple[tuple[str, str], ...]:
    """What was typed, in order; files are not taken here."""
    posted = await posted_by(request)
    return tuple((name, as_typed(value)) for name, value in posted.items() if isinstance(value, str))


def as_typed(value: str) -> str:
    """What came as a field, line ends as one kind and without NUL, which nobody types and PostgreSQL does not take."""
    return value.replace("\r\n", "\n").replace("\0", "")


def form(handler: FormHandler) -> Handler:
    """Let a handler take a form of signed-in staff. After a sign-out the form comes back whole, to be sent again."""
    return _taken(handler, lambda who: who.is_staff)


def form_read_by(read: Callable[[web.Request], Awaitable[tuple[Fields, Photos]]]) -> Callable[[FormHandler], Handler]:
    """The same of a form that is read in another way, such as one with photos."""
    return lambda handler: _taken(handler, lambda who: who.is_staff, read=read)


def own_form_read_by(
    read: Callable[[web.Request], Awaitable[tuple[Fields, Photos]]],
) -> Callable[[FormHandler], Handler]:
    """``own_form`` of a form that is read in another way."""
    return lambda handler: _taken(handler, _is_known, read=read)


def own_form(handler: FormHandler) -> Handler:
    """The same for whoever is signed in, living here or working here: what concerns nobody but themselves."""
    return _taken(handler, _is_known)


def _is_known(who: Visitor) -> bool:
    return who.viewer.person_id is not None


Fields = tuple[tuple[str, str], ...]
Photos = tuple[tuple[str, bytes], ...]


async def _only_fields(request: web.Request) -> tuple[Fields, Photos]:
    return await fields_of(request), ()


def _taken(
    handler: FormHandler,
    may_send: Callable[[Visitor], bool],
    *,
    read: Callable[[web.Request], Awaitable[tuple[Fields, Photos]]] = _only_fields,
) -> Handler:
    async def take(request: web.Request) -> web.StreamResponse:
        who = await visitor(request)
        sent = Sent(who, *await read(request))
        request[TYPED] = sent.fields
        try:
            must_match(who.session_token or "", sent.text(TOKEN))
        except NotAllowed:
            return await give_back(request, sent)
        if not may_send(who):
            return await give_back(request, sent)
        return await handler(request, sent)

    return take


async def give_back(request: web.Request, sent: Sent) -> web.Response:
    """What was typed, to be sent again: by whoever is no longer signed in, or whose page is from before."""
    kept = [(name, value) for name, value in sent.fields if name != TOKEN]
    response = await page(request, "staff/kept.html", status=403, kept=kept)
    response.headers["X-Sign-In"] = "needed"  # The outbox of a browser keeps what it sent, until its account is back.
    return response


def lead_to(path: str) -> web.Response:
    """After a form: the browser opens this page, and a reload does not send the form again."""
    return web.Response(status=303, headers={"Location": path})


def done(path: str, word: str, **more: str) -> web.Response:
    """Lead back to a page of ours, which then says what was done."""
    mark = "&" if "?" in path else "?"
    return lead_to(f"{safe_path(path)}{mark}{urlencode({'done': word, **more})}")


Problems = Mapping[str, str]
"""A sentence for each field that cannot be taken as typed, by the field's name in the form."""
