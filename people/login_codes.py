"""One-time ways in for those who live here: a code and a link sent into their chat, or a code printed at the desk."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from courier import limits, notices
from courier.letters import Letter
from courier.networks import network_of
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.login import CodeKind
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from people import errands, rights
from people.audit import record
from people.permissions import allow, may
from people.scope import must_see, sees
from people.viewers import SYSTEM, Viewer, viewer_of

LENGTH = {
    CodeKind.CHAT: dt.timedelta(minutes=10),
    CodeKind.PRINTED: dt.timedelta(days=7),
    CodeKind.BROWSER: dt.timedelta(minutes=2),
}
DIGITS = {CodeKind.CHAT: 8, CodeKind.PRINTED: 10, CodeKind.BROWSER: 12}
"""What stays good for days is longer: of ten digits nobody guesses one of a thousand that are out."""
MAKES = "5/15minute"
"""How often one person may ask for a code."""
TRIES = "5/15minute"
"""How often one number may be tried, from anywhere."""
ADDRESS_TRIES = "10/15minute"
"""How often numbers may be tried from one network."""
ALL_TRIES = {CodeKind.CHAT: "60000/hour", CodeKind.PRINTED: "6000/hour"}
"""How many numbers of each length are tried at all: of those that are out so few find none, and to use them up and so
keep everybody else from typing theirs takes 1,500 networks, or 150. Links are not held up by it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody's code to type and, in a chat, the secret end of a link; shown once, and until when both are good."""

    digits: str
    link: str
    expires_at: dt.datetime
    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Who came in by a code, which kind it was, and ``via`` which channel it reached them ('printed': on paper)."""

    viewer: Viewer
    kind: CodeKind
    via: str


async def make_code(*, by: Viewer, number: str = "") -> Way:
    """登录码: for who speaks from their own chat; the one before it no longer works. ``number``: what a login page
    shows, in whose browser alone the code is good then."""
    _must_live_here(by)
    allow(by, "login.make_code", None)
    assert by.person_id is not None
    await limits.spend("login_make", str(by.person_id), rate=MAKES)
    async with transaction():
        browser_hash = await errands.browser_of(number) if number else ""
        way = await _store(by, CodeKind.CHAT, channel=await _channel_of(by.contact_id), browser_hash=browser_hash)
        await record(by, "login.make_code", subject="person", subject_id=by.person_id, place_id=by.place_id)
    return way


def _must_live_here(who: Viewer) -> None:
    """Whoever works here comes in by password only: their rights reach too far for a code on a phone or on paper."""
    if who.is_staff:
        raise NotAllowed("login.staff_by_password")


async def make_browser_link(*, by: Viewer, token: str) -> str:
    """登录链接: for the one browser that a chat system has just vouched for; gives the link's secret end."""
    _must_live_here(by)
    allow(by, "login.make_code", None)
    assert by.person_id is not None
    await limits.spend("login_make", str(by.person_id), rate=MAKES)
    async with transaction():
        channel = await _channel_of(by.contact_id)
        way = await _store(by, CodeKind.BROWSER, channel=channel, browser_hash=errands.browser_hashes(token)[0])
        await record(by, "login.make_code", subject="person", subject_id=by.person_id, place_id=by.place_id)
    return way.link


async def _channel_of(contact_id: int | None) -> str:
    row = await fetch_one("SELECT channel FROM contact WHERE id=$1", contact_id)
    return row["channel"] if row else ""


async def print_code(person_id: int, *, by: Viewer) -> Way:
    """打印登录码: for somebody who lives here, or acts for one who does, and has neither Telegram nor WeChat; told to
    the chats they may have."""
    owner, place_id = await _who_lives_here(person_id, by=by)
    async with transaction():
        way = await _store(owner, CodeKind.PRINTED, channel="")
        await record(by, "login.print_code", subject="person", subject_id=person_id, place_id=place_id)
        await notices.tell_chats(Letter(say("sign_in.printed")), person_id=person_id, kind="login.print_code")
    return way


async def _who_lives_here(person_id: int, *, by: Viewer) -> tuple[Viewer, int]:
    """Somebody, and the place of the viewer's in which they live or act for one who does. Of who lives elsewhere now
    only the community that keeps them learns that they live nowhere here."""
    owner = await viewer_of(person_id)
    if owner is None or owner.place_id is None:
        raise NotFound("person.not_found")
    theirs = [*await _homes_of(person_id), *await _acts_in(person_id)]
    here = next((place for place in theirs if sees(by, "login.print_code", place)), None)
    if here is None:
        must_see(by, "login.print_code", owner.place_id, thing="person")
    _must_live_here(owner)
    if here is None:
        raise WrongState("login.lives_nowhere")
    return owner, here


