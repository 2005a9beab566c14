"""Updates into the inbox: each stored once, or set aside where nobody can read it."""

from __future__ import annotations

import json

import structlog

from bot import incoming as messages
from bot.channels.telegram import NAME
from bot.channels.telegram.updates import Nothing, Reached, Said, UnreadableError, number_of, read
from bot.incoming import Incoming
from courier import inbox, signals
from people import residents

MOST_CHARS = 20_000
_log = structlog.get_logger(__name__)


async def take(raw: object, *, place_id: int) -> str | None:
    """Keep what one update means, once however often it comes; gives the press to be answered, if it was one.

    Raises only when the database could not take it.
    """
    try:
        meant = read(raw)
    except UnreadableError as error:
        await _set_aside(raw, error)
        return None
    match meant:
        case Said():
            await _keep(meant, place_id)
            return meant.press
        case Reached(address, is_open):
            await residents.reach(channel=NAME, address=address, is_open=is_open)
            return None
        case Nothing(press):
            return press


async def _keep(said: Said, place_id: int) -> None:
    await messages.receive(Incoming(NAME, said.address, place_id, said.text[:MOST_CHARS], key=said.key))
    signals.publish(signals.INBOX)


async def _set_aside(raw: object, error: UnreadableError) -> None:
    body = json.dumps(raw, ensure_ascii=True, default=str)[:MOST_CHARS]
    number = number_of(raw)
    key = f"update:{number}" if number is not None else inbox.key_of(body.encode())
    await inbox.set_aside(channel=NAME, key=key, payload=body, error=f"unreadable: {error}")
    _log.warning("telegram_update_unreadable", update=number, problem=str(error))
