"""The one place that opens transactions: all or nothing, signals after the commit, a lock that is given back."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError, OperationalError

from models import clock
from models.database import connected, sqlite_path
from models.transaction import after_commit, execute, execute_by_key, fetch, fetch_one, moment, savepoint, transaction


async def _add(name: str) -> None:
    await execute("INSERT INTO counter (created_at, name, value) VALUES ($1, $2, 0)", clock.now(), name)


async def _names() -> list[str]:
    return [row["name"] for row in await fetch("SELECT name FROM counter ORDER BY name")]


async def test_a_failing_transaction_leaves_nothing_and_calls_nobody(db: TortoiseContext) -> None:
    called: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await _add("a")
            after_commit(lambda: called.append("a"))
            raise ZeroDivisionError
    assert (await _names(), called) == ([], [])


async def test_what_waits_for_the_commit_is_called_after_it_in_order(db: TortoiseContext) -> None:
    called: list[str] = []
    async with transaction():
        after_commit(lambda: called.append("first"))
        async with transaction():
            after_commit(lambda: called.append("second"))
        assert called == []
    assert called == ["first", "second"]


async def test_a_nested_transaction_that_failed_cannot_be_swallowed(db: TortoiseContext) -> None:
    with pytest.raises(RuntimeError, match="nested transaction failed"):
        async with transaction():
            await _add("a")
            with pytest.raises(ZeroDivisionError):
                async with transaction():
                    raise ZeroDivisionError
    assert await _names() == []


async def test_a_savepoint_may_fail_and_the_rest_goes_on(db: TortoiseContext) -> None:
    called: list[str] = []
    async with transaction():
        await _add("a")
        with pytest.raises(ZeroDivisionError):
            async with savepoint():
                await _add("b")
                after_commit(lambda: called.append("b"))
                raise ZeroDivisionError
    assert (await _names(), called) == (["a"], [])


async def test_a_time_comes_back_as_it_went_in(db: TortoiseContext) -> None:
    now = clock.now()
    await execute("INSERT INTO counter (created_at, name, value) VALUES ($1, 'a', 0)", now)
    row = await fetch_one("SELECT created_at FROM counter WHERE created_at<=$1", now)
    assert row is not None
    assert moment(row["created_at"]) == now


async def test_plain_sql_says_how_many_rows_changed(db: TortoiseContext) -> None:
    await _add("a")
    await _add("b")
    assert await execute("UPDATE counter SET value=value+1 WHERE name>=$1", "b") == 1
    assert await execute("UPDATE counter SET value=value+1 WHERE name=$1", "c") == 0


@pytest.mark.databases("sqlite")
async def test_a_transaction_that_waited_too_long_does_not_lock_out_the_next(database_url: str) -> None:
    async with connected(f"{database_url}?busy_timeout=50"):
        with closing(sqlite3.connect(sqlite_path(database_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OperationalError):
                async with transaction():
                    await _add("a")
            other.execute("ROLLBACK")
        async with asyncio.timeout(5), transaction():
            await _add("b")
        assert await _names() == ["b"]


@pytest.mark.databases("sqlite")
async def test_a_transaction_cancelled_while_it_waits_does_not_lock_out_the_next(database_url: str) -> None:
    async with connected(database_url):
        with closing(sqlite3.connect(sqlite_path(database_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.get_running_loop().create_task(_in_transaction("a"))
            await asyncio.sleep(0.1)
            waiting.cancel()
            await asyncio.sleep(0.1)
            other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(5):
            await _in_transaction("b")
        assert await _names() == ["b"]


@pytest.mark.databases("sqlite")
async def test_a_commit_that_fails_undoes_everything_and_the_next_goes_on(database_url: str) -> None:
    async with connected(database_url):
        now = clock.now()
        with pytest.raises(IntegrityError):
            async with transaction():
                await _add("a")
                await execute("PRAGMA defer_foreign_keys=ON")
                await execute(
                    "INSERT INTO role (created_at, person_id, place_id, name) VALUES ($1, 7, 7, 'worker')", now
                )
        await _in_transaction("b")
        assert await _names() == ["b"]


async def _in_transaction(name: str) -> None:
    async with transaction():
        await _add(name)


@pytest.mark.databases("sqlite")
async def test_a_change_by_key_waits_while_another_process_writes(database_url: str) -> None:
    async with connected(database_url):
        await _add("a")
        with closing(sqlite3.connect(sqlite_path(database_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            changing = asyncio.get_running_loop().create_task(execute_by_key("UPDATE counter SET value=7"))
            await asyncio.sleep(0.1)
            assert not changing.done()
            other.execute("ROLLBACK")
        assert await asyncio.wait_for(changing, 5) == 1


@pytest.mark.databases("sqlite")
async def test_a_change_by_key_is_there_when_its_process_is_killed_right_after(database_url: str) -> None:
    async with connected(database_url):
        await _add("a")
    work = (
        "import asyncio, os, signal\n"
        "from models.database import connected\n"
        "from models.transaction import execute_by_key, transaction\n"
        "async def main():\n"
        f"    async with connected({database_url!r}):\n"
        "        await execute_by_key('UPDATE counter SET value=value+1')\n"
        "        async with transaction():\n"
        "            await execute_by_key('UPDATE counter SET value=value+1')\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    await (await asyncio.create_subprocess_exec(sys.executable, "-c", work)).wait()
    async with connected(database_url):
        assert await fetch("SELECT value FROM counter") == [{"value": 2}]


@pytest.mark.databases("sqlite")
async def test_a_log_that_grows_is_written_into_the_database(database_url: str) -> None:
    async with connected(database_url):
        await _add("a")
        for number in range(100):
            await execute_by_key("UPDATE counter SET name=$1", f"{number:03}" * 30_000)
        log = sqlite_path(f"{database_url}-wal")
        assert log.stat().st_size < 5 * 1024 * 1024
        assert await _names() == ["099" * 30_000]


@pytest.mark.databases("sqlite")
async def test_two_processes_that_read_and_then_write_both_succeed(database_url: str) -> None:
    async with connected(database_url):
        await _add("a")
    work = (
        "import asyncio, sys\n"
        "from models.database import connected\n"
        "from models.transaction import execute, fetch_one, transaction\n"
        "async def main():\n"
        f"    async with connected({database_url!r}):\n"
        "        for _ in range(50):\n"
        "            async with transaction():\n"
        "                row = await fetch_one('SELECT value FROM counter')\n"
        "                await execute('UPDATE counter SET value=$1', row['value'] + 1)\n"
        "asyncio.run(main())\n"
    )
    running = [await asyncio.create_subprocess_exec(sys.executable, "-c", work) for _ in range(2)]
    assert [await one.wait() for one in running] == [0, 0]
    async with connected(database_url):
        assert await fetch("SELECT value FROM counter") == [{"value": 100}]


ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "bot", "casework", "courier", "forum", "models", "nlp", "people", "portal")
_FOR_A_SESSION = re.compile(
    r"""["'](?:SET (?!LOCAL)(?:SESSION )?[a-z_.]+|LISTEN|DECLARE) |set_config\(|pg_(?:try_)?advisory_lock"""
)


def test_nothing_sets_listens_or_locks_for_a_whole_session() -> None:
    """A connection goes back to the pool as it is (models/database.py); app/leader.py has one of its own."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    found = [str(one.relative_to(ROOT)) for one in paths if _FOR_A_SESSION.search(one.read_text(encoding="utf-8"))]
    assert found == ["app/leader.py"]
