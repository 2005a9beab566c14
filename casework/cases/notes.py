"""Words among staff on a case: notes that no reporter sees, colleagues named in them, and who watches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from casework import roster
from casework.cases import reading, teams
from casework.cases.sight import on_hand
from casework.cases.steps import note_down, words
from casework.cases.telling import tell_staff, tell_watchers
from models import clock
from models.case import Case, CaseWatcher
from models.errors import Invalid
from models.transaction import execute, fetch, listed, transaction
from models.wording import say
from people.viewers import Viewer


async def note(case_id: int, *, by: Viewer, text: str, mentions: Sequence[int] = ()) -> Case:
    """内部备注: read by staff only; whoever is named in it is told. It makes nobody's view old."""
    said = words(text)
    if not said:
        raise Invalid("case.note_empty")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.note")
        named = [one for one in dict.fromkeys(mentions) if one in await _may_be_named(case)]
        await note_down(case, "case.note", by=by, note=said, is_public=False, facts={"mentions": named})
        others = [one for one in named if one != by.person_id]
        await tell_staff(case, others, "case.mentioned", staff=by.name, note=said)
        await tell_watchers(case, "case.moved", but=by.person_id, verb=say("cases.verb.note"))
    return case


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may be named in a note."""

    person_id: int
    name: str


async def nameable(case_id: int, *, viewer: Viewer) -> list[Named]:
    """提醒谁看: everybody whom the viewer may name in a note on a case, but themselves; by name."""
    case = await on_hand(case_id, by=viewer, verb="case.note")
    ids = sorted(await _may_be_named(case) - {viewer.person_id})
    found = await fetch(f"SELECT id, shown_name FROM person WHERE id IN ({listed(ids)})") if ids else []
    return sorted((Named(row["id"], row["shown_name"]) for row in found), key=lambda one: (one.name, one.person_id))


async def _may_be_named(case: Case) -> set[int]:
    """Whoever sees the case anyway: the place's staff, and the people of the team that has it."""
    here = await reading.kept(("staff", case.place_id), partial(roster.staff_of, case.place_id))
    staff = {one.person_id for one in here}
    return staff | (set(await teams.people_of(case.team_id)) if case.team_id is not None else set())


async def watch(case_id: int, *, by: Viewer) -> None:
    """关注: hear of every step from now on."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.watch")
        await execute(
            "INSERT INTO case_watcher (created_at, case_id, person_id) VALUES ($1,$2,$3)"
            " ON CONFLICT (case_id, person_id) DO NOTHING",
            clock.now(),
            case.id,
            by.person_id,
        )


async def unwatch(case_id: int, *, by: Viewer) -> None:
    """取消关注: hear of it no more."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.watch")
        await CaseWatcher.filter(case_id=case.id, person_id=by.person_id or 0).delete()
