"""Who is at the other end of a request: a resident's browser, or a member of staff who signed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aiohttp import web

from models import clock
from models.errors import NotAllowed
from models.person import NEIGHBOURS
from people import freshness, login, places, renewals, sessions
from people.entering import RESIDENT_SESSION_LENGTH
from people.login import Gate, Session
from people.permissions import may_somewhere
from people.viewers import Viewer, guest, viewer_of
from people.visitors import COOKIE, NEXT_COOKIE, address_of
from portal.proxy import is_https

STAFF_COOKIE = "mulin_staff"
LARGE_COOKIE = "mulin_large"
PLACE_COOKIE = "mulin_place"
HOME, FIGURES, WORK = "/desk", "/figures", "/work"


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's caller. ``chat_address`` is the web contact's address, if their browser has spoken before.

    ``starting`` is somebody who knows a password and still stands before ``gate``: no member of staff until they have
    passed. ``is_fresh``: they have just proved who they are.
    """

    viewer: Viewer
    place_id: int
    chat_address: str | None
    wants_large_text: bool
    session_token: str | None
    session_id: int | None
    starting: Viewer | None = None
    gate: Gate = Gate.NONE
    is_fresh: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether they signed in as staff."""
        return self.viewer.is_staff

    @property
    def is_resident(self) -> bool:
        """Whether they signed in as somebody who lives here."""
        return self.viewer.person_id is not None and not self.viewer.is_staff

    @property
    def start(self) -> str:
        """Where their work begins."""
        return start_of(self.viewer)


def start_of(viewer: Viewer) -> str:
    """The page on which somebody's work begins: the desk, the sums for whoever has no desk, or what they are here."""
    if may_somewhere(viewer, "question.read"):
        return HOME
    return FIGURES if may_somewhere(viewer, "figures.read") else WORK


GATES = {Gate.PASSWORD: "/password", Gate.CODE: "/login/second", Gate.ENROL: "/me/second"}
"""The page of each step that stands before everything else."""
_VISITOR = web.RequestKey("visitor", Visitor)
RENEWED = web.RequestKey("renewed", str)
"""The token by which the browser's chat goes from this request on."""


def seen(request: web.Request) -> Visitor | None:
    """The caller, where somebody looked already."""
    return request.get(_VISITOR)


async def visitor(request: web.Request) -> Visitor:
    """The caller, looked up once per request: no query for guests, two for who is signed in, and now and then one more
    to keep that they looked."""
    if _VISITOR not in request:
        request[_VISITOR] = _at_chosen_place(await _read(request), request)
    return request[_VISITOR]


async def _read(request: web.Request) -> Visitor:
    token = request.cookies.get(STAFF_COOKIE)
    session = await login.find_session(token) if token else None
    known = await _known(session) if session else None
    starting = known if session and session.gate else None
    viewer = None if starting else known
    if session is not None and viewer is not None:
        await _keep_look(session, viewer)
    home = places.home_place_id()
    return Visitor(
        viewer=viewer or guest(home),
        place_id=_place_of(viewer) if viewer else home,
        chat_address=await _chat_of(request, session if viewer else None),
        wants_large_text=request.cookies.get(LARGE_COOKIE) == "1",
        session_token=token if session else None,
        session_id=session.id if session else None,
        starting=starting,
        gate=session.gate if session else Gate.NONE,
        is_fresh=session is not None and freshness.is_fresh(session.fresh_at),
    )


async def _chat_of(request: web.Request, session: Session | None) -> str | None:
    """The chat of the session, to which no cookie of a guest leads; without one, the chat of the browser."""
    if session is not None and session.chat_address is not None:
        return session.chat_address
    old, offered = address_of(request.cookies.get(COOKIE)), request.cookies.get(NEXT_COOKIE)
    renewed = await renewals.settle(old, offered) if offered is not None else None
    if offered is None or renewed is None:
        return old
    request[RENEWED] = offered
    return renewed


async def _known(session: Session) -> Viewer | None:
    """Whose session it is. What began with a code of somebody who lives here gives nobody the rights of staff, and what
    began with a password ends with the last role."""
    viewer = await viewer_of(session.person_id) if session.person_id else None
    if viewer is None or (viewer.is_staff and session.via) or not (viewer.roles or session.via):
        return None
    return viewer


async def _keep_look(session: Session, viewer: Viewer) -> None:
    """Every few minutes; a session of somebody who lives here lasts on from there."""
    if session.seen_at is not None and clock.now() - session.seen_at < sessions.LOOK:
        return
    await sessions.look(session.id, slides_to=None if viewer.is_staff else RESIDENT_SESSION_LENGTH)


def _place_of(viewer: Viewer) -> int:
    """The neighbourhood of who is signed in: where they work, or where they live."""
    return _staff_place(viewer) if viewer.is_staff else viewer.place_id or places.home_place_id()


def _staff_place(viewer: Viewer) -> int:
    """The neighbourhood a member of staff works for; the place they belong to where they hold several."""
    held = sorted(held.place_id for held in viewer.roles if held.role not in NEIGHBOURS)
    own = viewer.place_id
    return own if own is not None and (own in held or not held) else held[0]


def neighbours_in(found: Visitor) -> int | None:
    """The neighbourhood in which they are a neighbour: the chosen one where they live there, else the one that keeps
    them. Somebody may work in one and live in another."""
    lives = any(held.role in NEIGHBOURS and held.place_id == found.place_id for held in found.viewer.roles)
    return found.place_id if lives else found.viewer.place_id


def places_of(viewer: Viewer) -> tuple[int, ...]:
    """The places that somebody may choose from: where they work, or where they live."""
    is_staff = viewer.is_staff
    return tuple(sorted({held.place_id for held in viewer.roles if (held.role not in NEIGHBOURS) is is_staff}))


def _at_chosen_place(found: Visitor, request: web.Request) -> Visitor:
    """Whoever works or lives in several places sees that which this browser chose last, while they still do there."""
    chosen = request.cookies.get(PLACE_COOKIE, "")
    held = places_of(found.viewer) if chosen else ()
    return next((replace(found, place_id=one) for one in held if str(one) == chosen), found)


async def staff(request: web.Request) -> Visitor:
    """The caller, who must be signed in as staff."""
    found = await visitor(request)
    if not found.is_staff:
        raise NotAllowed("login.needed")
    return found


async def somebody(request: web.Request) -> Visitor:
    """The caller, who must be signed in: living here or working here."""
    found = await visitor(request)
    if found.viewer.person_id is None:
        raise NotAllowed("login.needed")
    return found


def keep_signed_in(request: web.Request, response: web.Response, token: str, *, seconds: int = 0) -> None:
    """Let the browser keep a session's token: one of staff for as long as that lasts, or for so many seconds."""
    length = seconds or int(login.STAFF_SESSION_LENGTH.total_seconds())
    response.set_cookie(STAFF_COOKIE, token, max_age=length, httponly=True, samesite="Lax", secure=is_https(request))
