"""Errands of a browser: sent to a chat system to learn who sits at it, and back within minutes, once.

The browser's cookie holds a random token. The state that goes along is a keyed hash of it, so that nobody else can name
it; its row is used up by the statement that reads it. What a platform signed is kept by its hash as long as it is good:
who copied it has nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets

from tortoise.exceptions import IntegrityError

from models import clock
from models.errors import Invalid, TooMany
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import execute, fetch_one

COOKIE = "mulin_errand"
LENGTH = dt.timedelta(minutes=10)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE_LENGTH = 32
PAGE, NUMBER_DIGITS, _DRAWS = "page", 4, 20


def new_token() -> str:
    """What the browser's cookie holds."""
    return secrets.token_urlsafe(32)


def is_token(text: str | None) -> bool:
    """Whether a cookie's value can be a token of ours."""
    return text is not None and _TOKEN.fullmatch(text) is not None


def state_of(token: str) -> str:
    """The state of one browser: nobody else can make it, and it is good in no other."""
    return keyed_hash(f"login errand {token}")[:_STATE_LENGTH]


def browser_hashes(token: str) -> tuple[str, ...]:
    """By which a browser is known, under every key."""
    return keyed_hashes(f"login browser {token}") if is_token(token) else ()


async def begin(channel: str, *, token: str) -> str:
    """Send a browser out, each time with a new token; gives the state."""
    state, now = state_of(token), clock.now()
    await execute(
        "INSERT INTO login_errand (created_at, channel, state, browser_hash, expires_at) VALUES ($1,$2,$3,$4,$5)",
        now,
        channel,
        state,
        browser_hashes(token)[0],
        now + LENGTH,
    )
    return state


async def end(channel: str, *, token: str | None, state: str, proof: str) -> None:
    """It is back: in its own browser, in time, and for the first time, with something that nobody brought before;
    Invalid otherwise, always the same word."""
    if token is None or not is_token(token) or not secrets.compare_digest(state_of(token).encode(), state.encode()):
        raise Invalid("login.errand_gone")
    try:
        changed = await execute(
            "UPDATE login_errand SET proof_hash=$1 WHERE channel=$2 AND state=$3 AND proof_hash IS NULL"
            " AND expires_at>$4",
            keyed_hash(f"login proof {channel} {proof}"),
            channel,
            state,
            clock.now(),
        )
    except IntegrityError as error:
        raise Invalid("login.errand_gone") from error
    if changed != 1:
        raise Invalid("login.errand_gone")


async def number_for(token: str) -> str:
    """页面数字: four digits to write into one's chat after 登录; the code that comes of it is good in this browser."""
    for _ in range(_DRAWS):
        number = f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"
        await execute("DELETE FROM login_errand WHERE state=$1 AND expires_at<=$2", _of_number(number), clock.now())
        made = await fetch_one(
            "INSERT INTO login_errand (created_at, channel, state, browser_hash, expires_at) VALUES ($1,$2,$3,$4,$5)"
            " ON CONFLICT (state) DO NOTHING RETURNING id",
            clock.now(),
            PAGE,
            _of_number(number),
            browser_hashes(token)[0],
            clock.now() + LENGTH,
        )
        if made is not None:
            return number
    raise TooMany("limits.login_errand", rate="")


def _of_number(number: str) -> str:
    return keyed_hash(f"login page {number}")[:_STATE_LENGTH]


async def browser_of(number: str) -> str:
    """By which the browser is known that shows a number; the number is used up. Invalid where none shows it now."""
    row = await fetch_one(
        "DELETE FROM login_errand WHERE channel=$1 AND state=$2 AND expires_at>$3 RETURNING browser_hash",
        PAGE,
        _of_number(number),
        clock.now(),
    )
    if row is None:
        raise Invalid("login.number_gone")
    return str(row["browser_hash"])


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete errands that ran out before a moment, so many at a time; gives how many. What was brought back is known
    until then: signatures are good for less."""
    return await execute(
        "DELETE FROM login_errand WHERE id IN (SELECT id FROM login_errand WHERE expires_at<$1 ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
