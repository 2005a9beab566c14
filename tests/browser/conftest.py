"""Fixtures for tests in a real browser: the web door on a real port, with the bot behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tortoise.context import TortoiseContext

from people.visitors import COOKIE
from tests.portal.neighbourhood import piece_of_pack, portal_app, settle

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

PHONE, DESKTOP = (390, 844), (1280, 900)
WIDTHS = (PHONE, DESKTOP)
MakeServer = Callable[[web.Application], Awaitable[TestServer]]


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
        for_checking: bool = False,
    ) -> BrowserContext:
        """A fresh browser profile; ``for_checking`` lets the test's own scripts in past the policy."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.url,
            java_script_enabled=with_scripts,
            bypass_csp=for_checking,
            locale="zh-CN",
        )
        context.set_default_timeout(10_000)
        for name, value in (cookies or {}).items():
            await context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return context


async def token_of(context: BrowserContext) -> str:
    """The token by which this browser's conversation is known."""
    return next(one.get("value", "") for one in await context.cookies() if one.get("name") == COOKIE)


async def open_page(context: BrowserContext, path: str) -> Page:
    """A new tab at a path."""
    page = await context.new_page()
    await page.goto(path)
    return page


@pytest.fixture
async def site(db: TortoiseContext, aiohttp_server: MakeServer, chromium: Browser) -> Site:
    """青禾里 with a piece of the real pack."""
    await settle([piece_of_pack(most=6), piece_of_pack("elderly-care", most=4)])
    server = await aiohttp_server(portal_app())
    return Site(str(server.make_url("")), chromium)
