"""节点: what a project promises by a day; done with words and photos, put off with a reason, worked on as a case.

Whether one is late is computed from its day. That a case is closed is read from the case where the milestone is shown;
the job notes the milestone as done, with what the case was answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases import reporting
from casework.cases.reporting import Facts
from forum.promises.milestone_lines import CASE, MILESTONE, NOT_DONE, MilestoneView, milestone_view
from forum.promises.projects import Project, held, project, touch
from forum.states import SHOWN_SQL
from forum.words import one_line, reason_of
from models import clock
from models.case import Case, CaseSource
from models.errors import Invalid, NotFound, Taken, WrongState
from models.project import MilestoneState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from nlp.mask import mask
from nlp.normalise import clean_input
from people import files
from people.audit import record
from people.files import Parent
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

MOST_TITLE, MOST_NOTE, MOST, FURTHEST = 80, 500, 100, dt.timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A promise past its day, with the project it belongs to."""

    project_id: int
    project: str
    unit: str
    milestone: MilestoneView


_ADD = (
    "INSERT INTO milestone (created_at, project_id, place_id, title, state, due_on, first_due_on, reason, note,"
    " version) VALUES ($1,$2,$3,$4,'open',$5,$5,'','',1) RETURNING id"
)


_OWED = "SELECT 1 AS one FROM milestone WHERE project_id=$1 AND title=$2 AND state='open'"


async def add(project_id: int, *, by: Viewer, title: str, due_on: dt.date | None) -> int:
    """加节点: something promised by a day from today on, and not while the same is owed, so that a form sent twice
    promises once; gives its number."""
    found = await held(project_id, by=by, verb="milestone.add")
    words = mask(one_line(title)).text
    if not 0 < len(words) <= MOST_TITLE:
        raise Invalid("milestone.title", most=MOST_TITLE)
    day = _day(due_on)
    async with transaction():
        await touch(project_id)
        if await fetch_one(_OWED, project_id, words) is not None:
            raise Taken("milestone.owed")
        row = await fetch_one(_ADD, clock.now(), project_id, found.decided.place_id, words, day)
        assert row is not None
        await _record(by, "milestone.add", row["id"], place_id=found.decided.place_id)
    return int(row["id"])


def _day(due_on: dt.date | None) -> dt.date:
    if due_on is None or not clock.today() <= due_on <= clock.today() + FURTHEST:
        raise Invalid("milestone.due_on")
    return due_on


async def _record(by: Viewer, verb: str, milestone_id: int, *, place_id: int) -> None:
    await record(by, verb, subject="milestone", subject_id=milestone_id, place_id=place_id)


_DONE = (
    "UPDATE milestone SET state='done', done_at=$1, note=$2, version=version+1 WHERE id=$3 AND state='open'"
    " RETURNING id"
)


async def finish(milestone_id: int, *, by: Viewer, note: str, photos: Sequence[str] = ()) -> None:
    """完成节点: what was done, with photos, for everybody."""
    row = await _row(milestone_id)
    await held(row["project_id"], by=by, verb="milestone.finish")
    words = mask(clean_input(note).strip()).text
    if not 0 < len(words) <= MOST_NOTE:
        raise Invalid("milestone.note", most=MOST_NOTE)
    async with transaction():
        await touch(row["project_id"])
        if await fetch_one(_DONE, clock.now(), words, milestone_id) is None:
            raise Taken("milestone.changed")
        await files.attach(photos, to=Parent(MILESTONE, milestone_id), by=by)
        await _record(by, "milestone.finish", milestone_id, place_id=row["place_id"])


async def project_of(milestone_id: int, *, viewer: Viewer) -> int:
    """Which project a milestone belongs to, for who sees that."""
    found = await project((await _row(milestone_id))["project_id"], viewer=viewer)
    return found.line.id


async def must_manage(milestone_id: int, *, by: Viewer, verb: str) -> None:
    """Refuse whoever may not do a verb of a milestone, before the photos they sent are kept."""
    await held((await _row(milestone_id))["project_id"], by=by, verb=verb)


async def _row(milestone_id: int) -> Row:
    row = await fetch_one("SELECT * FROM milestone WHERE id=$1", milestone_id)
    if row is None:
        raise NotFound("milestone.not_found")
    return row


_PUT_OFF = "UPDATE milestone SET due_on=$1, reason=$2, version=version+1 WHERE id=$3 AND state='open' RETURNING id"


