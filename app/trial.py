"""A service for one run: a temporary database with the shipped packs and the demo's people, gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app import demo
from app.installation import use_community
from app.logs import configure
from app.settings import Settings
from bot import dialogue
from bot.incoming import Incoming
from bot.memory import Ranked
from bot.reply import Reply
from casework import guide
from models.database import connected
from models.migrate import migrate
from models.sealed import use_secrets
from people import places
from people.viewers import guest

CHANNEL = "console"
HASTY = "?synchronous=OFF&journal_mode=MEMORY"
"""A database that nobody needs after a crash may be written without waiting for the disk."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """Connected to a fresh temporary database, ready to answer. Nothing is read from or written to the real one."""
    configure("error")
    use_secrets(secrets.token_urlsafe())
    use_community(settings.community_dir)
    with TemporaryDirectory(prefix="mulin-") as folder:
        url = f"sqlite://{Path(folder) / 'trial.db'}{HASTY}"
        await migrate(url)
        async with connected(url):
            await _fill(settings)
            yield


async def _fill(settings: Settings) -> None:
    await demo.load_packs(settings.community_dir / "packs")
    content = demo.read(settings.community_dir)
    await demo.set_up(content, can_sign_in=False)
    await demo.settle(content)
    await guide.refresh_if_changed()


async def ask(text: str, *, conversation: str, context: str | None = None) -> Reply:
    """The reply to a message; ``context`` is said first in the same conversation."""
    place_id = places.home_place_id()
    if context is not None:
        await dialogue.respond(Incoming(CHANNEL, conversation, place_id, context, key="context"))
    reply = await dialogue.respond(Incoming(CHANNEL, conversation, place_id, text, key="question"))
    return reply if reply.ranked else replace(reply, ranked=await _nearest(text, context))


async def _nearest(text: str, context: str | None) -> tuple[Ranked, ...]:
    """The entries nearest to a message that was answered without looking at any, for whoever measures."""
    place_id = places.home_place_id()
    found = await guide.find(text, viewer=guest(place_id), place_id=place_id, context=context)
    return tuple(Ranked(hit.key, hit.score) for hit in found.hits)
