"""The demo's requests to join: one of every state, and codes at the doors of every estate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from models import clock
from models.household import Relation
from models.transaction import fetch, fetch_one
from people import residents
from people.joining import asking, deciding, links
from people.joining.asking import Asked
from people.residents import viewer_at
from people.viewers import SYSTEM, Viewer

CHANNEL = "web"


class End(StrEnum):
    """What becomes of a request."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class DemoJoin(BaseModel):
    """Somebody who asks to be let in so many days ago, and what became of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    name: str
    building: str
    home: str
    relation: Relation
    shown_name: str = ""
    phone: str = ""
    helper_name: str = ""
    ends: End = End.WAITING
    reason: str = ""


async def play(joins: Sequence[DemoJoin], *, place_id: int, by: Viewer, now: dt.datetime) -> None:
    """Make the codes, then let everybody ask on their day; ``by`` decides the same day."""
    for row in await fetch("SELECT id FROM estate ORDER BY id"):
        await links.make_link(row["id"], by=SYSTEM)
    for at, one in enumerate(joins):
        moment = now - dt.timedelta(days=one.ago, minutes=30 - at)
        with clock.running_on(lambda moment=moment: moment):
            await _ask(one, at, place_id=place_id, by=by)


async def _ask(one: DemoJoin, number: int, *, place_id: int, by: Viewer) -> None:
    row = await fetch_one(
        "SELECT b.id, l.token FROM building b JOIN home h ON h.building_id=b.id"
        " JOIN estate_link l ON l.open_estate_id=b.estate_id WHERE b.place_id=$1 AND b.name=$2 ORDER BY b.id LIMIT 1",
        place_id,
        one.building,
    )
    assert row is not None, f"the demo has no building {one.building}"
    where = await residents.at(channel=CHANNEL, address=f"demo join {number}", place_id=place_id)
    viewer = await viewer_at(where)
    told = one.model_dump(include={"name", "relation", "shown_name", "phone", "helper_name"})
    asked = Asked(building_id=row["id"], label=one.home, **told)
    door = await links.door(row["token"], viewer=viewer)
    request_id = await asking.ask(door, asked, by=viewer, contact_id=where.contact_id)
    if one.ends is End.APPROVED:
        await deciding.approve(request_id, by=by, version=0, person_id=deciding.NEW)
    elif one.ends is End.REFUSED:
        await deciding.refuse(request_id, by=by, version=0, reason=one.reason)
