"""A rest that ends early when everything is to end."""

from __future__ import annotations

import asyncio


async def rest(stop: asyncio.Event, *, seconds: float) -> bool:
    """Rest for a while, or until the end; True when the end has come."""
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False
