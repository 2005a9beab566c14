"""Numbers that only rise, one for each kind of lead: whoever took a lead last holds its highest, and an earlier leader
who does not know yet that it lost sees by it that it did."""

from __future__ import annotations

from models.transaction import fetch_one


def _lane(name: str) -> str:
    return f"leader:{name}"


async def take(name: str) -> int:
    """The next number: from now on every earlier one is out of date."""
    row = await fetch_one(
        "INSERT INTO lane (name, number) VALUES ($1, 1)"
        " ON CONFLICT (name) DO UPDATE SET number=lane.number+1 RETURNING number",
        _lane(name),
    )
    assert row is not None
    return row["number"]


async def is_last(name: str, number: int) -> bool:
    """Whether nobody has taken a number after this one."""
    row = await fetch_one("SELECT number FROM lane WHERE name=$1", _lane(name))
    return row is not None and row["number"] == number
