"""Opening a database: addresses, what SQLite is told, and that rows of one context stay out of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import clock
from models.database import connected, dialect_of, orm_config, sqlite_path
from models.errors import Invalid
from models.transaction import execute, fetch, fetch_one


@pytest.mark.parametrize(
    ("url", "dialect"),
    [("sqlite://data/x.db", "sqlite"), ("postgres://a@b/c", "postgres"), ("postgresql://a@b/c", "postgres")],
)
def test_an_address_names_its_database(url: str, dialect: str) -> None:
    assert dialect_of(url) == dialect
    assert set(orm_config(url)["connections"]) == {dialect}


@pytest.mark.parametrize("url", ["mysql://a@b/c", "data/x.db", ""])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        dialect_of(url)


def test_the_file_is_found_behind_relative_and_absolute_addresses() -> None:
    assert sqlite_path("sqlite://data/x.db?synchronous=OFF") == Path("data/x.db")
    assert sqlite_path("sqlite:///srv/x.db") == Path("/srv/x.db")


@pytest.mark.databases("sqlite")
async def test_sqlite_waits_keeps_references_and_lets_others_read(database_url: str) -> None:
    async with connected(database_url):
        usual = {"busy_timeout": 5000, "foreign_keys": 1, "journal_mode": "wal", "synchronous": 1, "cache_size": -64000}
        for pragma, value in usual.items():
            row = await fetch_one(f"PRAGMA {pragma}")
            assert row is not None
            assert [*row.values()] == [value]


@pytest.mark.databases("sqlite")
async def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    async with connected(f"sqlite://{tmp_path / 'new' / 'x.db'}"):
        assert await fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_what_one_context_wrote_the_next_reads(database_url: str) -> None:
    async with connected(database_url):
        await execute("INSERT INTO counter (created_at, name, value) VALUES ($1, 'a', 7)", clock.now())
    async with connected(database_url):
        assert await fetch("SELECT value FROM counter") == [{"value": 7}]
