"""A process of its own that keeps a snapshot: prints what it shows at the start and after each line it is given."""

from __future__ import annotations

import asyncio
import sys

from casework import guide
from models.database import connected
from people.viewers import SYSTEM


async def titles(place_id: int) -> str:
    """Revision and titles shown in a place."""
    await guide.refresh_if_changed()
    snapshot = await guide.current()
    parts = await guide.categories(viewer=SYSTEM, place_id=place_id)
    return f"{snapshot.revision} {' '.join(one.content.title for part in parts for one in part.entries)}"


async def main(url: str, place_id: int) -> None:
    """Answer until the lines end."""
    async with connected(url):
        sys.stdout.write(f"{await titles(place_id)}\n")
        sys.stdout.flush()
        while await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(f"{await titles(place_id)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
