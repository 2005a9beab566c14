"""A browser's new key: what is asked for from a chat lets in whoever holds it, so that a cookie which somebody may have
noted before is not enough. The old one stays good until the browser shows the new one: a lost answer loses nothing."""

from __future__ import annotations

import datetime as dt

from courier import afterwards, inbox
from models import clock
from models.transaction import execute, fetch_one, transaction
from people.residents import WEB
from people.visitors import address_of, new_token

LENGTH = dt.timedelta(hours=1)
_ERRAND = "renewal"
_KEEP = (
    f"INSERT INTO login_errand (created_at, channel, state, browser_hash, expires_at) VALUES ($1,'{_ERRAND}',$2,$3,$4)"
)
_MOVE = (
    "UPDATE contact SET address=$1 WHERE channel=$2 AND address=$3 AND EXISTS (SELECT 1 FROM login_errand e"
    f" WHERE e.channel='{_ERRAND}' AND e.state=$1 AND e.browser_hash='contact ' || contact.id AND e.expires_at>$4)"
    " RETURNING id"
)


async def offer(contact_id: int) -> str:
    """A token for the browser to keep beside the one it has; of several, whichever it shows first is taken."""
    token, now = new_token(), clock.now()
    await execute(_KEEP, now, address_of(token), f"contact {contact_id}", now + LENGTH)
    return token


async def settle(old: str | None, token: str) -> str | None:
    """The chat's address from now on, where the browser shows a token that it was offered: nobody else's is good any
    more, the old one neither. None where there is no such chat."""
    new = address_of(token)
    if new is None:
        return None
    async with transaction():
        row = await fetch_one(_MOVE, new, WEB, old, clock.now()) if old is not None else None
        if row is not None:
            await inbox.follow(f"{WEB}:{old}", f"{WEB}:{new}")
            await afterwards.follow(f"{WEB}:{old}", f"{WEB}:{new}")
            kept = f"contact {row['id']}"
            await execute(f"DELETE FROM login_errand WHERE channel='{_ERRAND}' AND browser_hash=$1", kept)
    known = row or await fetch_one("SELECT id FROM contact WHERE channel=$1 AND address=$2", WEB, new)
    return new if known is not None else None
