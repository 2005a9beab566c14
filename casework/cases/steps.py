"""What every verb on a case leaves: the guarded move, a step, an audit line, the clock anew, points, and a signal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from casework.cases import catalogue, history, rewarding
from casework.cases.clocks import CaseClock, clock_of
from casework.cases.history import History
from casework.cases.holding import bulk_under_way
from casework.loop import CASE_STATES, REPLIED, move
from courier import signals
from models import clock
from models.case import Case
from models.rules import rules
from models.transaction import fetch_one
from nlp.normalise import clean_input, visible
from people.audit import record
from people.viewers import Viewer

NO_FACTS: Mapping[str, object] = {}


def words(text: str) -> str:
    """What somebody typed, as it is kept; nothing where nothing of it can be seen."""
    said = clean_input(text)[: rules().max_message_chars]
    return said if visible(said).strip() else ""


async def act(
    case: Case,
    verb: str,
    *,
    by: Viewer,
    note: str = "",
    is_public: bool = True,
    facts: Mapping[str, object] = NO_FACTS,
    **changes: object,
) -> int:
    """Do a verb: move the row under its guard, write the step, set the clock; gives the step's id."""
    await move(case, verb, **changes)
    return await note_down(case, verb, by=by, note=note, is_public=is_public, facts=facts)


async def note_down(
    case: Case,
    verb: str,
    *,
    by: Viewer,
    note: str = "",
    is_public: bool = True,
    facts: Mapping[str, object] = NO_FACTS,
    at: dt.datetime | None = None,
) -> int:
    """Write the step and the audit line of a verb that was done, set the clock, give or take back points, and wake who
    looks at it.

    ``at``: when it was done, where that was before now, in another system.
    """
    step_id = await write(case, verb, by=by, note=note, is_public=is_public, facts=facts, at=at)
    assert step_id is not None
    await rewarding.settle(case, verb)  # Holds a person's row, which others hold before they write to the audit log.
    await record(by, verb, subject="case", subject_id=case.id, place_id=case.place_id)
    await set_clock(case)
    wake(case)
    return step_id


async def write(
    case: Case,
    verb: str,
    *,
    by: Viewer,
    note: str = "",
    is_public: bool = True,
    facts: Mapping[str, object] = NO_FACTS,
    once: str | None = None,
    at: dt.datetime | None = None,
) -> int | None:
    """Write a step; None when what may be told only once was told before, here or elsewhere."""
    bulk_id = bulk_under_way()
    told = dict(facts) if bulk_id is None else {**facts, "bulk": bulk_id}
    if case.due_at is not None and clock.now() > case.due_at:
        told["late"] = True
    row = await fetch_one(
        "INSERT INTO case_step (created_at, case_id, place_id, verb, by_id, team_id, state, note, facts,"
        " is_public, once)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT (once) DO NOTHING RETURNING id",
        at or clock.now(),
        case.id,
        case.place_id,
        verb,
        by.person_id,
        case.team_id,
        case.state.value,
        note,
        json.dumps(told, ensure_ascii=False),
        is_public,
        once,
    )
    return row["id"] if row else None


async def once(case: Case, verb: str, *, by: Viewer, past: History) -> bool:
    """Claim the right to tell something of a case's clock once: False when it was told before."""
    key = f"{case.id}:{past.stamp}:{verb}"
    if await write(case, verb, by=by, is_public=False, once=key) is None:
        return False
    await record(by, verb, subject="case", subject_id=case.id, place_id=case.place_id)
    return True


async def set_clock(case: Case) -> CaseClock:
    """Compute when things are due from the steps, and keep it where lists and jobs look for it."""
    past = await history.history(case.id)
    found = await clock_by(case, past)
    case.contact_due, case.due_at = found.contact, found.due
    case.next_at = _ends_at(past) if case.state is REPLIED else found.next_at(past.told(case.id))
    await Case.filter(id=case.id).update(contact_due=case.contact_due, due_at=case.due_at, next_at=case.next_at)
    return found


def _ends_at(past: History) -> dt.datetime:
    """When what was answered ends by itself, if nobody says anything any more."""
    return past.said_at + dt.timedelta(days=rules().cases.silence_close_days)


async def clock_by(case: Case, past: History) -> CaseClock:
    """A case's clock, given its history."""
    kind = await catalogue.kind_of(case.kind_key, case.place_id)
    is_over = not CASE_STATES[case.state].is_open
    return clock_of(past, kind.limit, settings=rules().cases, is_over=is_over)


def wake(case: Case) -> None:
    """Signal the desks that show this case."""
    signals.publish(signals.desk_topic(case.place_id))
