"""Fixtures for tests of pages: the real web door over a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from tortoise.context import TortoiseContext

from tests.portal.neighbourhood import piece_of_pack, portal_app, settle

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
async def neighbourhood(db: TortoiseContext) -> None:
    """青禾里 with four entries."""
    await settle([piece_of_pack()])


@pytest.fixture
async def client(neighbourhood: None, aiohttp_client: MakeClient) -> Client:
    """A browser without scripts, so to speak, before the web door."""
    return await aiohttp_client(portal_app())
