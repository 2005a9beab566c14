"""Reminders of upkeep: each month what is past its review day, in January and July what changes then; each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework import deadlines, figures, roster, upkeep
from casework.once import is_first
from casework.upkeep import Due
from courier import notices
from courier.letters import Letter, Link
from models import clock
from models.clock import local
from models.person import WORKS_HERE
from models.transaction import fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

VERB = "upkeep.remind"
NAMED = 3
"""How many entries a reminder names; the list is one press away."""


@dataclass(frozen=True, slots=True)
class _Reminder:
    """What one of the staff is told for one place; ``once`` is what makes it the same reminder."""

    place_id: int
    person_id: int
    kind: str
    once: str
    entries: tuple[Due, ...]


async def remind(*, by: Viewer) -> int:
    """提醒核对: tell those who keep entries up, from the first working hour of each month on; gives how many heard."""
    allow(by, VERB, None)
    now = clock.now()
    if not deadlines.is_open(now):
        return 0
    due = await upkeep.all_due(viewer=by)
    places = [place.id for place in await figures.neighbourhoods(viewer=by)]
    wanted = [one for place_id in places for one in await _reminders(place_id, due, now)]
    return sum([await _tell(one, by=by) for one in wanted])


async def _reminders(place_id: int, due: Iterable[Due], now: dt.datetime) -> list[_Reminder]:
    """Everything to be told in a place this month, told before or not."""
    today = local(now)
    here = [one for one in due if one.place_id in {None, place_id}]
    kinds = {"late": [one for one in here if one.is_late]}
    if today.month in upkeep.YEARLY:
        kinds["yearly"] = [one for one in here if today.month in one.changes_in]
    keepers, lead = await _keepers(place_id), await _lead(place_id)
    return [
        _Reminder(place_id, person, kind, f"{VERB}:{kind}:{today:%Y-%m}:{place_id}:{person}", tuple(entries))
        for kind, wanted in kinds.items()
        for person, entries in _shared_out(wanted, keepers, lead).items()
    ]


def _shared_out(due: Iterable[Due], keepers: Mapping[str, list[int]], lead: int | None) -> dict[int, list[Due]]:
    """To each who keeps a desk up its entries; what nobody keeps up goes to the one who leads."""
    shares: dict[int, list[Due]] = {}
    for one in due:
        for person in keepers.get(one.owner_desk) or ([lead] if lead else []):
            shares.setdefault(person, []).append(one)
    return shares


async def _keepers(place_id: int) -> dict[str, list[int]]:
    """Who keeps up each desk, as far as they still work in the place."""
    rows = await fetch(
        "SELECT DISTINCT k.owner_desk, k.person_id FROM keeper k JOIN person p ON p.id=k.person_id AND p.is_active"
        f" JOIN role r ON r.person_id=k.person_id AND r.place_id=k.place_id AND r.name IN {WORKS_HERE}"
        " WHERE k.place_id=$1 ORDER BY k.owner_desk, k.person_id",
        place_id,
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["owner_desk"], []).append(row["person_id"])
    return found


async def _lead(place_id: int) -> int | None:
    """The secretary, or who stands in for one; None where a place has no staff."""
    staff = await roster.staff_of(place_id)
    order = {role: rank for rank, role in enumerate(roster.OWNERS)}
    ranked = sorted(staff, key=lambda one: min(order[role] for role in one.roles))
    return ranked[0].person_id if ranked else None


async def _tell(reminder: _Reminder, *, by: Viewer) -> bool:
    """Tell it unless it was told; the mark and the notice commit together, so that a killed job tells it later."""
    async with transaction():
        if not await is_first(reminder.once):
            return False
        await record(by, VERB, subject="person", subject_id=reminder.person_id, place_id=reminder.place_id)
        await notices.tell_person(_letter(reminder), person_id=reminder.person_id, kind=f"{VERB}.{reminder.kind}")
    return True


def _letter(reminder: _Reminder) -> Letter:
    named = say("upkeep.between").join(one.title for one in reminder.entries[:NAMED])
    count = len(reminder.entries)
    titles = say("upkeep.more", titles=named) if count > NAMED else named
    text = say(f"upkeep.{reminder.kind}", count=count, titles=titles)
    return Letter(text, links=(Link(say("upkeep.link"), "/upkeep"),))
