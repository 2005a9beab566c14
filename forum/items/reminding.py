"""What happens to items by the clock: reminders, and telling whose turn it became when somebody left."""

from __future__ import annotations

from forum import bound
from forum.items import handing, meetings, telling
from forum.items.sight import STANDS, held, offered
from forum.sight import LIVES
from forum.states import SHOWN_SQL
from models.transaction import fetch, transaction
from people.permissions import allow
from people.viewers import SYSTEM, Viewer

_BEFORE = (
    f"(SELECT count(*) FROM reservation b WHERE b.item_id=i.id AND b.id<r.id AND b.state='waiting'"
    f" AND b.open_for IS NOT NULL AND {LIVES.format(who='b.person_id', at='b.place_id')})"
)
_GONE = "(SELECT count(*) FROM reservation g WHERE g.item_id=i.id AND g.state IN ('given','lent'))"
_UNTOLD = (
    "SELECT DISTINCT i.post_id FROM reservation r JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id"
    f" WHERE r.state='waiting' AND r.told_at IS NULL AND i.state='open' AND p.state IN ({SHOWN_SQL}) AND {STANDS}"
    f" AND {_BEFORE}<i.quantity-{_GONE} ORDER BY i.post_id LIMIT 200"
)


async def remind(*, by: Viewer) -> int:
    """提醒: appointments and what is to be brought back, by day; whose turn it is since somebody moved away, and that
    what they wait for is not shown any more, at any hour. Gives how much was told."""
    allow(by, "item.remind", None)
    told = await meetings.remind(by=by) + await handing.remind(by=by)
    for row in await fetch(_UNTOLD):
        async with transaction():
            await telling.tell_turns(await held(await offered(row["post_id"], viewer=SYSTEM)))
        told += 1
    return told + await bound.tell_of(bound.ITEMS)
