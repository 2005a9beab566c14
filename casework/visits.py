"""The visit book (走访): who is to be visited when and by whom, what was found, and what that brings up."""

from __future__ import annotations

import datetime as dt

from casework import roster
from casework.cases import recognising, reporting
from casework.cases.reporting import Facts
from casework.once import is_first
from courier import notices
from courier.letters import Letter, Link
from models import clock
from models.case import Case, CaseSource
from models.errors import Invalid, NotFound, Taken
from models.sealed import unseal
from models.transaction import Row, day, execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record as write_down
from people.permissions import allow
from people.quiet import is_quiet
from people.records import services
from people.scope import must_see
from people.viewers import Viewer

VISIT = "visit"
FURTHEST = dt.timedelta(days=366)
_PLAN = (
    "INSERT INTO visit_plan (created_at, place_id, person_id, home_id, day, goes_id, state, by_id, key)"
    " VALUES ($1,$2,$3,$4,$5,$6,'planned',$7,$8) ON CONFLICT (place_id, key) DO NOTHING RETURNING id"
)


async def plan(
    *, by: Viewer, visit_day: dt.date | None, goes_id: int, key: str, person_id: int = 0, home_id: int = 0
) -> None:
    """安排走访: somebody is visited on a day by one of the staff; the same ``key`` twice is once."""
    place_id, home_id = await services.whose(person_id, home_id, by=by)
    allow(by, "visit.plan", place_id)
    if visit_day is None or not clock.today() <= visit_day <= clock.today() + FURTHEST:
        raise Invalid("visit.day")
    if not 0 < len(key) <= services.LONGEST_KEY:
        raise Invalid("form.unreadable")
    if goes_id not in {one.person_id for one in await roster.staff_of(place_id)}:
        raise Invalid("visit.nobody")
    async with transaction():
        values = (place_id, person_id or None, home_id or None, visit_day, goes_id, by.person_id, key)
        row = await fetch_one(_PLAN, clock.now(), *values)
        if row is not None:
            await write_down(by, "visit.plan", subject="visit_plan", subject_id=row["id"], place_id=place_id)


async def record(
    *,
    by: Viewer,
    visit_day: dt.date | None,
    words: str,
    next_day: dt.date | None,
    key: str,
    person_id: int = 0,
    home_id: int = 0,
) -> None:
    """记走访: a visit that nobody had planned, and when the next one is."""
    async with transaction():
        await services.note(
            by=by, kind=VISIT, day=visit_day, words=words, key=key, person_id=person_id, home_id=home_id
        )
        if next_day is not None:
            goes_id, following = by.person_id or 0, f"n{key}"[: services.LONGEST_KEY]
            await plan(by=by, visit_day=next_day, goes_id=goes_id, key=following, person_id=person_id, home_id=home_id)


async def record_planned(
    plan_id: int, *, by: Viewer, visit_day: dt.date | None, words: str, next_day: dt.date | None
) -> None:
    """记走访: what came of a plan, and when the next one is; whoever is second is told that it is done."""
    row = await _plan_of(plan_id, by=by, verb="visit.plan")
    whose = {"person_id": row["person_id"] or 0, "home_id": row["home_id"] or 0}
    async with transaction():
        await _settle(plan_id, "done")
        note_id = await services.note(by=by, kind=VISIT, day=visit_day, words=words, key=f"plan-{plan_id}", **whose)
        await execute("UPDATE visit_plan SET service_id=$1 WHERE id=$2", note_id or None, plan_id)
        if next_day is not None:
            here = {one.person_id for one in await roster.staff_of(row["place_id"])}
            goes_id = row["goes_id"] if row["goes_id"] in here else by.person_id or 0
            await plan(by=by, visit_day=next_day, goes_id=goes_id, key=f"after-{plan_id}", **whose)


async def drop(plan_id: int, *, by: Viewer) -> None:
    """取消安排: nobody goes; it stays on record."""
    row = await _plan_of(plan_id, by=by, verb="visit.drop")
    async with transaction():
        await _settle(plan_id, "dropped")
        await write_down(by, "visit.drop", subject="visit_plan", subject_id=plan_id, place_id=row["place_id"])


async def _plan_of(plan_id: int, *, by: Viewer, verb: str) -> Row:
    row = await fetch_one("SELECT id, place_id, person_id, home_id, goes_id FROM visit_plan WHERE id=$1", plan_id)
    if row is None:
        raise NotFound("visit.not_found")
    must_see(by, verb, row["place_id"], thing="visit")
    return row


async def _settle(plan_id: int, state: str) -> None:
    changed = await execute(
        "UPDATE visit_plan SET state=$1, settled_at=$2 WHERE id=$3 AND state='planned'", state, clock.now(), plan_id
    )
    if changed != 1:
        raise Taken("visit.settled")


