"""Updates into the inbox: each stored once, or set aside where nobody can read it."""

from __future__ import annotations

import json

import structlog

from bot import incoming as messages
from bot.channels.telegram import NAME
from bot.channels.telegram.group_updates import InGroup, Membership, Moved
from bot.channels.telegram.updates import START, Meant, Nothing, Reached, Said, UnreadableError, number_of, read
from bot.groups import listening
from bot.incoming import Incoming
from courier import inbox, signals
from people import groups, residents

MOST_CHARS = 20_000
_log = structlog.get_logger(__name__)


async def take(raw: object, *, place_id: int) -> str | None:
    """Keep what one update means, once however often it comes; gives the press to be answered, if it was one.

    Raises only when the database could not take it, and NotKnownYet where whether it is meant for us cannot be told.
    """
    try:
        meant = read(raw)
    except UnreadableError as error:
        await _set_aside(raw, error)
        return None
    if isinstance(meant, Said):
        await _keep(meant, place_id)
    elif isinstance(meant, Reached):
        await residents.reach(channel=NAME, address=meant.address, is_open=meant.is_open)
    else:
        await _take_in_group(meant, key=f"update:{number_of(raw)}")
    return meant.press if isinstance(meant, Said | InGroup | Nothing) else None


async def _take_in_group(meant: Meant, *, key: str) -> None:
    match meant:
        case InGroup(word, own_key, is_meant):
            await listening.hear(word, key=own_key, is_meant=is_meant)
        case Membership(address, title, is_in):
            await listening.come_or_gone(address, title=title, is_in=is_in, key=key)
        case Moved(old, new):
            await groups.migrate(old, new)
        case _:
            return


async def _keep(said: Said, place_id: int) -> None:
    """Who comes by the link of a group is new in that group's place. Whoever begins lets us write, also where that
    was in vain before."""
    if said.text.startswith(START):
        await residents.reach(channel=NAME, address=said.address, is_open=True)
    place_id = (await groups.place_of(said.from_group) if said.from_group else None) or place_id
    await messages.receive(
        Incoming(
            NAME,
            said.address,
            place_id,
            said.text[:MOST_CHARS],
            key=said.key,
            attached=said.attached,
            album=said.album,
        )
    )
    signals.publish(signals.INBOX)


async def _set_aside(raw: object, error: UnreadableError) -> None:
    body = json.dumps(_without_talk(raw), ensure_ascii=True, default=str)[:MOST_CHARS]
    number = number_of(raw)
    key = f"update:{number}" if number is not None else inbox.key_of(body.encode())
    await inbox.set_aside(channel=NAME, key=key, payload=body, error=f"unreadable: {error}")
    _log.warning("telegram_update_unreadable", update=number, problem=str(error))


def _without_talk(raw: object) -> object:
    """What is said in a group is not kept, also where nobody can read it: only the names of what came."""
    for content in raw.values() if isinstance(raw, dict) else ():
        if isinstance(content, dict) and (_is_of_group(content) or _is_of_group(content.get("message"))):
            return {"group": sorted(map(str, content))}
    return raw


def _is_of_group(content: object) -> bool:
    """Whether a message, or what else came, is of a chat of many; a press says so in the message it is below."""
    chat = content.get("chat") if isinstance(content, dict) else None
    return isinstance(chat, dict) and chat.get("type") != "private"
