"""What processes share over Redis: signals, rates and the lead; and that they go on while the server is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import redis as redis_client
from tortoise.context import TortoiseContext

from app import leader, shared_state
from app.crew import Crew
from app.lease import leased
from app.shared_state import SharedLimiter, SharedSignals, joined
from courier import fences, limits, signals
from models.sealed import use_secrets
from tests import servers


@pytest.fixture(autouse=True)
def installation() -> None:
    use_secrets("a secret for tests only")


@asynccontextmanager
async def process(url: str) -> AsyncIterator[SharedSignals]:
    """The signals of one process, heard and told."""
    crew, shared = Crew(), SharedSignals(url)
    crew.start("in", shared.hear)
    crew.start("out", shared.tell)
    await asyncio.sleep(0.1)
    try:
        yield shared
    finally:
        await crew.finish()
        await shared.close()


async def test_what_one_process_publishes_wakes_another_and_its_own_matters_do_not(redis_url: str) -> None:
    async with process(redis_url) as here, process(redis_url) as there:
        mine, theirs = here.listen("desk:1"), there.listen("desk:1")
        other, own = there.listen("desk:2"), there.listen(signals.own_topic("x"))
        for one in (theirs, other, own):
            await one.wait(seconds=0.3)  # They may have been rung by the beginning.
        here.publish("desk:1")
        here.publish(signals.own_topic("x"))
        assert await mine.wait(seconds=0.05)
        assert await theirs.wait(seconds=1)
        assert (await other.wait(seconds=0.2), await own.wait(seconds=0.01)) == (False, False)


async def test_another_installation_at_the_same_server_is_another(redis_url: str) -> None:
    async with process(redis_url) as here:
        use_secrets("the secret of somebody else")
        async with process(redis_url) as stranger:
            theirs = stranger.listen("t")
            await theirs.wait(seconds=0.3)
            here.publish("t")
            assert not await theirs.wait(seconds=0.3)


async def test_nonsense_on_the_line_is_passed_over(redis_url: str) -> None:
    async with process(redis_url) as there:
        theirs = there.listen("t")
        await theirs.wait(seconds=0.3)
        with redis_client.Redis.from_url(redis_url) as line:
            for words in ("", "{", "[]", '{"by": 1}', '{"by": "x", "topics": ["t"]}'):
                line.publish(shared_state.named("signals"), words)
        assert await theirs.wait(seconds=1)


async def test_a_rate_is_counted_once_for_all_processes(redis_url: str) -> None:
    one, two = SharedLimiter(redis_url), SharedLimiter(redis_url)
    try:
        for limiter, is_free in ((one, True), (two, True), (one, False), (two, False)):
            limits.install(limiter)
            assert await limits.hit("tries", "wang", rate="2/minute") is is_free
        assert await limits.hit("tries", "li", rate="2/minute")
    finally:
        await one.close()
        await two.close()


async def test_a_rush_is_counted_together_too(redis_url: str) -> None:
    limiter = SharedLimiter(redis_url)
    limits.install(limiter)
    try:
        hits = await asyncio.gather(*(limits.hit("rush", "all", rate="200/minute") for _ in range(400)))
    finally:
        await limiter.close()
    assert hits.count(True) == 200


async def test_while_the_server_is_away_everything_goes_on_and_afterwards_together_again() -> None:
    with servers.redis_folder() as folder:
        with servers.redis_in(folder) as url:
            pass
        crew = Crew()
        async with joined(url, crew=crew), process(url) as there:
            theirs = there.listen("desk:1")
            assert await theirs.wait(seconds=3), "everybody looks by the clock"
            assert await limits.hit("tries", "wang", rate="1/minute")
            assert not await limits.hit("tries", "wang", rate="1/minute")
            signals.publish("desk:1")
            with servers.redis_in(folder):
                while await theirs.wait(seconds=1.5):  # Until the line stands and the clock rings no more.
                    pass
                signals.publish("desk:1")
                assert await theirs.wait(seconds=1)
            await crew.finish()


@pytest.mark.databases("sqlite")
async def test_the_lead_is_one_processes_until_it_resigns_or_is_forgotten(
    db: TortoiseContext, database_url: str, redis_url: str
) -> None:
    async with (
        leader.candidate(database_url) as lock,
        leased(redis_url, name="jobs", without=lock, seconds=1) as first,
        leased(redis_url, name="jobs", without=lock, seconds=1) as second,
    ):
        assert (await first.leads(), await second.leads()) == (True, False)
        await asyncio.sleep(1.5)
        assert (await first.leads(), await second.leads()) == (True, False), "it is renewed by itself"
        await first.resign()
        assert (await second.leads(), await first.leads()) == (True, False)
        with redis_client.Redis.from_url(redis_url) as line:
            line.flushdb()
        assert await first.leads(), "the server has forgotten who led"
        assert not await second.leads(), "the later number counts, whatever the earlier leader believes"
        assert await fences.is_last("jobs", 3)


@pytest.mark.databases("sqlite")
async def test_without_the_server_the_databases_own_lock_decides(db: TortoiseContext, database_url: str) -> None:
    away = "unix:///nowhere/redis.sock"
    async with (
        leader.candidate(database_url, redis_url=away) as first,
        leader.candidate(database_url, redis_url=away) as second,
    ):
        assert (await first.leads(), await second.leads()) == (True, False)
        await first.resign()
        assert (await second.leads(), await first.leads()) == (True, False)
