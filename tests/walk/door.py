"""The whole web door, in which nothing that a request does lasts: what it wrote is noted and undone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestClient
from aiohttp.typedefs import Handler
from yarl import URL

from app import service
from app.settings import Settings
from models.transaction import fetch_one, is_postgres, transaction
from portal.forms import TOKEN
from tests.walk.actors import Actor

Client = TestClient[web.Request, web.Application]
WROTE = "X-Wrote"
_DONE = {
    True: "SELECT sum(n_tup_ins+n_tup_upd+n_tup_del)::bigint AS mark FROM pg_stat_xact_user_tables",
    False: "SELECT total_changes() AS mark",
}
"""How many rows were written: PostgreSQL counts those of the transaction, SQLite those of the connection."""


class _Undo(BaseException):
    """Ends a transaction without a trace."""


class _Begun(BaseException):
    """A stream was about to be sent: it was allowed, and that is all there is to know."""


@dataclass(frozen=True, slots=True)
class Came:
    """What a request came to: ``wrote`` says whether anything was stored, be it undone."""

    status: int
    location: str
    text: str
    wrote: bool

    @property
    def outcome(self) -> str:
        """``no`` for a refusal, be it only a way to the sign-in page; ``leads`` to another page; else ``yes``."""
        to = urlsplit(self.location)
        if self.status in {401, 403, 404, 405} or (to.path == "/login" and "done=" not in to.query):
            return "no"
        return "leads" if self.location else "yes"


def door() -> web.Application:
    """Everything the service answers, with nothing running beside the requests."""
    app = service.make_app(Settings(relay_secret="a secret for tests only"))
    app.cleanup_ctx.clear()
    app.middlewares.insert(0, _undone)
    app.on_response_prepare.append(_stop_streams)
    return app


async def _stop_streams(_request: web.Request, response: web.StreamResponse) -> None:
    if response.content_type == "text/event-stream":
        raise _Begun


async def mark() -> object:
    """Changes with the first row written."""
    row = await fetch_one(_DONE[is_postgres()])
    return row["mark"] if row else None


@web.middleware
async def _undone(request: web.Request, handler: Handler) -> web.StreamResponse:
    response: web.StreamResponse = web.Response()
    try:
        async with transaction():
            before = await mark()
            try:
                response = await handler(request)
            except _Begun:
                response = web.StreamResponse()  # Its length stays open, as the one that was not sent had promised.
            except web.HTTPException as told:
                response = web.Response(status=told.status, headers={"Location": told.headers.get("Location", "")})
            if await mark() != before:
                response.headers[WROTE] = "yes"
            raise _Undo
    except _Undo:
        return response


async def go(client: Client, actor: Actor, method: str, path: str, *, sends: str = "") -> Came:
    """Send one request; ``sends`` is a form as a query."""
    data = {TOKEN: actor.form_token, **dict(parse_qsl(sends, keep_blank_values=True))} if method == "POST" else None
    headers = {"X-Form-Token": actor.form_token}
    client.session.cookie_jar.clear()  # What the answer to one of them set is not the next one's.
    async with client.request(
        method,
        URL(path, encoded="%" in path),
        data=None if path.startswith("/api/") else data,
        json=_json(sends) if path.startswith("/api/") and method == "POST" else None,
        cookies=actor.cookies,
        headers=headers,
        allow_redirects=False,
    ) as response:
        text = await response.text() if "text" in response.content_type or "json" in response.content_type else ""
        return Came(response.status, response.headers.get("Location", ""), text, WROTE in response.headers)


def _json(sends: str) -> dict[str, object]:
    """A form as JSON: digits are a number, ``name[]`` is a list of one, ``name.key`` an object of one."""
    found: dict[str, object] = {}
    for sent, text in parse_qsl(sends):
        value = int(text) if text.isdecimal() else text
        name, _, key = sent.removesuffix("[]").partition(".")
        found[name] = [value] if sent.endswith("[]") else {key: value} if key else value
    return found
