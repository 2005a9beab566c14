"""The service as a real process of its own: started, killed with -9 and started again; only its own pid is touched."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60


class ServiceFailed(RuntimeError):
    """The process did not come up; the message is the end of its log."""


class Service:
    """One installation's process. Between a kill and the next start its ``url`` leads nowhere, as for real clients."""

    def __init__(self, settings: Mapping[str, str], *, folder: Path) -> None:
        self._environment = {"PATH": os.environ["PATH"], "MULIN_PORT": "0", "MULIN_DATA_DIR": str(folder), **settings}
        self._log = folder / "service.log"
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""
        self.kills: list[float] = []

    async def run(self, *words: str) -> None:
        """Run another command of the product to its end."""
        with self._log.open("ab") as log:
            process = await self._begin(words, out=log.fileno(), log=log.fileno())
            if await process.wait() != 0:
                raise ServiceFailed(self.log_end())

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = await self._begin(("serve",), out=asyncio.subprocess.PIPE, log=log.fileno())
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        if not line.startswith(b"http://"):
            raise ServiceFailed(self.log_end())
        self.url = line.decode().strip()

    async def _begin(self, words: tuple[str, ...], *, out: int, log: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *words, cwd=ROOT, env=self._environment, stdout=out, stderr=log
        )

    async def kill(self) -> None:
        """Kill it with -9: nothing of it runs on, nothing is tidied up."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            raise ServiceFailed(f"it ended by itself: {self.log_end()}")
        self.kills.append(asyncio.get_running_loop().time())
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def stop(self) -> None:
        """End it the polite way, as an operator would."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), START_SECONDS)

    def log_end(self) -> str:
        """The last lines it wrote."""
        return self._log.read_text(errors="replace")[-3000:]
