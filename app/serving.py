"""Listening for requests until somebody asks the process to end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from app.problems import NotReady

END_SECONDS = 20.0


@contextmanager
def end_asked() -> Iterator[asyncio.Event]:
    """Set when the process is asked to end: SIGTERM, or Control-C at the terminal."""
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    try:
        yield asked
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@dataclass(frozen=True, slots=True)
class Door:
    """Where to listen; a shared port lets other processes of the same user listen there too."""

    host: str
    port: int
    is_shared: bool = False


async def serve(app: web.Application, *, door: Door, tell: Callable[[str], None]) -> None:
    """Answer requests until asked to end; ``tell`` hears the address as soon as it answers."""
    with end_asked() as end:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=END_SECONDS)
        try:
            await runner.setup()
            with _listening(door.host, door.port):
                await web.TCPSite(runner, door.host, door.port, reuse_port=door.is_shared or None).start()
            tell(_address(runner, door.host))
            await end.wait()
        finally:
            await runner.cleanup()


async def must_be_free(host: str, port: int) -> None:
    """NotReady where nobody can listen there: said before long work rather than after it."""
    with _listening(host, port):
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port, reuse_address=True)
        server.close()
        await server.wait_closed()


@contextmanager
def _listening(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error)
        raise NotReady(f"cannot listen on {host} port {port} (MULIN_HOST, MULIN_PORT): {why}") from error


def _address(runner: web.AppRunner, host: str) -> str:
    port = runner.addresses[0][1]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
