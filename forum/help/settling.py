"""By the clock: a wish whose helper moved away waits for somebody else, and one whose asker moved away binds nobody."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum.help.sight import LIVES as ASKER_LIVES
from forum.sight import LIVES
from models import clock
from models.transaction import Row, fetch, fetch_one, transaction
from models.wording import say
from nlp.discreet import discreet
from people.audit import record
from people.permissions import allow
from people.telling import tell_resident
from people.viewers import Viewer

MOST = 200
_HELPER_LIVES = LIVES.format(who="w.claimed_by_id", at="w.place_id")
_GONE = (
    "SELECT w.id, w.place_id, w.claimed_by_id, p.id AS post_id, p.title, p.author_id,"
    f" CASE WHEN {ASKER_LIVES} THEN 1 ELSE 0 END AS asker_lives FROM wish w JOIN post p ON p.id=w.post_id"
    f" WHERE w.state='claimed' AND NOT ({_HELPER_LIVES} AND {ASKER_LIVES}) ORDER BY w.id LIMIT {MOST}"
)
_HELD = " version=version+1 WHERE id=$2 AND state='claimed' AND claimed_by_id=$3 RETURNING id"
_OPEN_AGAIN = f"UPDATE wish SET state='open', claimed_by_id=NULL, claimed_at=NULL, fresh_at=$1,{_HELD}"
_OVER = f"UPDATE wish SET state='withdrawn', done_at=$1,{_HELD}"


async def settle(*, by: Viewer) -> int:
    """收拾心愿: gives how many; the side that is still here hears of it."""
    allow(by, "wish.settle", None)
    return sum([await _settle(row, by=by) for row in await fetch(_GONE)])


async def _settle(row: Row, *, by: Viewer) -> bool:
    goes_on = bool(row["asker_lives"])
    async with transaction():
        changes = _OPEN_AGAIN if goes_on else _OVER
        if await fetch_one(changes, clock.now(), row["id"], row["claimed_by_id"]) is None:
            return False
        await record(by, "wish.settle", subject="wish", subject_id=row["id"], place_id=row["place_id"])
        key, person_id = ("let_go", row["author_id"]) if goes_on else ("withdrawn", row["claimed_by_id"])
        link = Link(say("wish.tell.link"), f"/wishes/{row['post_id']}")
        letter = Letter(say(f"wish.tell.{key}", title=discreet(row["title"])), links=(link,))
        await tell_resident(letter, person_id=person_id, kind=f"wish.{key}")
    return True
