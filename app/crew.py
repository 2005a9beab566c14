"""The tasks that run beside the requests: started once, restarted when they fail, ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from courier.resting import rest

log = structlog.get_logger()

Work = Callable[[asyncio.Event], Awaitable[object]]
"""Runs until the event is set."""

REST_SECONDS = 1.0
END_SECONDS = 25.0


class Crew:
    """Owns its tasks: whoever makes a crew calls ``finish`` in the end."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, work: Work) -> None:
        """Let a task run until the crew finishes."""
        task = asyncio.get_running_loop().create_task(self._keep_running(name, work), name=name)
        self._tasks.append(task)

    async def _keep_running(self, name: str, work: Work) -> None:
        while not self.stop.is_set():
            try:
                await work(self.stop)
            except Exception:
                log.exception("task_failed", task=name)
            await rest(self.stop, seconds=REST_SECONDS)

    async def finish(self, *, seconds: float = END_SECONDS) -> None:
        """Ask all to end what they are at; cancel what takes too long."""
        self.stop.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            log.warning("task_cut_off", task=task.get_name())
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def first_of(stop: asyncio.Event, other: Coroutine[Any, Any, object], *, seconds: float | None = None) -> None:
    """Until something else has come, the end has, or the time is up; what is not waited for any more is cancelled."""
    loop = asyncio.get_running_loop()
    waits = {loop.create_task(other), loop.create_task(stop.wait())}
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
