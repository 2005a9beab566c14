"""A browser that wants to sign in by a chat system: how the channel that vouches for it sends it out, and on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from courier import limits
from courier.networks import network_of, sender_of
from models.errors import Invalid, NotAllowed, Refusal, TooMany
from people import errands, login_codes, residents
from people.errands import COOKIE, LENGTH

BEGINS = "20/15minute"
"""How often browsers of one network may be sent out."""
LOGIN = "/login"
SECONDS = int(LENGTH.total_seconds())


@dataclass(frozen=True, slots=True)
class Cookie:
    """What the browser keeps while it is out."""

    value: str
    name: str = COOKIE
    seconds: int = SECONDS


class Keeping(Protocol):
    """A response that can give a browser something to keep."""

    def set_cookie(self, name: str, value: str, *, max_age: int, httponly: bool, samesite: str, secure: bool) -> None:
        """Give it a cookie."""


def keep(response: Keeping, cookie: Cookie, *, site: str) -> None:
    """Give the cookie along with a response; ``site`` is this service's own address."""
    is_secure = site.startswith("https:")
    response.set_cookie(
        cookie.name, cookie.value, max_age=cookie.seconds, httponly=True, samesite="Lax", secure=is_secure
    )


async def send_out(channel: str, *, remote: str | None, forwarded: str) -> Cookie:
    """出去: a browser begins an errand; TooMany where its network begins too many."""
    sender = sender_of(remote, forwarded=forwarded)
    if sender:
        await limits.spend("login_errand", network_of(sender), rate=BEGINS)
    token = errands.new_token()
    await errands.begin(channel, token=token)
    return Cookie(token)


async def way_in(channel: str, *, address: str, token: str) -> str:
    """Where the portal lets in the browser that the channel has vouched for; else the page that says why not."""
    where = await residents.known_at(channel=channel, address=address)
    viewer = await residents.viewer_at(where) if where is not None else None
    if viewer is None or viewer.person_id is None:
        return said("chat_unknown")
    try:
        return f"/login/link/{await login_codes.make_browser_link(by=viewer, token=token)}"
    except (NotAllowed, TooMany) as refusal:
        return said_of(refusal)


def said(name: str) -> str:
    """The page of ways in, with what went wrong on top."""
    return f"{LOGIN}?refused={name}"


def said_of(refusal: Refusal) -> str:
    """The same for a refusal."""
    if isinstance(refusal, Invalid):
        return said("errand_gone")
    return said("staff_by_password" if isinstance(refusal, NotAllowed) else "chat_later")
