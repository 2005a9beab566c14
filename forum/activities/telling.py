"""What those who signed up for an activity are told: that they moved up, that it is tomorrow, that it is called off."""

from __future__ import annotations

from courier.letters import Letter, Link
from models.transaction import Row, fetch, fetch_one, moment
from models.wording import say, say_moment
from people.telling import tell_resident

_ABOUT = "SELECT a.post_id, a.starts_at, a.venue, p.title FROM activity a JOIN post p ON p.id=a.post_id WHERE a.id=$1"


async def tell(activity_id: int, person_id: int, what: str, **facts: object) -> None:
    """Tell somebody, in every chat of theirs and at once: it is their own matter."""
    row = await fetch_one(_ABOUT, activity_id)
    assert row is not None
    await _tell(row, person_id, what, **facts)


async def tell_everybody(activity_id: int, what: str, **facts: object) -> None:
    """Tell all who have a place or wait for one."""
    row = await fetch_one(_ABOUT, activity_id)
    assert row is not None
    listed = "SELECT person_id FROM sign_up WHERE activity_id=$1 AND open_for IS NOT NULL ORDER BY id"
    for one in await fetch(listed, activity_id):
        await _tell(row, one["person_id"], what, **facts)


async def _tell(row: Row, person_id: int, what: str, **facts: object) -> None:
    at = say_moment(moment(row["starts_at"]))
    text = say(f"activity.tell.{what}", title=row["title"], at=at, venue=row["venue"], **facts)
    letter = Letter(text, links=(Link(say("activity.tell.link"), f"/activities/{row['post_id']}"),))
    await tell_resident(letter, person_id=person_id, kind=f"activity.{what}")
