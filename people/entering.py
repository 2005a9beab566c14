"""Residents' sessions: a browser in which somebody who lives here is signed in, and its chat, which is then theirs."""

from __future__ import annotations

import datetime as dt
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
from people.visitors import address_of, new_token

RESIDENT_SESSION_LENGTH = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody comes in: what the browser is called, its network address, the address of its chat if any."""

    device: str
    network: str
    chat_address: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A session's token, who it is, and the token of the browser's chat where that is a new one."""

    token: str
    viewer: Viewer
    chat_token: str | None


async def enter_by_link(link: str, *, browser: Browser) -> Entered:
    """登录: by the link from the chat."""
    async with transaction():
        return await _enter(await login_codes.open_by_link(link), browser)


async def enter_by_code(digits: str, *, browser: Browser) -> Entered:
    """登录: by digits from the chat or from the desk's slip."""
    await login_codes.must_try(digits, address=browser.network)
    async with transaction():
        return await _enter(await login_codes.open_by_code(digits), browser)


async def _enter(opened: Opened, browser: Browser) -> Entered:
    person_id = opened.viewer.person_id
    assert person_id is not None
    contact_id, chat_token = await _chat_of(browser, opened.viewer)
    token = await begin_resident(person_id, contact_id=contact_id, device=browser.device, via=opened.via)
    return Entered(token, opened.viewer, chat_token)


async def _chat_of(browser: Browser, viewer: Viewer) -> tuple[int, str | None]:
    """The browser's own chat where it is nobody's and of their neighbourhood; otherwise a new one."""
    found = await fetch_one(
        "SELECT id FROM contact WHERE channel='web' AND address=$1 AND place_id=$2"
        " AND (person_id IS NULL OR person_id=$3)",
        browser.chat_address or "",
        viewer.place_id,
        viewer.person_id,
    )
    if found is not None:
        return found["id"], None
    token = new_token()
    made = await fetch_one(
        "INSERT INTO contact (created_at, channel, address, place_id) VALUES ($1,'web',$2,$3) RETURNING id",
        clock.now(),
        address_of(token),
        viewer.place_id,
    )
    assert made is not None
    return made["id"], token


async def begin_resident(
    person_id: int, *, contact_id: int | None = None, device: str = "", via: str = "resident"
) -> str:
    """Sign somebody in whose claim was checked by the caller; gives the token of the session.

    ``contact_id`` is the browser's own chat (channel web), which becomes theirs: what staff answer arrives in it. The
    chats they had before are told.
    """
    viewer = await viewer_of(person_id)
    if viewer is None:
        raise NotFound("person.not_found")
    async with transaction():
        if contact_id is not None:
            await _make_theirs(contact_id, person_id)
        token = await new_session(
            person_id=person_id,
            data={"device": device[:60]},
            length=RESIDENT_SESSION_LENGTH,
            contact_id=contact_id,
            via=via,
        )
        await record(viewer, "login", subject="person", subject_id=person_id, place_id=viewer.place_id)
        text = say("sign_in.new", device=device[:60] or say("sign_in.some_device"), time=say_moment(clock.now()))
        await suspicion.ask_whether_me(text, person_id=person_id, but=contact_id, kind="login")
    return token


async def _make_theirs(contact_id: int, person_id: int) -> None:
    changed = await execute(
        "UPDATE contact SET person_id=$1, bound_at=$2, closed_at=NULL WHERE id=$3 AND channel='web'",
        person_id,
        clock.now(),
        contact_id,
    )
    if changed != 1:
        raise NotFound("contact.not_found")
