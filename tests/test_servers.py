"""The fixtures themselves: real servers, fresh databases, the still clock, the network watch and the browser."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
import redis as redis_client
from playwright.async_api import Browser
from tortoise.context import TortoiseContext

from models import clock as models_clock
from models.transaction import dialect, execute, fetch
from tests import servers
from tests.conftest import StillClock, chromium_path
from tests.network import OutsideNetwork, is_here

STARTER = """
import sys
from tests.servers import own_redis
with own_redis() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


async def test_postgres_is_a_real_server(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    version = await connection.fetchval("SHOW server_version_num")
    await connection.close()
    assert int(version) >= 140000


def test_redis_is_real_and_empty(redis_url: str) -> None:
    with redis_client.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        assert client.execute_command("LOLWUT")


def test_the_postgres_of_the_environment_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULIN_TEST_POSTGRES_URL", "postgres://there/x")
    with servers.postgres() as url:
        assert url == "postgres://there/x"


def test_a_server_and_its_folder_are_gone_after_use() -> None:
    with servers.own_redis() as url:
        folder = Path(url.removeprefix("unix://").partition("?")[0]).parent
        assert folder.exists()
    assert not folder.exists()


def test_a_server_stops_when_its_tests_are_killed() -> None:
    words = [sys.executable, "-c", STARTER]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().removeprefix("unix://").partition("?")[0]).parent
        starter.kill()
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_gets_a_fresh_database(db: TortoiseContext, turn: int) -> None:
    await execute("CREATE TABLE scratch (turn int)")
    await execute("INSERT INTO scratch (turn) VALUES ($1)", turn)
    assert await fetch("SELECT turn FROM scratch") == [{"turn": turn}]


async def test_a_database_test_runs_on_the_kind_it_says(db: TortoiseContext, database_kind: str) -> None:
    assert dialect() == database_kind


@pytest.mark.databases("sqlite")
async def test_a_marked_test_runs_on_sqlite_only(db: TortoiseContext) -> None:
    assert dialect() == "sqlite"


def test_the_clock_stands_still_and_moves_when_told(clock: StillClock) -> None:
    assert models_clock.now() == dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
    clock.forward(minutes=5)
    assert models_clock.local(models_clock.now()).strftime("%H:%M") == "09:15"


def test_the_network_beyond_this_machine_is_refused(no_outside_network: list[str]) -> None:
    with socket.socket() as line, pytest.raises(OutsideNetwork):
        line.connect(("192.0.2.1", 80))
    assert no_outside_network == ["socket.connect '192.0.2.1'"]
    no_outside_network.clear()


def test_asking_for_an_outside_name_is_refused(no_outside_network: list[str]) -> None:
    with pytest.raises(OutsideNetwork):
        socket.getaddrinfo("example.com", 443)
    no_outside_network.clear()


@pytest.mark.parametrize(("host", "here"), [("127.0.0.1", True), ("::1", True), (None, True), ("example.com", False)])
def test_only_loopback_is_here(host: str | None, here: bool) -> None:
    assert is_here(host) is here


async def test_the_browser_draws_a_page(chromium: Browser) -> None:
    page = await chromium.new_page(viewport={"width": 390, "height": 844})
    await page.set_content("<h1>睦邻</h1>")
    assert await page.inner_text("h1") == "睦邻"
    await page.close()


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_is_said_plainly_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="apt-get install chromium"):
        chromium_path()


def test_without_any_program_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(servers.ServerMissing, match="MULIN_TEST_REDIS_URL"), servers.own_redis():
        pass
