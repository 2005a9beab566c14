"""One installation in several processes: some that serve, some that only work, on one database and one Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestServer

from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_updates import message
from tests.reliability.process import ROOT, Service
from tests.reliability.storm import until

LEASE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Fleet:
    """The processes, and the Bot API they fetch updates from and send to."""

    serving: tuple[Service, ...]
    working: tuple[Service, ...]
    bot_api: FakeTelegram

    @property
    def all(self) -> tuple[Service, ...]:
        """Every process."""
        return (*self.serving, *self.working)

    def write(self, number: int, text: str, *, chat: int) -> None:
        """Somebody writes to the bot."""
        self.bot_api.updates.append(message(number, text, chat=chat))

    async def answered(self, *, chat: int, count: int, seconds: float = 30) -> list[str]:
        """What came to a chat, once so many messages have."""

        async def has_come() -> bool:
            return len(self.texts(chat)) >= count

        await until(has_come, seconds=seconds)
        return self.texts(chat)

    def texts(self, chat: int) -> list[str]:
        """What has come to a chat so far."""
        return [one.text for one in self.bot_api.arrived if one.chat_id == chat]


@asynccontextmanager
async def fleet(
    database_url: str, *, redis_url: str, folder: Path, serving: int = 2, working: int = 1
) -> AsyncIterator[Fleet]:
    """So many processes of a town that is made ready, all up."""
    bot_api = FakeTelegram()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(bot_api.application()))
        base = str(server.make_url("/")).rstrip("/")
        settings = {
            "MULIN_DATABASE_URL": database_url,
            "MULIN_REDIS_URL": redis_url,
            "MULIN_COMMUNITY_DIR": str(ROOT / "community"),
            "MULIN_SECRET_KEY": "a secret for tests only",
            "MULIN_LEASE_SECONDS": str(LEASE_SECONDS),
            "MULIN_TELEGRAM_TOKEN": TOKEN,
            "MULIN_TELEGRAM_BASE_URL": f"{base}/bot",
            "MULIN_TELEGRAM_FILE_URL": f"{base}/file/bot",
        }
        made = [("serve", serving), ("work", working)]
        kinds = [
            tuple(
                [await stack.enter_async_context(Service(settings, folder=folder, command=kind)) for _ in range(count)]
            )
            for kind, count in made
        ]
        await asyncio.gather(*(service.start() for services in kinds for service in services))
        yield Fleet(kinds[0], kinds[1], bot_api)
        for service in (*kinds[0], *kinds[1]):
            await service.stop()
