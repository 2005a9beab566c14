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
from people import rights
from people.audit import record
from people.permissions import allow, may
from people.scope import must_see
from people.viewers import SYSTEM, Viewer, viewer_of

LENGTH = {CodeKind.CHAT: dt.timedelta(minutes=10), CodeKind.PRINTED: dt.timedelta(days=7)}
DIGITS = {CodeKind.CHAT: 8, CodeKind.PRINTED: 10}
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


async def make_code(*, by: Viewer) -> Way:
    """登录码: for who speaks from their own chat; the one before it no longer works."""
    _must_live_here(by)
    allow(by, "login.make_code", None)
    assert by.person_id is not None
    await limits.spend("login_make", str(by.person_id), rate=MAKES)
    async with transaction():
        way = await _store(by, CodeKind.CHAT, channel=await _channel_of(by.contact_id))
        await record(by, "login.make_code", subject="person", subject_id=by.person_id, place_id=by.place_id)
    return way


def _must_live_here(who: Viewer) -> None:
    """Whoever works here comes in by password only: their rights reach too far for a code on a phone or on paper."""
    if who.is_staff:
        raise NotAllowed("login.staff_by_password")


async def _channel_of(contact_id: int | None) -> str:
    row = await fetch_one("SELECT channel FROM contact WHERE id=$1", contact_id)
    return row["channel"] if row else ""


async def print_code(person_id: int, *, by: Viewer) -> Way:
    """打印登录码: for somebody who lives here and has neither Telegram nor WeChat; told to the chats they may have."""
    owner = await _who_lives_here(person_id, by=by)
    async with transaction():
        way = await _store(owner, CodeKind.PRINTED, channel="")
        await record(by, "login.print_code", subject="person", subject_id=person_id, place_id=owner.place_id)
        await notices.tell_chats(Letter(say("sign_in.printed")), person_id=person_id, kind="login.print_code")
    return way


async def _who_lives_here(person_id: int, *, by: Viewer) -> Viewer:
    owner = await viewer_of(person_id)
    if owner is None or owner.place_id is None:
        raise NotFound("person.not_found")
    must_see(by, "login.print_code", owner.place_id, thing="person")
    _must_live_here(owner)
    if not await _homes_of(person_id):
        raise WrongState("login.lives_nowhere")
    return owner


async def _homes_of(person_id: int) -> list[int]:
    """The neighbourhoods in which somebody lives now."""
    rows = await fetch("SELECT DISTINCT place_id FROM residence WHERE person_id=$1 AND state='living'", person_id)
    return [row["place_id"] for row in rows]


async def _store(owner: Viewer, kind: CodeKind, *, channel: str) -> Way:
    link = secrets.token_urlsafe(24) if kind is CodeKind.CHAT else ""
    now = clock.now()
    way = Way(await _unused(DIGITS[kind]), link, now + LENGTH[kind], owner.name)
    await execute(
        "INSERT INTO login_code (created_at, person_id, kind, code_hash, link_hash, channel, expires_at)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (person_id, kind) DO UPDATE SET created_at=excluded.created_at,"
        " code_hash=excluded.code_hash, link_hash=excluded.link_hash, channel=excluded.channel,"
        " expires_at=excluded.expires_at",
        now,
        owner.person_id,
        kind.value,
        keyed_hash(way.digits),
        keyed_hash(link) if link else None,
        channel,
        way.expires_at,
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


async def whose_link(link: str) -> Viewer:
    """Whom a link lets in, to be shown before it is used; looking does not use it up."""
    row = await _first("SELECT person_id FROM login_code WHERE link_hash=$1 AND expires_at>$2", link)
    owner = await viewer_of(row["person_id"]) if row else None
    if owner is None or owner.is_staff:
        raise Invalid("login.link_gone")
    return owner


async def open_by_link(link: str) -> Opened:
    """进来: by the link from the chat; part of the caller's transaction. Of several at once, one comes in."""
    opened = await _open("link_hash", link)
    if opened is None:
        raise Invalid("login.link_gone")
    return opened


async def open_by_code(digits: str) -> Opened:
    """进来: by digits whose try was counted; every wrong number, old or never made, is refused alike."""
    opened = await _open("code_hash", digits)
    if opened is None:
        raise Invalid("login.code_wrong")
    return opened


async def _first(statement: str, secret: str) -> Row | None:
    """What is stored under a secret that is good now, under whichever key it was made."""
    for kept in keyed_hashes(secret):
        if row := await fetch_one(statement, kept, clock.now()):
            return row
    return None


async def _open(column: str, secret: str) -> Opened | None:
    row = await _first(
        f"DELETE FROM login_code WHERE {column}=$1 AND expires_at>$2 RETURNING person_id, kind, channel", secret
    )
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