async def put_off(milestone_id: int, *, by: Viewer, due_on: dt.date | None, reason: str) -> None:
    """改期: another day, for a reason everybody reads; the day promised at first stays beside it."""
    row = await _row(milestone_id)
    await held(row["project_id"], by=by, verb="milestone.put_off")
    said = mask(reason_of(reason)).text
    if not said:
        raise Invalid("milestone.reason")
    day = _day(due_on)
    async with transaction():
        await touch(row["project_id"])
        if await fetch_one(_PUT_OFF, day, said, milestone_id) is None:
            raise Taken("milestone.changed")
        await _record(by, "milestone.put_off", milestone_id, place_id=row["place_id"])


_TO_CASE = (
    "UPDATE milestone SET version=version+1 WHERE id=$1 AND state='open' AND (case_id IS NULL OR EXISTS"
    f" (SELECT 1 FROM cases c WHERE c.id=milestone.case_id AND c.state IN {NOT_DONE})) RETURNING id"
)


async def to_case(milestone_id: int, *, by: Viewer, kind_key: str) -> Case:
    """转为事件: the work of a milestone as a case, once, and once more where that was not taken up or was taken back;
    its end marks the milestone as done."""
    row = await _row(milestone_id)
    found = await held(row["project_id"], by=by, verb="milestone.to_case")
    if row["state"] != MilestoneState.OPEN.value:
        raise WrongState("milestone.done")
    async with transaction():
        await touch(row["project_id"])
        if await fetch_one(_TO_CASE, milestone_id) is None:
            raise Taken("milestone.changed")
        facts = Facts(kind_key, _words(found, row), person_id=by.person_id, is_planned=True)
        case = await reporting.report(facts, by=by, source=CaseSource.POST, place_id=row["place_id"])
        await execute("UPDATE milestone SET case_id=$1 WHERE id=$2", case.id, milestone_id)
        await _record(by, "milestone.to_case", milestone_id, place_id=row["place_id"])
    return case


def _words(found: Project, row: Row) -> str:
    return say("promise.case_text", project=found.line.title, milestone=row["title"], day=f"{row['due_on']}")


_CLOSED = (
    "SELECT m.id, m.project_id, m.place_id, c.number, c.is_private, (SELECT s.note FROM case_step s"
    " WHERE s.case_id=c.id AND s.verb='case.reply' AND s.is_public ORDER BY s.id DESC LIMIT 1) AS words"
    " FROM milestone m JOIN cases c ON c.id=m.case_id JOIN project j ON j.id=m.project_id WHERE m.state='open'"
    " AND c.state IN ('closed','struck_off') AND j.state='running' ORDER BY m.id LIMIT 100"
)


async def settle(*, by: Viewer) -> int:
    """事件办结了: milestones whose case is closed are done, with the case's answer; gives how many."""
    allow(by, "milestone.settle", None)
    return sum([await _settle(row, by=by) for row in await fetch(_CLOSED)])


async def _settle(row: Row, *, by: Viewer) -> bool:
    words = "" if row["is_private"] else row["words"] or ""
    note = say("promise.case_done", number=row["number"], words=words).strip()[:MOST_NOTE]
    async with transaction():
        await touch(row["project_id"])
        if await fetch_one(_DONE, clock.now(), note, row["id"]) is None:
            return False
        await _record(by, "milestone.settle", row["id"], place_id=row["place_id"])
    return True


_OVERDUE = (
    f"SELECT m.*, {CASE}, j.title AS project, j.unit FROM milestone m"
    " JOIN project j ON j.id=m.project_id JOIN proposal p ON p.id=j.proposal_id JOIN post t ON t.id=p.post_id"
    " LEFT JOIN cases c ON c.id=m.case_id WHERE m.place_id=$1 AND m.state='open' AND m.due_on<$2"
    f" AND j.state='running' AND t.state IN ({SHOWN_SQL}) AND NOT t.is_private ORDER BY m.due_on, m.id LIMIT {MOST}"
)


async def overdue(*, viewer: Viewer, place_id: int) -> list[Overdue]:
    """到期没兑现的: public in the neighbourhood, the longest owed first."""
    must_see(viewer, "project.read", place_id, thing="place")
    rows = await fetch(_OVERDUE, place_id, clock.today())
    return [Overdue(row["project_id"], row["project"], row["unit"], milestone_view(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class MilestoneLink:
    """A milestone for which a case works."""

    project_id: int
    project: str
    title: str


async def of_case(case_id: int, *, viewer: Viewer) -> MilestoneLink | None:
    """为哪个项目的节点: of a case that its caller may see, where the viewer is of the same place."""
    row = await fetch_one(
        "SELECT m.project_id, j.title AS project, m.title, m.place_id FROM milestone m"
        " JOIN project j ON j.id=m.project_id WHERE m.case_id=$1",
        case_id,
    )
    if row is None or row["place_id"] not in {held_role.place_id for held_role in viewer.roles}:
        return None
    return MilestoneLink(row["project_id"], row["project"], row["title"])
