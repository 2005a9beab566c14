"""Residents' sessions: a browser in which somebody who lives here is signed in, and the chat that goes with it."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from models import clock
from models.errors import NotFound
from models.transaction import execute, fetch_one, transaction
from models.wording import say, say_moment
from people import login_codes, suspicion
from people.audit import record
from people.login import new_session
from people.login_codes import Opened
from people.viewers import Viewer, viewer_of

RESIDENT_SESSION_LENGTH = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody comes in: what the browser is called, its network, and what it was sent out with, if it was."""

    device: str
    network: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """A session's token, and who it is."""

    token: str
    viewer: Viewer


async def enter_by_link(link: str, *, browser: Browser) -> Entered:
    """登录: by the link from the chat."""
    async with transaction():
        return await _enter(await login_codes.open_by_link(link, token=browser.token), browser)


async def enter_by_code(digits: str, *, browser: Browser) -> Entered:
    """登录: by digits from the chat or from the desk's slip."""
    await login_codes.must_try(digits, address=browser.network)
    async with transaction():
        return await _enter(await login_codes.open_by_code(digits, token=browser.token), browser)


async def _enter(opened: Opened, browser: Browser) -> Entered:
    person_id = opened.viewer.person_id
    assert person_id is not None
    return Entered(await begin_resident(person_id, device=browser.device, via=opened.via), opened.viewer)


async def begin_resident(
    person_id: int, *, contact_id: int | None = None, device: str = "", via: str = "resident"
) -> str:
    """Sign somebody in whose claim was checked by the caller; gives the token of the session.

    The session has a chat of its own: a new one, or ``contact_id``, the web chat from which they asked to be let in.
    Only the session leads to it; no cookie that was in the browser before does. The chats they had before are told.
    """
    viewer = await viewer_of(person_id)
    if viewer is None:
        raise NotFound("person.not_found")
    async with transaction():
        chat_id = await _new_chat(viewer) if contact_id is None else await _carried_over(contact_id, person_id)
        token = await new_session(
            person_id=person_id,
            data={"device": device[:60]},
            length=RESIDENT_SESSION_LENGTH,
            contact_id=chat_id,
            via=via,
        )
        await record(viewer, "login", subject="person", subject_id=person_id, place_id=viewer.place_id)
        text = say("sign_in.new", device=device[:60] or say("sign_in.some_device"), time=say_moment(clock.now()))
        await suspicion.ask_whether_me(text, person_id=person_id, but=chat_id, kind="login")
    return token


def _unguessable() -> str:
    """An address that is the hash of no cookie."""
    return secrets.token_hex(20)


async def _new_chat(viewer: Viewer) -> int:
    made = await fetch_one(
        "INSERT INTO contact (created_at, channel, address, place_id, person_id, bound_at)"
        " VALUES ($1,'web',$2,$3,$4,$1) RETURNING id",
        clock.now(),
        _unguessable(),
        viewer.place_id,
        viewer.person_id,
    )
    assert made is not None
    return int(made["id"])


async def _carried_over(contact_id: int, person_id: int) -> int:
    """A chat that is theirs goes on in the session, under an address that whoever knew the old one does not know."""
    changed = await execute(
        "UPDATE contact SET address=$1, closed_at=NULL WHERE id=$2 AND channel='web' AND person_id=$3"
        " AND NOT EXISTS (SELECT 1 FROM web_session s WHERE s.contact_id=$2)",
        _unguessable(),
        contact_id,
        person_id,
    )
    if changed != 1:
        raise NotFound("contact.not_found")
    return contact_id
