"""Commands in which somebody asks: ask, ask --batch, chat."""

from __future__ import annotations

import asyncio
import sys
import threading
from argparse import Namespace
from collections.abc import AsyncIterator

from app import batch, trial
from app.commands import progress, tell
from app.commands.running import set_up
from app.installation import opened, settle
from app.logs import configure
from app.problems import WrongUse
from app.settings import Settings
from bot.channels.console import Console
from bot.rendering import plain
from casework import guide
from people import places

LOOK_SECONDS = 1.0


async def ask(given: Namespace, settings: Settings) -> int:
    """Answer one question, or a batch."""
    if given.batch == (given.question is not None):
        raise WrongUse("give one question, or --batch with questions on standard input")
    if not given.batch and not given.question.strip():
        raise WrongUse("there are no words in the question")
    async with trial.opened(settings):
        if given.batch:
            await batch.run(_stdin(), write=_told)
            return 0
        reply = await trial.ask(_readable(given.question), conversation="one")
        tell(plain(reply.letter) if reply.letter else "")
    return 0


def _readable(typed: str) -> str:
    """What was typed, with a mark for every byte that is no UTF-8."""
    return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _told(line: str) -> None:
    """One line of JSON: in UTF-8, whatever the terminal is set to."""
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


async def _stdin() -> AsyncIterator[bytes]:
    """Lines as they come. A thread that may be left behind reads them, so that nothing waits for the last one."""
    if sys.stdin is None:  # What Python makes of a standard input that is closed.
        raise WrongUse("standard input is closed")
    lines: asyncio.Queue[bytes | OSError | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            for line in sys.stdin.buffer:
                loop.call_soon_threadsafe(lines.put_nowait, line)
        except OSError as error:
            loop.call_soon_threadsafe(lines.put_nowait, error)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        if isinstance(line, OSError):
            raise WrongUse(f"standard input cannot be read: {line.strerror}")
        yield line


async def chat(given: Namespace, settings: Settings) -> int:
    """Talk until the end of the input; what staff answer meanwhile arrives, too."""
    progress("getting ready ...")
    await set_up(settings)
    configure("debug" if settings.log_level == "debug" else "error")  # The terminal is for talking.
    async with opened(settings):
        await settle(settings)
        await guide.refresh_if_changed()
        console = Console(address=given.address, place_id=places.home_place_id(), site=settings.public_url or "")
        missed = await console.missed()
        progress(f"{places.home().name} (Control-D to end)")
        for said in missed:
            tell(said)
        await _converse(console)
    return 0


async def _converse(console: Console) -> None:
    async def listen() -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await _show(console)

    async with asyncio.TaskGroup() as group:
        listener = group.create_task(listen())
        _prompt()
        async for line in _stdin():
            if text := line.decode(errors="replace").strip():
                await console.type(text)
                await _show(console)
            _prompt()
        listener.cancel()


def _prompt() -> None:
    if sys.stdin.isatty():
        print("> ", end="", flush=True)


async def _show(console: Console) -> None:
    for said in await console.arrived():
        tell(said)
