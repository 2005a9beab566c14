"""Turning a template and facts into a page, with what every page shows."""

from __future__ import annotations

import secrets
import uuid
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.sealed import keyed_hashes
from models.wording import knows, say
from people import bell, places
from portal import assets
from portal.filters import FILTERS
from portal.security import form_token
from portal.session import Visitor, visitor

TEMPLATES = Path(__file__).parent / "templates"
SIZE_COOKIE = "mulin_size"
SIZES = ("20", "25", "30")
"""Sizes of the elder view's text, in pixels."""


def new_key() -> str:
    """The name of one message that is not sent yet: however often it is sent, it is taken once."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


@cache
def _environment() -> Environment:
    """The templates, each compiled once in a process."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= FILTERS
    environment.globals |= {"asset": assets.address, "new_key": new_key, "say": say, "knows": knows}
    return environment


def install(app: web.Application) -> None:
    """Give the application its templates."""
    app[aiohttp_jinja2.APP_KEY] = _environment()


def text_size(request: web.Request) -> str:
    """How large the elder view's text is, as chosen in this browser."""
    chosen = request.cookies.get(SIZE_COOKIE, SIZES[0])
    return chosen if chosen in SIZES else SIZES[0]


def safe_path(given: str) -> str:
    """A path within this site to lead somebody back to; the home page for anything else."""
    parts = urlsplit(given.replace("\\", "/"))
    inside = given.startswith("/") and not parts.scheme and not parts.netloc and given.isprintable()
    return given if inside else "/"


async def _place(who: Visitor) -> places.PlaceFacts:
    """The neighbourhood shown: as it is now for staff, who may have changed it; as last looked at for all others."""
    is_home = who.place_id == places.home_place_id()
    return places.home() if is_home and not who.is_staff else await places.place(who.place_id)


def _rings(who: Visitor, template: str, status: int) -> bool:
    """Whether a page says how many messages are new: residents' own pages, where nothing went wrong."""
    return who.is_resident and status == HTTPStatus.OK and not template.startswith("staff/")


def outbox_owner(who: Visitor) -> str:
    """By which a browser knows whose the words are that wait in it, without knowing who that is: 32 hexadecimal digits
    for each secret key, the first one first; '' for a guest."""
    person_id = who.viewer.person_id
    return " ".join(one[:32] for one in keyed_hashes(f"outbox {person_id}")) if person_id is not None else ""


async def page(request: web.Request, template: str, *, status: int = 200, **facts: object) -> web.Response:
    """Render a template. Every page knows the visitor, the neighbourhood and, for who is signed in, the form token."""
    who = await visitor(request)
    shown = {
        "visitor": who,
        "bell_count": 0,
        "place": await _place(who),
        "form_token": form_token(who.session_token) if who.session_token else "",
        "outbox_owner": outbox_owner(who),
        "path": request.path,
        "path_qs": request.path_qs,
        "text_size": text_size(request),
        **facts,
    }
    if "bell_count" not in facts and _rings(who, template, status):
        shown["bell_count"] = await bell.unread(viewer=who.viewer, here=request.path)
    response = aiohttp_jinja2.render_template(template, request, shown, status=status)
    response.headers["Cache-Control"] = "no-store"
    if who.session_token is None:
        response.enable_compression()
    return response


def fragment(request: web.Request, template: str, **facts: object) -> str:
    """Render a part of a page."""
    return aiohttp_jinja2.render_string(template, request, facts)
