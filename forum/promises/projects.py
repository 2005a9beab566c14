"""项目: what a proposal became, as everybody reads it: money by source, milestones by day, every line of spending."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.deliberation import moving
from forum.promises.milestone_lines import MilestoneView, milestones_of
from forum.promises.money_lines import Money, SpendingLine, money_of, spendings_of
from forum.promises.sight import Decided, decided, must_stand
from forum.states import SHOWN_SQL
from forum.words import one_line, text_of
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.project import ProjectState
from models.proposal import ProposalStage
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from nlp.mask import mask
from people.audit import record
from people.permissions import allow, may
from people.scope import must_see
from people.viewers import Viewer

MOST_TITLE, MOST_UNIT, MOST_TEXT, MOST = 80, 60, 5000, 100


@dataclass(frozen=True, slots=True)
class NewProject:
    """What is to be carried out, and by whom."""

    proposal_id: int
    title: str
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in a list; sums in fen, ``late`` how many of its milestones are past their day."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    title: str
    unit: str
    state: ProjectState
    budget_fen: int
    spent_fen: int
    milestones: int
    done: int
    late: int
    version: int

    @property
    def left_fen(self) -> int:
        """What is not spent yet."""
        return self.budget_fen - self.spent_fen

    @property
    def spent_percent(self) -> int:
        """How much of the money is spent, of a hundred."""
        return self.spent_fen * 100 // self.budget_fen if self.budget_fen else 0

    @property
    def done_percent(self) -> int:
        """How many of the milestones are done, of a hundred."""
        return self.done * 100 // self.milestones if self.milestones else 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project with everything of it, and what the viewer may do."""

    line: ProjectLine
    decided: Decided
    text: str
    finished_at: dt.datetime | None
    money: tuple[Money, ...]
    spendings: tuple[SpendingLine, ...]
    milestones: tuple[MilestoneView, ...]
    may_manage: bool
    may_fund: bool

    @property
    def is_running(self) -> bool:
        """Whether it is still carried out."""
        return self.line.state is ProjectState.RUNNING


_INSERT = (
    "INSERT INTO project (created_at, proposal_id, place_id, title, text, unit, state, budget_fen, spent_fen, by_id,"
    " version) VALUES ($1,$2,$3,$4,$5,$6,'running',0,0,$7,1) ON CONFLICT (proposal_id) DO NOTHING RETURNING id"
)


async def start(new: NewProject, *, by: Viewer) -> int:
    """立项: once for a proposal whose publication ended without an open objection; gives its number."""
    found = await decided(new.proposal_id, by)
    allow(by, "project.start", found.place_id)
    must_stand(found, ProposalStage.PROJECT)
    title, unit = mask(one_line(new.title)).text, mask(one_line(new.unit)).text
    text = mask(text_of(new.text, most=MOST_TEXT)).text
    if not 0 < len(title) <= MOST_TITLE or not 0 < len(unit) <= MOST_UNIT:
        raise Invalid("project.title", most=MOST_TITLE, unit=MOST_UNIT)
    async with transaction():
        values = (clock.now(), found.id, found.place_id, title, text, unit, by.person_id)
        row = await fetch_one(_INSERT, *values)
        if row is None:
            raise Taken("project.started")
        await moving.move(found.id, ProposalStage.CARRYING_OUT, by=by)
        await record(by, "project.start", subject="project", subject_id=row["id"], place_id=found.place_id)
    return int(row["id"])


_READ = (
    "SELECT j.*, p.number, p.post_id,"
    " (SELECT count(*) FROM milestone m WHERE m.project_id=j.id) AS milestones,"
    " (SELECT count(*) FROM milestone m WHERE m.project_id=j.id AND m.state='done') AS done,"
    " (SELECT count(*) FROM milestone m WHERE m.project_id=j.id AND m.state='open' AND m.due_on<$2) AS late"
    " FROM project j JOIN proposal p ON p.id=j.proposal_id JOIN post t ON t.id=p.post_id"
)


def _line(row: Row) -> ProjectLine:
    return ProjectLine(
        id=row["id"],
        proposal_id=row["proposal_id"],
        post_id=row["post_id"],
        number=row["number"],
        title=row["title"],
        unit=row["unit"],
        state=ProjectState(row["state"]),
        budget_fen=row["budget_fen"],
        spent_fen=row["spent_fen"],
        milestones=row["milestones"],
        done=row["done"],
        late=row["late"],
        version=row["version"],
    )


async def projects(*, viewer: Viewer, place_id: int) -> list[ProjectLine]:
    """项目: of a neighbourhood, those that run first, then the newest."""
    must_see(viewer, "project.read", place_id, thing="place")
    sql = f"{_READ} WHERE j.place_id=$1 AND t.state IN ({SHOWN_SQL}) AND NOT t.is_private"
    order = f" ORDER BY CASE WHEN j.state='running' THEN 0 ELSE 1 END, j.id DESC LIMIT {MOST}"
    return [_line(row) for row in await fetch(sql + order, place_id, clock.today())]


async def project(project_id: int, *, viewer: Viewer) -> Project:
    """看项目: for whoever sees the proposal."""
    row = await fetch_one(f"{_READ} WHERE j.id=$1", project_id, clock.today())
    if row is None:
        raise NotFound("project.not_found")
    must_see(viewer, "project.read", row["place_id"], thing="project")
    found = await decided(row["proposal_id"], viewer)
    return Project(
        line=_line(row),
        decided=found,
        text=row["text"],
        finished_at=None if row["finished_at"] is None else moment(row["finished_at"]),
        money=tuple(await money_of(project_id)),
        spendings=tuple(await spendings_of(project_id)),
        milestones=tuple(await milestones_of([project_id])),
        may_manage=may(viewer, "project.spend", found.place_id),
        may_fund=may(viewer, "project.fund", found.place_id),
    )


async def held(project_id: int, *, by: Viewer, verb: str) -> Project:
    """A project for a verb of who may; WrongState once it is done."""
    found = await project(project_id, viewer=by)
    allow(by, verb, found.decided.place_id)
    if not found.is_running:
        raise WrongState("project.done")
    return found


async def hold(project_id: int) -> None:
    """Keep a project from being finished, and anybody else from changing its sums, until our commit."""
    if not await execute("UPDATE project SET version=version+1 WHERE id=$1 AND state='running'", project_id):
        raise WrongState("project.done")


async def touch(project_id: int) -> None:
    """The same, and note that the followers have something to hear of."""
    sql = "UPDATE project SET news_at=$1, version=version+1 WHERE id=$2 AND state='running'"
    if not await execute(sql, clock.now(), project_id):
        raise WrongState("project.done")


async def finish(project_id: int, *, by: Viewer) -> None:
    """完工: every milestone is done; what came of it can be appraised now."""
    found = await held(project_id, by=by, verb="project.finish")
    if found.line.done < found.line.milestones or not found.line.milestones:
        raise WrongState("project.milestones_open")
    sql = (
        "UPDATE project SET state='done', finished_at=$1, news_at=$1, version=version+1 WHERE id=$2 AND state='running'"
        " AND NOT EXISTS (SELECT 1 FROM milestone m WHERE m.project_id=project.id AND m.state='open')"
    )
    async with transaction():
        if not await execute(sql, clock.now(), project_id):
            raise Taken("project.changed")
        await record(by, "project.finish", subject="project", subject_id=project_id, place_id=found.decided.place_id)