async def _acts_in(person_id: int) -> list[int]:
    """The neighbourhoods of those for whom somebody acts now, wherever they live themselves."""
    rows = await fetch("SELECT DISTINCT place_id FROM acting WHERE helper_id=$1 AND state='standing'", person_id)
    return [row["place_id"] for row in rows]


async def _homes_of(person_id: int) -> list[int]:
    """The neighbourhoods in which somebody lives now."""
    rows = await fetch("SELECT DISTINCT place_id FROM residence WHERE person_id=$1 AND state='living'", person_id)
    return [row["place_id"] for row in rows]


async def _store(owner: Viewer, kind: CodeKind, *, channel: str, browser_hash: str = "") -> Way:
    link = "" if kind is CodeKind.PRINTED else secrets.token_urlsafe(24)
    now = clock.now()
    way = Way(await _unused(DIGITS[kind]), link, now + LENGTH[kind], owner.name)
    await execute(
        "INSERT INTO login_code (created_at, person_id, kind, code_hash, link_hash, channel, expires_at, browser_hash)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (person_id, kind) DO UPDATE SET created_at=excluded.created_at,"
        " code_hash=excluded.code_hash, link_hash=excluded.link_hash, channel=excluded.channel,"
        " expires_at=excluded.expires_at, browser_hash=excluded.browser_hash",
        now,
        owner.person_id,
        kind.value,
        keyed_hash(way.digits),
        keyed_hash(link) if link else None,
        channel,
        way.expires_at,
        browser_hash,
    )
    return way


async def _unused(length: int) -> str:
    while True:
        digits = f"{secrets.randbelow(10**length):0{length}}"
        if await fetch_one("SELECT id FROM login_code WHERE code_hash=$1", keyed_hash(digits)) is None:
            return digits


async def must_try(digits: str, *, address: str) -> None:
    """Count one try of a number typed into the page; TooMany when this address, this number, or all together are over
    their limit, and then the right number gains nothing either."""
    await limits.spend("login_code_address", network_of(address), rate=ADDRESS_TRIES)
    await limits.spend("login_code", keyed_hash(digits), rate=TRIES)
    kind = CodeKind.CHAT if len(digits) <= DIGITS[CodeKind.CHAT] else CodeKind.PRINTED
    await limits.spend("login_code_all", kind.value, rate=ALL_TRIES[kind])


async def whose_link(link: str, *, token: str = "") -> Viewer:
    """Whom a link lets in, to be shown before it is used; looking does not use it up. ``token`` is the browser's."""
    row = await _first("SELECT person_id FROM login_code", "link_hash", link, token=token)
    owner = await viewer_of(row["person_id"]) if row else None
    if owner is None or owner.is_staff:
        raise Invalid("login.link_gone")
    return owner


async def open_by_link(link: str, *, token: str = "") -> Opened:
    """进来: by the link from the chat; part of the caller's transaction. Of several at once, one comes in."""
    opened = await _open("link_hash", link, token=token)
    if opened is None:
        raise Invalid("login.link_gone")
    return opened


async def open_by_code(digits: str, *, token: str = "") -> Opened:
    """进来: by digits whose try was counted; every wrong number, old or never made, is refused alike."""
    opened = await _open("code_hash", digits, token=token)
    if opened is None:
        raise Invalid("login.code_wrong")
    return opened


async def _first(statement: str, column: str, secret: str, *, token: str, end: str = "") -> Row | None:
    """What is stored under a secret that is good now and in this browser, under whichever key it was made."""
    browsers = ["", *errands.browser_hashes(token)]
    these = ", ".join(f"${place}" for place in range(3, 3 + len(browsers)))
    for kept in keyed_hashes(secret):
        sought = f"{statement} WHERE {column}=$1 AND expires_at>$2 AND browser_hash IN ({these}){end}"
        if row := await fetch_one(sought, kept, clock.now(), *browsers):
            return row
    return None


async def _open(column: str, secret: str, *, token: str) -> Opened | None:
    returned = " RETURNING person_id, kind, channel"
    row = await _first("DELETE FROM login_code", column, secret, token=token, end=returned)
    if row is None:
        return None
    kind = CodeKind(row["kind"])
    if kind is CodeKind.PRINTED:
        for place_id in await _homes_of(row["person_id"]):
            await rights.give(row["person_id"], place_id, by=SYSTEM)
    owner = await viewer_of(row["person_id"])
    return Opened(owner, kind, row["channel"] or kind.value) if owner is not None and _may_enter(owner) else None


def _may_enter(owner: Viewer) -> bool:
    """Whether their roles still are what the code was made for."""
    return not owner.is_staff and may(owner, "login.make_code", None)


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete codes that ran out before a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM login_code WHERE id IN (SELECT id FROM login_code WHERE expires_at<$1 ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