_TO_GO = (
    "SELECT v.place_id, v.goes_id, v.day, count(*) AS n FROM visit_plan v WHERE v.state='planned' AND v.day>=$1"
    " AND v.day<=$2 AND v.created_at<$3 AND v.goes_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM counter c WHERE c.name='visit.remind:' || CAST(v.day AS TEXT) || ':'"
    " || CAST(v.place_id AS TEXT) || ':' || CAST(v.goes_id AS TEXT))"
    " GROUP BY v.place_id, v.goes_id, v.day"
    " ORDER BY v.day, v.place_id, v.goes_id"
)


async def remind(*, by: Viewer) -> int:
    """提醒走访: by day, who goes on visits tomorrow (or today, where the job was late), once; gives how many heard."""
    allow(by, "visit.remind", None)
    today = clock.today()
    if is_quiet(clock.now()):
        return 0
    rows = await fetch(_TO_GO, today, today + dt.timedelta(days=1), clock.midnight(today))
    return sum([await _remind(row, today, by=by) for row in rows])


async def _remind(row: Row, today: dt.date, *, by: Viewer) -> bool:
    """How many, never to whom: it may be read in a chat abroad."""
    on, place_id, goes_id = day(row["day"]), row["place_id"], row["goes_id"]
    async with transaction():
        if not await is_first(f"visit.remind:{on}:{place_id}:{goes_id}"):
            return False
        await write_down(by, "visit.remind", subject="person", subject_id=goes_id, place_id=place_id)
        text = say(f"reminders.visits_{'today' if on == today else 'tomorrow'}", count=row["n"])
        letter = Letter(text, links=(Link(say("reminders.visits_link"), "/visits"),))
        await notices.tell_person(letter, person_id=goes_id, kind="visit.remind", needs=f"visit.read@{place_id}")
    return True


_VISIT = (
    "SELECT s.id, s.place_id, s.person_id, s.home_id, s.day, s.note_sealed, COALESCE(p.name, '') AS name,"
    " COALESCE(e.name || ' ' || b.name || ' ' || h.label, '') AS address, b.id AS building_id FROM service s"
    " LEFT JOIN person p ON p.id=s.person_id LEFT JOIN home h ON h.id=s.home_id"
    " LEFT JOIN building b ON b.id=h.building_id LEFT JOIN estate e ON e.id=b.estate_id"
    " WHERE s.id=$1 AND s.kind='visit' AND s.struck_at IS NULL"
)
_OF_VISIT = (
    "INSERT INTO visit_plan (created_at, place_id, person_id, home_id, day, state, service_id, by_id, key, settled_at)"
    " VALUES ($1,$2,$3,$4,$5,'done',$6,$7,$8,$1) ON CONFLICT (service_id) DO NOTHING"
)


async def report(service_id: int, *, by: Viewer) -> Case:
    """转成事件: a case of what a visit found, in its words; of one visit there is one case."""
    row = await fetch_one(_VISIT, service_id)
    if row is None:
        raise NotFound("visit.not_found")
    must_see(by, "visit.report", row["place_id"], thing="visit")
    words = unseal(row["note_sealed"]) if row["note_sealed"] else ""
    if not words:
        raise Invalid("visit.no_words")
    facts = await _facts(row, words)
    async with transaction():
        await _must_be_first(row, by=by)
        case = await reporting.report(facts, by=by, source=CaseSource.VISIT, place_id=row["place_id"])
        await execute("UPDATE visit_plan SET case_id=$1 WHERE service_id=$2", case.id, service_id)
        await write_down(by, "visit.report", subject="service", subject_id=service_id, place_id=row["place_id"])
    return case


async def _must_be_first(row: Row, *, by: Viewer) -> None:
    """Hold the visit's row, so that of two who press at once one makes the case."""
    values = (row["place_id"], row["person_id"], row["home_id"], row["day"], row["id"], by.person_id)
    await execute(_OF_VISIT, clock.now(), *values, f"visit-{row['id']}")
    await execute("UPDATE visit_plan SET state='done' WHERE service_id=$1", row["id"])
    made = await fetch_one(
        "SELECT c.number FROM visit_plan v JOIN cases c ON c.id=v.case_id WHERE v.service_id=$1", row["id"]
    )
    if made is not None:
        raise Taken("visit.reported", number=made["number"])


async def _facts(row: Row, words: str) -> Facts:
    kind = await recognising.kind_for(words, place_id=row["place_id"])
    when = day(row["day"])
    return Facts(
        kind.id,
        words,
        who=row["name"],
        when=when.isoformat() if when else "",
        where=row["address"],
        building_id=row["building_id"],
        name=row["name"],
        on_behalf_of=row["name"],
        behalf_person_id=row["person_id"],
    )
