"""What time does to cases: owner, lead, subdistrict and district are told, each once, however late the job runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from tortoise.expressions import F

from casework import roster
from casework.cases import answering, bulk, history, owners, teams
from casework.cases.clocks import Threshold
from casework.cases.steps import clock_by, once, set_clock, wake
from casework.cases.telling import tell_staff
from models import clock
from models.case import Case
from models.errors import Refusal
from models.person import RoleName
from models.place import Level
from models.transaction import fetch, transaction
from models.wording import say_moment
from people.quiet import is_quiet
from people.viewers import SYSTEM

BATCH = 200
UNHEARD = "case.unheard"
LOOKED_AT_AGAIN = dt.timedelta(hours=1)
"""How long after a look at an answer that has not arrived the next one is."""
Tell = Callable[[Case, dt.datetime], Awaitable[None]]


async def tell_of_time(now: dt.datetime) -> int:
    """催办: of every case whose next moment has come, what is told at it; gives how many notices."""
    rows = await fetch(
        "SELECT id FROM cases WHERE next_at<=$1 AND state<>'answered' ORDER BY next_at, id LIMIT $2", now, BATCH
    )
    return sum([await _tell_one(row["id"], now) for row in rows])


async def _tell_one(case_id: int, now: dt.datetime) -> int:
    """Everything that has come and was not told. Due soon is not told any more once it is overdue."""
    async with transaction():
        case = await Case.filter(id=case_id, next_at__lte=now).select_for_update().first()
        if case is None:
            return 0
        past = await history.history(case.id)
        runs, told = await clock_by(case, past), past.told(case.id)
        come = [(name, at) for name, at in runs.thresholds if at <= now and name.value not in told]
        done = 0
        for name, at in come:
            if not await once(case, name.value, by=SYSTEM, past=past):
                continue
            if name is Threshold.DUE_SOON and runs.due is not None and runs.due <= now:
                continue
            await _TELLS[name](case, at)
            done += 1
        await set_clock(case)
        wake(case)
    return done


async def _contact_late(case: Case, at: dt.datetime) -> None:
    people = [case.owner_id, *await _with_role(case, RoleName.SECRETARY)]
    await tell_staff(case, people, Threshold.CONTACT_LATE.value, due=say_moment(at))


async def _due_soon(case: Case, _at: dt.datetime) -> None:
    await tell_staff(case, await _at_work(case), Threshold.DUE_SOON.value, due=_due(case))


async def _overdue(case: Case, at: dt.datetime) -> None:
    people = [*await _at_work(case), *await _with_role(case, RoleName.SECRETARY)]
    await tell_staff(case, people, Threshold.OVERDUE.value, due=say_moment(at))


async def _to_subdistrict(case: Case, _at: dt.datetime) -> None:
    """Handed up: the subdistrict's desk sees it from now on; the owner keeps it."""
    if case.level is Level.NEIGHBOURHOOD:
        await _hand_up(case, Level.SUBDISTRICT)
    people = await _with_role(case, RoleName.SUBDISTRICT_DESK)
    await tell_staff(case, people or await _with_role(case, RoleName.SECRETARY), Threshold.TO_SUBDISTRICT.value)


async def _hand_up(case: Case, level: Level) -> None:
    """Under the row's lock; who has an older state before them does not write it back."""
    await Case.filter(id=case.id).update(level=level, version=F("version") + 1)
    await case.refresh_from_db(["level", "version"])


async def _to_district(case: Case, _at: dt.datetime) -> None:
    """Told to who runs the district; observers read sums, and have no page for one case."""
    await _hand_up(case, Level.DISTRICT)
    rows = await fetch(
        "SELECT DISTINCT p.id FROM place h JOIN place u ON u.id=h.parent_id JOIN role r ON r.place_id=u.parent_id"
        " AND r.name='admin' JOIN person p ON p.id=r.person_id AND p.is_active WHERE h.id=$1 ORDER BY p.id",
        case.place_id,
    )
    people = [row["id"] for row in rows] or await _with_role(case, RoleName.SUBDISTRICT_DESK)
    await tell_staff(case, people or await _with_role(case, RoleName.SECRETARY), Threshold.TO_DISTRICT.value)


_TELLS: dict[Threshold, Tell] = {
    Threshold.CONTACT_LATE: _contact_late,
    Threshold.DUE_SOON: _due_soon,
    Threshold.OVERDUE: _overdue,
    Threshold.TO_SUBDISTRICT: _to_subdistrict,
    Threshold.TO_DISTRICT: _to_district,
}


def _due(case: Case) -> str:
    return say_moment(case.due_at) if case.due_at else ""


async def _at_work(case: Case) -> list[int]:
    team = await teams.people_of(case.team_id) if case.team_id is not None else []
    return [case.owner_id, *team]


async def _with_role(case: Case, role: RoleName) -> list[int]:
    return [one.person_id for one in await roster.staff_of(case.place_id) if role in one.roles]


async def close_silent(now: dt.datetime) -> int:
    """自动办结: what was answered some days ago and nobody said anything about; their word may still open it again."""
    if is_quiet(now):
        return 0
    rows = await fetch(
        "SELECT id FROM cases WHERE next_at<=$1 AND state='answered' ORDER BY next_at, id LIMIT $2", now, BATCH
    )
    return sum([await _quietly(row["id"], _close) for row in rows])


async def _close(case: Case) -> bool:
    """End it, unless somebody has said something meanwhile, or has not heard the answer for so long: it is looked at
    again then, or in an hour, and the owner hears once whom to call."""
    now, ends = clock.now(), await answering.ends_at(case)
    if ends is not None and ends <= now:
        await answering.close(case.id, by=SYSTEM)
        return True
    if ends is None and await once(case, UNHEARD, by=SYSTEM, past=await history.history(case.id)):
        await tell_staff(case, [case.owner_id], UNHEARD)
    await Case.filter(id=case.id, version=case.version).update(next_at=ends or now + LOOKED_AT_AGAIN)
    return False


async def replace_owners_who_left(now: dt.datetime) -> int:
    """换责任人: open cases of people who may no longer answer for the place go to who is on duty."""
    del now
    rows = await fetch(f"SELECT c.id {owners.LEFT_BEHIND} ORDER BY c.id")
    return sum([await _quietly(row["id"], _take_over) for row in rows])


async def _take_over(case: Case) -> bool:
    await owners.take_over(case)
    return True


async def _quietly(case_id: int, work: Callable[[Case], Awaitable[bool]]) -> int:
    """Do it in a transaction of its own; what was changed meanwhile is looked at next time."""
    try:
        async with transaction():
            return int(await work(await Case.get(id=case_id)))
    except Refusal:
        return 0


JOBS: tuple[Callable[[dt.datetime], Awaitable[int]], ...] = (
    tell_of_time,
    bulk.tell_held,
    close_silent,
    replace_owners_who_left,
)
"""Run with those of questions (``casework/escalation.py``); each is right by itself, in whatever order they run."""
