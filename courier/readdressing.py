"""An address of a channel that is another from now on: what waits for the old one goes to the new one."""

from __future__ import annotations

from courier.lanes import take_lane
from courier.outbox import UNFINISHED
from models.transaction import execute, fetch


async def readdress(*, channel: str, old: str, new: str) -> int:
    """Put what is not settled for one address of a channel, and for parts of it (``old/7``), in line for another;
    gives how many. Part of the caller's transaction.

    A message that is on its way stays its sender's, and goes out again only where that one finds that it did not.
    """
    rows = await fetch(
        f"SELECT id, address FROM outbox WHERE channel=$1 AND (address=$2 OR address LIKE $3) AND state IN {UNFINISHED}"
        " ORDER BY id",
        channel,
        old,
        f"{old}/%",
    )
    for row in rows:
        address = f"{new}{row['address'].removeprefix(old)}"
        await _put(row["id"], address=address, lane=f"{channel}:{address}")
    return len(rows)


async def _put(outbox_id: int, *, address: str, lane: str) -> None:
    await execute(
        f"UPDATE outbox SET address=$1, lane=$2, number=$3, last_number=NULL WHERE id=$4 AND state IN {UNFINISHED}",
        address,
        lane,
        await take_lane(lane),
        outbox_id,
    )
