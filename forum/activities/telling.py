"""What those who signed up for an activity are told: that they moved up, that it is tomorrow, that it is called off."""

from __future__ import annotations

from collections.abc import Sequence

from courier import broadcasts
from courier.letters import Letter, Link
from models.transaction import fetch, fetch_one, moment
from models.wording import say, say_moment
from people import bell

_ABOUT = "SELECT a.post_id, a.starts_at, a.venue, p.title FROM activity a JOIN post p ON p.id=a.post_id WHERE a.id=$1"


async def tell(activity_id: int, person_ids: Sequence[int], what: str, **facts: object) -> None:
    """Tell some people, in every chat of theirs and at once: it is their own matter. Part of the caller's transaction;
    as many statements for all of them as for one, and their lanes in the order of their names."""
    row = await fetch_one(_ABOUT, activity_id)
    if row is None or not person_ids:
        return
    at = say_moment(moment(row["starts_at"]))
    text = say(f"activity.tell.{what}", title=row["title"], at=at, venue=row["venue"], **facts)
    letter = Letter(text, links=(Link(say("activity.tell.link"), f"/activities/{row['post_id']}"),))
    await bell.ring(letter, person_ids=person_ids, kind=f"activity.{what}")
    await broadcasts.tell_people(letter, person_ids=person_ids, kind=f"activity.{what}")


async def tell_everybody(activity_id: int, what: str, **facts: object) -> None:
    """Tell all who have a place or wait for one."""
    listed = "SELECT person_id FROM sign_up WHERE activity_id=$1 AND open_for IS NOT NULL ORDER BY id"
    people = [one["person_id"] for one in await fetch(listed, activity_id)]
    await tell(activity_id, people, what, **facts)
