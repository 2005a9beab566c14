"""Commands of the product as real processes, in a folder of their own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, CookieJar

ROOT = Path(__file__).parents[2]
START_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Settings for one installation in a folder."""
    own = {"MULIN_DATA_DIR": str(folder), "MULIN_DATABASE_URL": f"sqlite://{folder / 'mulin.db'}"}
    return {"PATH": os.environ["PATH"], "MULIN_PORT": "0", **own, **settings}


async def begin(words: tuple[str, ...], folder: Path, settings: dict[str, str]) -> asyncio.subprocess.Process:
    """Start a command; the caller ends it."""
    pipe = asyncio.subprocess.PIPE
    line = [sys.executable, "-m", "app", *words]
    return await asyncio.create_subprocess_exec(
        *line, cwd=ROOT, env=environment(folder, **settings), stdin=pipe, stdout=pipe, stderr=pipe
    )


async def command(*words: str, folder: Path, typed: str = "", **settings: str) -> Ended:
    """Run a command to its end."""
    process = await begin(words, folder, settings)
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), START_SECONDS)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@dataclass(slots=True)
class Serving:
    """A process that serves, and a client for it."""

    process: asyncio.subprocess.Process
    url: str
    client: ClientSession

    async def end(self) -> Ended:
        """Ask it to end as a supervisor would; gives what it wrote after its first line."""
        self.process.terminate()
        out, err = await asyncio.wait_for(self.process.communicate(), START_SECONDS)
        assert self.process.returncode is not None
        return Ended(self.process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def serving(*words: str, folder: Path, **settings: str) -> AsyncIterator[Serving]:
    """A serving process; it is ended if the test did not end it."""
    process = await begin(words, folder, settings)
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
            yield Serving(process, line.decode().strip(), client)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
