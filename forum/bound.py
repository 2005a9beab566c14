"""等着的人: those whom a post binds hear once that it is not shown any more, and once that it is again.

Who took a wish on, stands in line for an item, or has a place in an activity would set out for nothing. Whatever takes
a post away or brings it back (a moderator, many at once, an appeal, an edit that is held, the clock, its author), a job
sees it within a minute. A mark of the database stands for whom heard that it is away. An activity that its author
deleted is called off instead (``forum.activities.moving_up``); a survey binds nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.once import is_first
from courier.letters import Letter, Link
from forum.activities.sight import LIVES as SIGNED_UP_LIVES
from forum.items.sight import STANDS
from forum.moderation.telling import board_name
from forum.sight import hold
from forum.states import SHOWN_SQL, STATES
from models import clock
from models.board import BoardName
from models.post import PostState
from models.transaction import Row, fetch, fetch_one, transaction
from models.wording import say
from nlp.discreet import discreet
from people.permissions import allow
from people.quiet import is_quiet
from people.telling import tell_resident
from people.viewers import Viewer

MOST = 200


@dataclass(frozen=True, slots=True)
class _Bond:
    """What binds people: rows of who and by which post, the words of it, where it is read, and where those they are
    bound by are listed."""

    name: str
    rows: str
    path: str
    listed: str


_POST = "p.id AS post_id, p.title, p.state"
WISHES = _Bond(
    "wish",
    "SELECT 'wish.away:' || CAST(w.id AS TEXT) || ':' || CAST(w.version AS TEXT) AS mark, w.claimed_by_id AS person_id,"
    f" {_POST} FROM wish w JOIN post p ON p.id=w.post_id WHERE w.state='claimed' AND w.claimed_by_id IS NOT NULL",
    path="/wishes",
    listed="/my/wishes",
)
ITEMS = _Bond(
    "item",
    f"SELECT 'item.hidden:' || CAST(r.id AS TEXT) AS mark, r.person_id, {_POST} FROM reservation r"
    f" JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id WHERE r.state='waiting' AND {STANDS}",
    path="/items",
    listed="/my/items",
)
ACTIVITIES = _Bond(
    "activity",
    f"SELECT 'activity.away:' || CAST(s.id AS TEXT) AS mark, s.person_id, {_POST} FROM sign_up s"
    " JOIN activity a ON a.id=s.activity_id JOIN post p ON p.id=a.post_id WHERE s.open_for IS NOT NULL"
    f" AND a.state='on' AND a.starts_at>$1 AND p.state<>'deleted' AND {SIGNED_UP_LIVES}",
    path="/activities",
    listed="/activities",
)
_MARKED = "EXISTS (SELECT 1 FROM counter c WHERE c.name=b.mark)"
_AWAY = f"b.state NOT IN ({SHOWN_SQL}) AND NOT {_MARKED}"
_BACK = f"b.state IN ({SHOWN_SQL}) AND {_MARKED}"


async def tell_due(*, by: Viewer) -> int:
    """告诉等着的人: gives how many were told that it is away, or back."""
    allow(by, "post.tell_bound", None)
    return sum([await tell_of(bond) for bond in (WISHES, ITEMS, ACTIVITIES)])


async def tell_of(bond: _Bond) -> int:
    """The same of one kind of thing, for a job that was let do it: that it is away at any hour, that it is back by
    day."""
    which = _AWAY if is_quiet(clock.now()) else f"({_AWAY}) OR ({_BACK})"
    return sum([await _tell(bond, row) for row in await _bound(bond, which)])


async def _bound(bond: _Bond, which: str) -> list[Row]:
    now = (clock.now(),) if "$1" in bond.rows else ()
    order = f"ORDER BY b.post_id, b.person_id LIMIT {MOST}"
    return await fetch(f"SELECT * FROM ({bond.rows}) b WHERE {which} {order}", *now)


async def _tell(bond: _Bond, row: Row) -> bool:
    """Under the post's row, so that what is told is so; nothing where that changed since."""
    async with transaction():
        state = await hold(row["post_id"])
        if state is None or state != row["state"] or not await _marks(row["mark"], state):
            return False
        path = f"{bond.path}/{row['post_id']}"
        key = "shown" if STATES[state].is_shown else "withdrawn" if state is PostState.DELETED else "hidden"
        link = Link(say(f"{bond.name}.tell.link"), path if STATES[state].is_shown else bond.listed)
        letter = Letter(say(f"{bond.name}.tell.{key}", title=discreet(row["title"])), links=(link,))
        await tell_resident(letter, person_id=row["person_id"], kind=f"{bond.name}.{key}", subject=path)
    return True


async def _marks(mark: str, state: PostState) -> bool:
    """Put the mark, or take it away; False where somebody else did."""
    if not STATES[state].is_shown:
        return await is_first(mark)
    return await fetch_one("DELETE FROM counter WHERE name=$1 RETURNING id", mark) is not None


async def tell_moved(post_id: int, board: BoardName) -> None:
    """Tell them that a post stands on another board from now on, in the transaction that moves it."""
    for bond in (WISHES, ITEMS, ACTIVITIES):
        for row in await _bound(bond, f"b.post_id={int(post_id)}"):
            text = say(f"{bond.name}.tell.moved", title=discreet(row["title"]), board=board_name(board))
            link = Link(say(f"{bond.name}.tell.link"), f"{bond.path}/{post_id}")
            await tell_resident(Letter(text, links=(link,)), person_id=row["person_id"], kind=f"{bond.name}.moved")
