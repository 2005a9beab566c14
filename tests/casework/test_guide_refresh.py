"""Snapshots follow the rows: in every process, without the event loop standing still while the next one is built."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from casework import guide, packs, publishing
from models.entry_content import EntryContent
from people.viewers import SYSTEM
from tests.casework.conftest import Cast
from tests.shipped import shipped_packs

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "community" / "packs"
LARGEST_SHARE = 0.1
"""Of the processor time that the whole build takes, so that a slow machine does not matter."""


@pytest.fixture(autouse=True)
def no_snapshot() -> Iterator[None]:
    """Each test reads its own database."""
    guide.forget()
    yield
    guide.forget()


def content(title: str) -> EntryContent:
    """An entry of one neighbourhood, asked for as nothing else is."""
    shipped = shipped_packs()[0].entries[0]
    words = {"summary": f"{title}字楼的信报箱。" * 2, "aliases": [], "keywords": [], "sample_questions": []}
    own = {"id": "local-here-1", "title": title, "phrasings": [f"{title}字楼的信报箱"], **words}
    return EntryContent.model_validate({**shipped.model_dump(), **own})


async def publish(cast: Cast, title: str) -> None:
    """小陈 drafts it and 高书记 publishes it."""
    version = await publishing.draft(content(title), by=cast.chen, category_slug="any", place_id=cast.here.id)
    await publishing.publish(version.id, by=cast.gao)


class Other:
    """Another process on the same database, under the real clock."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def shows(self) -> str:
        """The line it printed last."""
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), timeout=60)).decode().strip()

    async def looks(self) -> str:
        """What it shows after it has looked again."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        await self.process.stdin.drain()
        return await self.shows()


@asynccontextmanager
async def another_process(url: str, place_id: int) -> AsyncIterator[Other]:
    """Start it, and end it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.casework.another_process", url, str(place_id)),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Other(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), timeout=60)


async def test_what_one_process_publishes_the_other_shows_and_the_old_text_is_gone(
    cast: Cast, database_url: str
) -> None:
    await publish(cast, "旧的")
    async with another_process(database_url, cast.here.id) as other:
        assert await other.shows() == "1 旧的"
        await publish(cast, "新的")
        assert await other.looks() == "2 新的"
        await publishing.withdraw("local-here-1", by=cast.gao)
        assert await other.looks() == "3"


async def test_a_snapshot_is_rebuilt_only_when_something_changed(cast: Cast) -> None:
    await publish(cast, "旧的")
    assert await guide.refresh_if_changed()
    assert not await guide.refresh_if_changed()
    await publish(cast, "新的")
    assert await guide.refresh_if_changed()


async def test_an_answer_under_way_keeps_the_snapshot_it_began_with(cast: Cast) -> None:
    await publish(cast, "旧的")
    began = await guide.current()
    await publish(cast, "新的")
    await guide.refresh_if_changed()
    assert began.entries["local-here-1"].content.title == "旧的"
    assert (await guide.current()).entries["local-here-1"].content.title == "新的"


def waited_for_a_processor() -> float:
    """Seconds that this thread was ready and no processor was free for it; 0 where the system does not count them."""
    counted = Path("/proc/thread-self/schedstat")
    return int(counted.read_text().split()[1]) / 1e9 if counted.exists() else 0.0


def held_up() -> float:
    """What other threads of this process have computed, less what this one lost to other processes, in seconds."""
    return time.process_time() - time.thread_time() - waited_for_a_processor()


async def largest_stall(work: Coroutine[Any, Any, Any]) -> float:
    """The longest that other threads of this process kept the loop from its next turn, as a share of all their work.

    Counted in processor time, so that whatever else runs on the machine matters little.
    """
    longest, running = 0.0, asyncio.get_running_loop().create_task(work)
    started = time.process_time()
    while not running.done():
        before = held_up()
        await asyncio.sleep(0.001)
        longest = max(longest, held_up() - before)
    await running
    return longest / (time.process_time() - started)


@pytest.mark.databases("sqlite")
async def test_judging_a_draft_on_its_own_index_does_not_hold_up_the_loop(cast: Cast) -> None:
    await packs.import_packs(shipped_packs(), by=SYSTEM, publish=True)
    await guide.refresh_if_changed()
    stalls = []
    for title in ("一", "二", "三"):
        stalls.append(await largest_stall(publish(cast, title)))
        await guide.refresh_if_changed()
    assert min(stalls) <= LARGEST_SHARE, stalls
