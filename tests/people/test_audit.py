"""The audit chain: every line in order, any change or gap found, and none made while the database's guards stand."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from models.transaction import execute, transaction
from people.audit import Anchor, anchor, first_broken_line, head, missing_guards, record
from people.viewers import SYSTEM
from tests.people.tampering import tamper, unguarded

ROWS = "number, at_ms, actor_id, place_id, verb, subject, subject_id, detail, previous, hash"


async def write(number: int) -> None:
    """One line."""
    async with transaction():
        await record(SYSTEM, "guide.publish", subject="entry", subject_id=number, place_id=None)


async def write_some() -> Anchor:
    """Five lines; gives the anchor after the third."""
    for number in range(3):
        await write(number)
    third = await head()
    for number in range(3, 5):
        await write(number)
    return third


async def test_a_chain_written_in_parallel_is_whole(db: TortoiseContext) -> None:
    await asyncio.gather(*(write(n) for n in range(50)))
    assert await first_broken_line() is None
    assert (await head()).number == 50


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        ("UPDATE audit_line SET subject_id=99 WHERE number=3", 3),
        ("UPDATE audit_line SET actor_id=7 WHERE number=3", 3),
        ("DELETE FROM audit_line WHERE number=3", 3),
        ("UPDATE audit_line SET previous='0' WHERE number=3", 3),
        ("DELETE FROM audit_line WHERE number=5", 5),
        ("DELETE FROM audit_line WHERE number>2", 3),
        ("DELETE FROM audit_line", 1),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET number=4", 4),
        ("UPDATE audit_head SET hash='0'", 5),
    ],
)
async def test_a_changed_or_missing_line_is_found_also_at_the_end(db: TortoiseContext, damage: str, line: int) -> None:
    await write_some()
    await tamper(damage)
    assert await first_broken_line() == line


async def test_an_anchor_kept_elsewhere_finds_an_end_cut_off_together_with_its_head(db: TortoiseContext) -> None:
    first = Anchor(2, "")
    third = await write_some()
    await tamper(
        "DELETE FROM audit_line WHERE number>2",
        "UPDATE audit_head SET number=2, hash=(SELECT hash FROM audit_line WHERE number=2)",
    )
    assert await first_broken_line() is None
    assert await first_broken_line(third) == 3
    assert await first_broken_line(first) == 2


async def test_an_anchor_is_read_as_it_was_written(db: TortoiseContext) -> None:
    third = await write_some()
    assert anchor(str(third)) == third
    assert await first_broken_line(third) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_line SET detail='x' WHERE number=3",
        "DELETE FROM audit_line WHERE number=5",
        "DELETE FROM audit_line",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET number=3",
        "UPDATE audit_head SET number=9",
    ],
)
async def test_the_database_refuses_to_change_what_was_written(db: TortoiseContext, change: str) -> None:
    await write_some()
    with pytest.raises(Exception, match="append only"):
        await execute(change)
    assert await first_broken_line() is None


@pytest.mark.databases("postgres")
@pytest.mark.parametrize("table", ["audit_line", "audit_head"])
async def test_emptying_a_table_at_once_is_refused_too(db: TortoiseContext, table: str) -> None:
    await write_some()
    with pytest.raises(Exception, match="append only"):
        await execute(f"TRUNCATE {table}")


@pytest.mark.databases("sqlite")
async def test_a_line_cannot_be_replaced_by_another_of_its_number(db: TortoiseContext) -> None:
    await write_some()
    with pytest.raises(Exception, match="append only"):
        await execute(f"INSERT OR REPLACE INTO audit_line ({ROWS}) SELECT {ROWS} FROM audit_line WHERE number=5")


async def test_guards_that_were_put_aside_are_named(db: TortoiseContext) -> None:
    assert await missing_guards() == ()
    async with unguarded():
        gone = await missing_guards()
    assert {name.rsplit("_no_")[0].removesuffix("_only_on") for name in gone} == {"audit_line", "audit_head"}


async def test_a_line_without_a_transaction_is_refused(db: TortoiseContext) -> None:
    with pytest.raises(RuntimeError):
        await record(SYSTEM, "guide.publish", subject="entry", subject_id=1, place_id=None)
