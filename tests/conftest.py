"""Fixtures every test may use: real servers, a fresh database, a clock that stands still, a browser."""

from __future__ import annotations

import datetime as dt
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis as redis_client
from argon2 import PasswordHasher
from tortoise.context import TortoiseContext

from models import clock as models_clock
from models.database import connected
from people import passwords, rules
from tests import servers
from tests.databases import PostgresDatabases, postgres_databases, sqlite_copy, sqlite_template
from tests.network import Watch
from tests.quick_models import remember_models

if TYPE_CHECKING:
    from playwright.async_api import Browser

DATABASES = ("sqlite", "postgres")
DOORS = ("tests/bot/", "tests/portal/")
LONG = ("tests/walk/", "tests/browser/", "tests/reliability/", "tests/journeys/", "tests/app/")
MORNING = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
_BROWSER_STAYS_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
gc.disable()  # Until everything is collected: what is loaded stays.
_watch = Watch()
remember_models()
# A hash as hard as the service makes it takes longer than most tests.
passwords.use_hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def is_sure() -> bool:
    """Whether this is `make sure`, which leaves nothing out."""
    return os.environ.get("MULIN_TEST_SURE") == "1"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses a database runs on both, or on those its marker names; a door's, where no query is written, on
    SQLite alone but in ``make sure``."""
    if "database_kind" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("databases")
        is_door = metafunc.definition.nodeid.startswith(DOORS) and not is_sure()
        metafunc.parametrize("database_kind", mark.args if mark else DATABASES[:1] if is_door else DATABASES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what only ``make sure`` runs, and begin with what takes long."""
    if not is_sure():
        left = [item for item in items if item.get_closest_marker("sure")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("sure")]
    if processes := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
        items[:] = long_early(items, processes)


def long_early(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """The same tests so ordered that each process, which is dealt one stretch after another, meets its part of those
    that take long early, with short ones between them: while some wait for a process or a browser others work, and
    at the end nobody waits for one of them."""
    long = [item for item in items if item.nodeid.startswith(LONG)]
    short = [item for item in items if not item.nodeid.startswith(LONG)]
    cuts = [len(short) * number // processes for number in range(processes + 1)]
    dealt = [spread(long[n::processes], short[cuts[n] : cuts[n + 1]]) for n in range(processes)]
    return [item for part in dealt for item in part]


def spread(long: list[pytest.Item], short: list[pytest.Item]) -> list[pytest.Item]:
    """Long tests evenly among the first three quarters of short ones."""
    every, rest, mixed = max(1, len(short) * 3 // 4 // max(1, len(long))), iter(long), list[pytest.Item]()
    for number, item in enumerate(short):
        mixed += [*islice(rest, 1), item] if number % every == 0 else [item]
    return [*mixed, *rest]


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not through what is loaded by now: it takes a tenth of the tests' time."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end how much the tests that count have walked."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for value in (value for name, value in report.user_properties if name == "counted"):
                terminalreporter.write_line(f"{report.nodeid}: {value}")


@pytest.fixture(autouse=True)
def no_outside_network() -> Iterator[list[str]]:
    """Fail a test that tries to reach beyond this machine, even if it hides the error; gives the tries."""
    with _watch.listening() as tries:
        yield tries
    if tries:
        pytest.fail(f"the test tried to use the network: {tries}", pytrace=False)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started when the first test asks for it."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A real Redis or Valkey, started when the first test asks for it."""
    with servers.redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """The address of an empty Redis database."""
    with redis_client.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    return redis_server_url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[PostgresDatabases]:
    """Makes PostgreSQL databases: copies of a migrated one, or empty ones."""
    with postgres_databases(postgres_url) as databases:
        yield databases


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    if database_kind == "sqlite":
        yield sqlite_copy(request.getfixturevalue("migrated_sqlite"), folder=tmp_path)
        return
    with request.getfixturevalue("postgres_server").copy() as url:
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, for tests of migrations; on SQLite and on PostgreSQL."""
    if database_kind == "sqlite":
        yield f"sqlite://{tmp_path / 'empty.db'}"
        return
    with request.getfixturevalue("postgres_server").empty() as url:
        yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[TortoiseContext]:
    """The models, connected to a fresh database, in which no place has set rules of its own."""
    rules.forget()
    async with connected(database_url) as context:
        yield context


class StillClock:
    """A clock that moves only when told."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def at(self, moment: dt.datetime) -> None:
        """Set it; without a zone the moment is read as Shanghai time."""
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=models_clock.SHANGHAI)
        self.moment = zoned.astimezone(dt.UTC)

    def forward(self, **span: float) -> None:
        """Move it on, as in ``forward(minutes=5)``."""
        self.moment += dt.timedelta(**span)


@pytest.fixture
def clock() -> Iterator[StillClock]:
    """The product's clock, standing at Monday 2 March 2026, 9:10 in Shanghai."""
    still = StillClock(MORNING)
    with models_clock.running_on(lambda: still.moment):
        yield still


def chromium_path() -> str:
    """Where Chromium is; without one the test is skipped, or fails where CI promised one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    missing = "no Chromium on PATH: browser tests did not run (on Debian: apt-get install chromium fonts-noto-cjk)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A real browser that reaches this machine only."""
    path = chromium_path()
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking", _BROWSER_STAYS_HERE]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser for one test."""
    async with a_browser() as browser:
        yield browser
