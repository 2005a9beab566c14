"""Commands about messages that did not arrive: letters list, letters replay, letters drop."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable

from app.commands import progress, tell
from app.installation import opened, prepare
from app.problems import WrongUse
from app.settings import Settings
from casework import dead_letters
from models.errors import Refusal
from models.wording import say_refusal
from people.viewers import SYSTEM


async def show(_given: Namespace, settings: Settings) -> int:
    """One line for each: its name, when, by which channel, how often it was tried and what was said last."""
    prepare(settings)
    async with opened(settings):
        found = await dead_letters.dead_letters(viewer=SYSTEM)
    for one in found:
        doubt = " perhaps arrived once" if one.may_have_come else ""
        gone = "" if one.has_words else " (nothing left to send)"
        kind = f" {one.kind}" if one.kind else ""
        tell(f"{one.name} {one.at:%Y-%m-%dT%H:%MZ} {one.channel}{kind} tries={one.tries} {one.error}{doubt}{gone}")
    progress(f"{len(found)} messages")
    return 0


async def replay(given: Namespace, settings: Settings) -> int:
    """Try them again; exit code 1 where one could not be."""
    return await _each(given, settings, dead_letters.replay, done="due again")


async def drop(given: Namespace, settings: Settings) -> int:
    """Let them be; exit code 1 where one could not be."""
    return await _each(given, settings, dead_letters.drop, done="dropped")


async def _each(given: Namespace, settings: Settings, verb: Callable[..., Awaitable[None]], *, done: str) -> int:
    if not given.names and not given.all:
        raise WrongUse("say which messages by name, or --all")
    prepare(settings)
    failed = 0
    async with opened(settings):
        names = [one.name for one in await dead_letters.dead_letters(viewer=SYSTEM)] if given.all else given.names
        for name in names:
            try:
                await verb(name, by=SYSTEM)
                tell(f"{name}: {done}")
            except Refusal as refusal:
                failed += 1
                tell(f"{name}: {say_refusal(refusal)}")
    return 1 if failed else 0
