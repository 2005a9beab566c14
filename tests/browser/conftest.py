"""Fixtures for tests in a real browser: the web door on a real port, with the bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from tortoise.context import TortoiseContext

from casework.packs import Pack
from models.database import connected
from people.visitors import COOKIE
from tests.conftest import a_browser
from tests.portal.neighbourhood import piece_of_pack, portal_app, settle

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

PHONE, DESKTOP = (390, 844), (1280, 900)
WIDTHS = (PHONE, DESKTOP)
IN_THE_BROWSER = [pytest.mark.databases("sqlite"), pytest.mark.asyncio(loop_scope="session")]
"""For every module of this folder: the browser is started once, so its tests share the loop on which it is driven."""


@dataclass(frozen=True, slots=True)
class Site:
    """The running site and the browser before it."""

    url: str
    browser: Browser

    async def visitor(
        self,
        size: tuple[int, int] = PHONE,
        *,
        cookies: dict[str, str] | None = None,
        with_scripts: bool = True,
        with_worker: bool = False,
    ) -> BrowserContext:
        """A fresh browser profile; without the service worker, which would stand between a test and the network."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.url,
            java_script_enabled=with_scripts,
            locale="zh-CN",
            service_workers="allow" if with_worker else "block",
        )
        context.set_default_timeout(10_000)
        for name, value in (cookies or {}).items():
            await context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return context


OpenSite = Callable[[list[Pack]], Awaitable[Site]]


async def token_of(context: BrowserContext) -> str:
    """The token by which this browser's conversation is known."""
    return next(one.get("value", "") for one in await context.cookies() if one.get("name") == COOKIE)


async def open_page(context: BrowserContext, path: str) -> Page:
    """A new tab at a path."""
    page = await context.new_page()
    await page.goto(path)
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def db(database_url: str) -> AsyncIterator[TortoiseContext]:
    """The models, connected to a fresh database on the loop on which the browser is driven."""
    async with connected(database_url) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of this folder; each test has profiles of its own."""
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def open_site(db: TortoiseContext, chromium: Browser) -> AsyncIterator[OpenSite]:
    """Opens the web door before the browser, with some packs; what was opened is closed afterwards."""
    async with AsyncExitStack() as opened:

        async def opens(packs: list[Pack]) -> Site:
            await settle(packs)
            server = await opened.enter_async_context(TestServer(portal_app()))
            return Site(str(server.make_url("")), chromium)

        yield opens
        for context in chromium.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(open_site: OpenSite) -> Site:
    """青禾里 with a piece of the real pack."""
    return await open_site([piece_of_pack(most=6), piece_of_pack("elderly-care", most=4)])
