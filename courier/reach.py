"""WeChat's window: how many messages may still be pushed to somebody, and what waits until they write again.

A message of theirs opens 48 hours for 5 messages; a press on the menu, a scan or a new follower a minute for 3
(customer-service messages, the platform's documents of 2026).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from models import clock
from models.transaction import execute, execute_by_key, fetch_one

LIMITED_CHANNELS = frozenset({"wechat"})
KEPT_FOR_REPLIES = 2
"""So many places of a window are not for what nobody asked for."""


class Opened(StrEnum):
    """What somebody did that opens a window."""

    MESSAGE = "message"
    PRESS = "press"


_GRANTS = {Opened.MESSAGE: (5, 48 * 60 * 60_000), Opened.PRESS: (3, 60_000)}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many messages may still be pushed, and until when; 0 when the window is closed."""

    left: int
    until: dt.datetime | None


async def grant(lane: str, opened: Opened) -> None:
    """Note that somebody opened a window. A press does not take away what a message gave, and holds never add up."""
    left, length = _GRANTS[opened]
    now = clock.now_ms()
    await execute_by_key(
        "INSERT INTO reach_window (lane, remaining, until_ms) VALUES ($1,$2,$3) ON CONFLICT (lane) DO UPDATE SET"
        " remaining=excluded.remaining, until_ms=excluded.until_ms"
        " WHERE reach_window.until_ms<=excluded.until_ms AND ($4 OR reach_window.until_ms<=$5)",
        lane,
        left,
        now + length,
        opened is Opened.MESSAGE,
        now,
    )


async def spend(lane: str) -> bool:
    """Take one message from a lane's window; False when none is left or it is closed."""
    changed = await execute(
        "UPDATE reach_window SET remaining=remaining-1 WHERE lane=$1 AND remaining>0 AND until_ms>$2",
        lane,
        clock.now_ms(),
    )
    return changed == 1


async def give_back(lane: str) -> None:
    """A message that surely was not taken costs nothing."""
    most = _GRANTS[Opened.MESSAGE][0]
    await execute("UPDATE reach_window SET remaining=remaining+1 WHERE lane=$1 AND remaining<$2", lane, most)


async def close(lane: str) -> None:
    """The other side says that the window is closed, whatever was counted here."""
    await execute("UPDATE reach_window SET remaining=0 WHERE lane=$1", lane)


async def of(lane: str) -> Reach:
    """What is left of a lane's window now."""
    row = await fetch_one("SELECT remaining, until_ms FROM reach_window WHERE lane=$1", lane)
    if row is None or row["until_ms"] <= clock.now_ms():
        return Reach(0, None)
    return Reach(row["remaining"], dt.datetime.fromtimestamp(row["until_ms"] / 1000, dt.UTC))


def open_to_news(contact: str, *, now: str) -> str:
    """SQL: whether somebody may be told now what they did not ask for; ``contact`` names a row of theirs, ``now`` the
    mark of the moment in milliseconds. Where a channel limits what is sent, it waits until they write: what was held
    day by day would all come at once then, before the answer."""
    limited = ", ".join(f"'{name}'" for name in sorted(LIMITED_CHANNELS))
    return (
        f"({contact}.channel NOT IN ({limited}) OR EXISTS (SELECT 1 FROM reach_window w"
        f" WHERE w.lane={contact}.channel || ':' || {contact}.address AND w.until_ms>{now}"
        f" AND w.remaining>{KEPT_FOR_REPLIES}))"
    )


async def forget(*, before_ms: int, limit: int) -> int:
    """Delete windows that closed before a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM reach_window WHERE lane IN"
        " (SELECT lane FROM reach_window WHERE until_ms<$1 ORDER BY lane LIMIT $2)",
        before_ms,
        limit,
    )


async def erase(lane: str) -> None:
    """Forget a lane's window."""
    await execute("DELETE FROM reach_window WHERE lane=$1", lane)
