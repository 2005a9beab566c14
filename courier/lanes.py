"""Turns of messages within a lane, which is one reader's chat.

Order holds because whoever writes into a lane first raises the lane's number and so holds that row's lock until its
commit: the dialogue for a resident's answers, a staff verb for a reply, a job for a fan-out (which takes its lanes
sorted by name, so that two fan-outs cannot wait for each other). Numbers of one lane become visible in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.transaction import fetch_one_by_key, in_transaction_now


@dataclass(frozen=True, slots=True)
class Turn:
    """A message's turn in its lane, and where its letter is several messages, that of the last of them."""

    number: int
    last: int | None


def turns(first: int, count: int) -> list[Turn]:
    """The turns of a letter's messages."""
    last = first + count - 1 if count > 1 else None
    return [Turn(first + at, last) for at in range(count)]


async def take_lane(lane: str, *, count: int = 1) -> int:
    """Lock a lane until the commit and reserve ``count`` numbers in it; gives the first."""
    if not in_transaction_now():
        raise RuntimeError("a lane is taken inside a transaction")
    row = await fetch_one_by_key(
        "INSERT INTO lane (name, number) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET number=lane.number+$2 RETURNING number",
        lane,
        count,
    )
    assert row is not None
    return row["number"] - count + 1


async def take_lanes(lanes: Iterable[str]) -> dict[str, int]:
    """Lock several lanes for a fan-out, sorted by name; gives the number reserved in each."""
    return {lane: await take_lane(lane) for lane in sorted(set(lanes))}
