"""What those who put a matter, or want it too, are told of it: each thing once, in the transaction that does it."""

from __future__ import annotations

from courier.letters import Letter, Link
from models.transaction import fetch, fetch_one
from models.wording import say
from people import pushes
from people.pushes import Needs, PushKind


async def tell(matter_id: int, what: str, **facts: object) -> None:
    """Tell all who want a matter, in one statement for however many."""
    row = await fetch_one("SELECT id, key_year_id, place_id, title FROM key_matter WHERE id=$1", matter_id)
    assert row is not None
    people = await fetch("SELECT person_id FROM key_supporter WHERE matter_id=$1 ORDER BY id", matter_id)
    link = Link(say("key_matter.tell.link"), f"/key_matters/{matter_id}")
    await pushes.push_to_people(
        Letter(say(f"key_matter.tell.{what}", title=row["title"], **facts), links=(link,)),
        person_ids=[one["person_id"] for one in people],
        kind=PushKind.DELIBERATION,
        subject=f"key_matter:{matter_id}",
        needs=Needs("key_matter.read", row["place_id"]),
    )
