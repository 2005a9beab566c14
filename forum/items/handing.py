"""交东西: handed over for good or lent until a day, brought back, and reminded of when it is due."""

from __future__ import annotations

import datetime as dt

from casework.once import is_first
from forum.items import lines, offers, telling
from forum.items.sight import Offered, Standing, held, of_line, offered, own
from models import clock
from models.errors import WrongState
from models.item import ItemMode, ItemState, LineState
from models.transaction import execute, fetch, transaction
from models.wording import say_date
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import SYSTEM, Viewer


async def give(post_id: int, line_id: int, *, by: Viewer) -> None:
    """给了: the giver has handed one over; the last one ends the offer, and what is lent has a day to come back."""
    item = await own(post_id, by=by, verb="item.give")
    async with transaction():
        item = await held(item)
        one = of_line(item, line_id)
        if one not in item.firsts:
            raise WrongState("item.not_their_turn")
        await (_lend if item.mode is ItemMode.LEND else _part_with)(item, one)
        await record(by, "item.give", subject="item", subject_id=item.id, place_id=item.post.place_id)
        await _tell_given(item, line_id)


async def _lend(item: Offered, one: Standing) -> None:
    due = clock.today() + dt.timedelta(days=item.lend_days or 1)
    await execute("UPDATE reservation SET state='lent', given_at=$1, due_on=$2 WHERE id=$3", clock.now(), due, one.id)


async def _part_with(item: Offered, one: Standing) -> None:
    """For good: whoever has it stands in line no longer; with the last one the offer is done."""
    await execute(
        "UPDATE reservation SET state='given', open_for=NULL, given_at=$1, ended_at=$1 WHERE id=$2",
        clock.now(),
        one.id,
    )
    if item.given + 1 >= item.quantity:
        await offers.close(item, ItemState.DONE)


async def _tell_given(item: Offered, line_id: int) -> None:
    if item.mode is ItemMode.LEND:
        one = of_line(await held(item), line_id)
        due = say_date(one.due_on) if one.due_on else ""
        await telling.tell(item, one.person_id, "lent", due=due)
    elif item.given + 1 >= item.quantity:
        await telling.tell_over(item, [one for one in item.waiting if one.id != line_id], "gone")


async def take_back(post_id: int, line_id: int, *, by: Viewer) -> None:
    """还了: the giver has what was lent back; whoever is next in line hears of it."""
    item = await own(post_id, by=by, verb="item.take_back")
    async with transaction():
        item = await held(item)
        one = of_line(item, line_id)
        if one.state is not LineState.LENT:
            raise WrongState("item.not_lent")
        await lines.end(one, LineState.RETURNED)
        await record(by, "item.take_back", subject="item", subject_id=item.id, place_id=item.post.place_id)
        await telling.tell(item, one.person_id, "returned")
        if item.state is ItemState.OPEN:
            await lines.tell_next(item)


_DUE = (
    "SELECT r.id, r.person_id, r.due_on, i.post_id FROM reservation r JOIN item i ON i.id=r.item_id"
    " WHERE r.state='lent' AND r.due_on<=$1 AND NOT EXISTS (SELECT 1 FROM counter c"
    " WHERE c.name=CASE WHEN r.due_on<$2 THEN 'item.late:' ELSE 'item.due:' END || CAST(r.id AS TEXT))"
    " ORDER BY r.due_on, r.id LIMIT 300"
)


async def remind(*, by: Viewer) -> int:
    """提醒归还: by day, who is to bring something back tomorrow or today, once; and, once, both sides of what is late;
    gives of how many."""
    allow(by, "item.remind", None)
    if is_quiet(clock.now()):
        return 0
    today = clock.today()
    rows = await fetch(_DUE, today + dt.timedelta(days=1), today)
    return sum([await _remind(row["post_id"], row["id"], today) for row in rows])


async def _remind(post_id: int, line_id: int, today: dt.date) -> bool:
    async with transaction():
        item = await held(await offered(post_id, viewer=SYSTEM))
        one = next((one for one in item.lent if one.id == line_id), None)
        if one is None or one.due_on is None:
            return False
        is_late = one.due_on < today
        if not await is_first(f"item.{'late' if is_late else 'due'}:{line_id}"):
            return False
        due = say_date(one.due_on)
        await telling.tell(item, one.person_id, "late" if is_late else "due", due=due)
        if is_late:
            who = await telling.name_of(one.person_id, item.post.place_id)
            await telling.tell(item, item.post.author_id, "late_giver", who=who, due=due)
    return True
