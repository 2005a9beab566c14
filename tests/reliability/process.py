"""The service as a real process of its own: started, killed with -9 and started again; only its own pid is touched."""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from models import clock

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 180
TIMED_OUT = '"error": "TimeoutError", "event": "outbox_outcome_unknown"'
_numbers = count(1)


def _die_with_parent() -> None:
    """On Linux: when the tests are killed, nothing they started lives on (prctl PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class ServiceFailed(RuntimeError):
    """The process did not come up; the message is the end of its log."""


class Service:
    """One installation's process. Between a kill and the next start its ``url`` leads nowhere, as for real clients."""

    def __init__(
        self, settings: Mapping[str, str], *, folder: Path, command: str = "serve", profile: str | None = None
    ) -> None:
        self._profile = profile
        self._command = command
        self._environment = {"PATH": os.environ["PATH"], "MULIN_PORT": "0", "MULIN_DATA_DIR": str(folder), **settings}
        self._log = folder / f"{command}-{next(_numbers)}.log"
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""
        self.is_up = asyncio.Event()
        self.kills: list[float] = []

    async def __aenter__(self) -> Service:
        return self

    async def __aexit__(self, *problem: object) -> None:
        """Whatever happened, nothing is left running."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None
        return self._process.pid

    async def run(self, *words: str) -> None:
        """Run another command of the product to its end."""
        with self._log.open("ab") as log:
            process = await self._begin(words, out=log.fileno(), log=log.fileno())
            if await process.wait() != 0:
                raise ServiceFailed(self.log_end())

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = await self._begin((self._command,), out=asyncio.subprocess.PIPE, log=log.fileno())
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        if not line.startswith(b"http://") and line != b"working\n":
            raise ServiceFailed(self.log_end())
        self.url = line.decode().strip()
        self.is_up.set()

    async def _begin(self, words: tuple[str, ...], *, out: int, log: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._python(words), "-m", "app", *words, cwd=ROOT, env=self._environment, stdout=out, stderr=log,
            preexec_fn=_die_with_parent,
        )  # fmt: skip

    def _python(self, words: tuple[str, ...]) -> list[str]:
        is_watched = self._profile is not None and words == (self._command,)
        return [sys.executable, *(["-m", "cProfile", "-o", str(self._profile)] if is_watched else [])]

    async def kill(self) -> None:
        """Kill it with -9: nothing of it runs on, nothing is tidied up."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            raise ServiceFailed(f"it ended by itself: {self.log_end()}")
        self.kills.append(asyncio.get_running_loop().time())
        self.is_up.clear()
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def stop(self) -> None:
        """End it the polite way, as an operator would."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), START_SECONDS)

    def log_end(self) -> str:
        """The last lines it wrote."""
        return self.log()[-3000:]

    def log(self) -> str:
        """All it wrote."""
        return self._log.read_text(errors="replace")

    def timeouts(self) -> list[float]:
        """When, by the loop's clock, it gave up waiting to hear what became of a message."""
        since = clock.now_ms() / 1000 - asyncio.get_running_loop().time()
        lines = (line for line in self.log().splitlines() if TIMED_OUT in line)
        return [dt.datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp() - since for line in lines]
