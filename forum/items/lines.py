"""排队: getting in line for an item, letting go, being passed over; the next in line is first at once."""

from __future__ import annotations

from forum.items import telling
from forum.items.sight import STANDS, Offered, Standing, held, of_line, offered, own
from forum.states import SHOWN_SQL
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.item import LineState
from models.post import PostState
from models.rules import rules
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

_JOIN = (
    "INSERT INTO reservation (created_at, item_id, place_id, person_id, state, open_for, spot)"
    " VALUES ($1,$2,$3,$4,'waiting',$5,'') ON CONFLICT (open_for) DO NOTHING RETURNING id"
)


async def reserve(post_id: int, *, by: Viewer) -> int:
    """我要: get in line; gives how many stand before one, 0 for whose turn it is. Of two at once the database takes one
    first: both hold the item's row in turn."""
    item = await offered(post_id, viewer=by)
    allow(by, "item.reserve", item.post.place_id)
    if item.post.author_id == by.person_id:
        raise Invalid("item.own")
    async with transaction():
        await _hold_person(by.person_id)
        item = await held(item)
        _must_be_to_be_had(item)
        await _must_have_few(by.person_id)
        place_id = item.post.place_id
        row = await fetch_one(_JOIN, clock.now(), item.id, place_id, by.person_id, f"{item.id}:{by.person_id}")
        if row is None:
            raise Taken("item.in_line")
        await record(by, "item.reserve", subject="item", subject_id=item.id, place_id=place_id)
        item = await offered(post_id, viewer=by)
        await telling.tell_turns(item, but=by.person_id)
    mine = item.of(by.person_id)
    if mine is None:
        raise Taken("item.changed")
    return item.ahead(mine)


def _must_be_to_be_had(item: Offered) -> None:
    """Refuse what is hidden, locked, over or expired, and a line that is long enough."""
    if item.post.state is not PostState.PUBLISHED:
        raise WrongState("item.not_shown")
    if not item.is_open:
        raise WrongState("item.expired" if item.is_expired else "item.over")
    if len(item.waiting) >= rules().items.most_line:
        raise Invalid("item.line_full", most=rules().items.most_line)


async def _hold_person(person_id: int | None) -> None:
    """So that two at once of one person are counted one after the other; before the post, as whoever leaves holds
    both."""
    await execute("UPDATE person SET is_active=is_active WHERE id=$1", person_id)


async def _must_have_few(person_id: int | None) -> None:
    """Under the person's row; where one cannot let go, since it is not shown or one has moved away, one is not
    counted."""
    row = await fetch_one(
        "SELECT count(*) AS n FROM reservation r JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id"
        f" WHERE r.person_id=$1 AND r.state='waiting' AND p.state IN ({SHOWN_SQL}) AND {STANDS}",
        person_id,
    )
    if row is not None and row["n"] >= rules().items.most_open:
        raise Invalid("item.too_many", most=rules().items.most_open)


async def let_go(post_id: int, *, by: Viewer) -> None:
    """不要了: leave the line; whoever is next hears that it is their turn."""
    item = await offered(post_id, viewer=by)
    allow(by, "item.let_go", item.post.place_id)
    _must_wait(item, by)
    async with transaction():
        item = await held(item)
        mine = _must_wait(item, by)
        await _leave(item, mine, LineState.LET_GO, by=by, verb="item.let_go")


def _must_wait(item: Offered, by: Viewer) -> Standing:
    mine = item.of(by.person_id)
    if mine is None or mine.state is not LineState.WAITING:
        raise NotFound("item.not_in_line")
    return mine


async def pass_on(post_id: int, line_id: int, *, by: Viewer) -> None:
    """让下一位: the giver passes somebody over, without any blame; they are told."""
    item = await own(post_id, by=by, verb="item.pass_on")
    async with transaction():
        item = await held(item)
        one = of_line(item, line_id)
        if one.state is not LineState.WAITING:
            raise WrongState("item.has_it")
        await _leave(item, one, LineState.PASSED, by=by, verb="item.pass_on")


async def _leave(item: Offered, one: Standing, state: LineState, *, by: Viewer, verb: str) -> None:
    await end(one, state)
    await record(by, verb, subject="item", subject_id=item.id, place_id=item.post.place_id)
    if state is LineState.PASSED:
        await telling.tell(item, one.person_id, "passed")
    elif one in item.firsts:
        who = await telling.name_of(one.person_id, item.post.place_id)
        await telling.tell(item, item.post.author_id, "let_go", who=who)
    await tell_next(item)


async def end(one: Standing, state: LineState) -> None:
    """Take somebody out of the line, as last read; Taken where that changed."""
    changed = await execute(
        "UPDATE reservation SET state=$1, open_for=NULL, ended_at=$2 WHERE id=$3 AND state=$4",
        state.value,
        clock.now(),
        one.id,
        one.state.value,
    )
    if changed != 1:
        raise Taken("item.changed")


async def tell_next(item: Offered) -> None:
    """Tell whose turn it has become, as the line stands now."""
    now = await held(item)
    await telling.tell_turns(now)
