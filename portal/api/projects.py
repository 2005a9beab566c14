"""项目 as JSON: money by source, spending, milestones, what is overdue, and what staff do about one."""

from __future__ import annotations

from aiohttp import web

from forum.promises import milestones, money, projects
from forum.promises.milestone_lines import MilestoneView
from forum.promises.money import NewMoney, NewSpending
from forum.promises.money_lines import SpendingLine
from forum.promises.projects import NewProject, project
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.project_shapes import (
    FinishMilestoneBody,
    FundBody,
    MilestoneAnswer,
    MilestoneBody,
    MilestoneCaseAnswer,
    MilestoneCaseBody,
    OverdueAnswer,
    OverdueMilestoneAnswer,
    ProjectAnswer,
    ProjectLineAnswer,
    ProjectMoneyAnswer,
    ProjectsAnswer,
    PutOffBody,
    SpendBody,
    SpendingAnswer,
    StartProjectBody,
)
from portal.api.promise_shapes import PromiseMadeAnswer
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


async def show(request: web.Request) -> web.Response:
    """项目."""
    who = await reading_as_somebody(request)
    found = await projects.projects(viewer=who.viewer, place_id=who.place_id)
    return answer(ProjectsAnswer(projects=[told(ProjectLineAnswer, one) for one in found]))


async def show_overdue(request: web.Request) -> web.Response:
    """到期没兑现的."""
    who = await reading_as_somebody(request)
    found = await milestones.overdue(viewer=who.viewer, place_id=who.place_id)
    lines = [told(OverdueMilestoneAnswer, one, milestone=_milestone(one.milestone)) for one in found]
    return answer(OverdueAnswer(overdue=lines))


async def show_one(request: web.Request) -> web.Response:
    """看项目."""
    who = await reading_as_somebody(request)
    found = await project(number_in_path(request, "id"), viewer=who.viewer)
    return answer(
        told(
            ProjectAnswer,
            found,
            line=told(ProjectLineAnswer, found.line),
            money=[told(ProjectMoneyAnswer, one) for one in found.money],
            spendings=[_spending(one) for one in found.spendings],
            milestone_list=[_milestone(one) for one in found.milestones],
        )
    )


def _milestone(one: MilestoneView) -> MilestoneAnswer:
    return told(MilestoneAnswer, one, photos=[photo.name for photo in one.photos if photo.is_kept])


def _spending(one: SpendingLine) -> SpendingAnswer:
    return told(SpendingAnswer, one, photos=[photo.name for photo in one.photos if photo.is_kept])


async def start(request: web.Request) -> web.Response:
    """立项."""
    who = await acting_as_somebody(request)
    body = await given(request, StartProjectBody)
    new = NewProject(body.proposal_id, body.title, body.text, body.unit)
    return answer(PromiseMadeAnswer(id=await projects.start(new, by=who.viewer)))


async def fund(request: web.Request) -> web.Response:
    """资金到位."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await projects.held(number, by=who.viewer, verb="project.fund")
    body = await given(request, FundBody)
    made = await money.fund(number, NewMoney(body.source, body.giver, body.fen, body.key), by=who.viewer)
    return answer(PromiseMadeAnswer(id=made))


async def spend(request: web.Request) -> web.Response:
    """记支出."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await projects.held(number, by=who.viewer, verb="project.spend")
    body = await given(request, SpendBody)
    new = NewSpending(body.what, body.payee, body.spent_on, body.fen, photos=body.photos, key=body.key)
    return answer(PromiseMadeAnswer(id=await money.spend(number, new, by=who.viewer)))


async def finish(request: web.Request) -> web.Response:
    """项目完工."""
    who = await acting_as_somebody(request)
    await projects.finish(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def correct_spending(request: web.Request) -> web.Response:
    """冲正支出."""
    who = await acting_as_somebody(request)
    return answer(PromiseMadeAnswer(id=await money.correct_spending(number_in_path(request, "id"), by=who.viewer)))


async def correct_money(request: web.Request) -> web.Response:
    """冲正资金."""
    who = await acting_as_somebody(request)
    return answer(PromiseMadeAnswer(id=await money.correct_money(number_in_path(request, "id"), by=who.viewer)))


async def add_milestone(request: web.Request) -> web.Response:
    """加节点."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await projects.held(number, by=who.viewer, verb="milestone.add")
    body = await given(request, MilestoneBody)
    made = await milestones.add(number, by=who.viewer, title=body.title, due_on=body.due_on)
    return answer(PromiseMadeAnswer(id=made))


async def finish_milestone(request: web.Request) -> web.Response:
    """完成节点."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await milestones.must_manage(number, by=who.viewer, verb="milestone.finish")
    body = await given(request, FinishMilestoneBody)
    await milestones.finish(number, by=who.viewer, note=body.note, photos=body.photos)
    return answer(DoneAnswer())


async def put_off(request: web.Request) -> web.Response:
    """节点改期."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await milestones.must_manage(number, by=who.viewer, verb="milestone.put_off")
    body = await given(request, PutOffBody)
    await milestones.put_off(number, by=who.viewer, due_on=body.due_on, reason=body.reason)
    return answer(DoneAnswer())


async def to_case(request: web.Request) -> web.Response:
    """节点转为事件."""
    who = await acting_as_somebody(request)
    number = number_in_path(request, "id")
    await milestones.must_manage(number, by=who.viewer, verb="milestone.to_case")
    body = await given(request, MilestoneCaseBody)
    return answer(told(MilestoneCaseAnswer, await milestones.to_case(number, by=who.viewer, kind_key=body.kind_key)))


ROUTES = (
    web.get("/api/v1/projects", show),
    web.post("/api/v1/projects", start),
    web.get("/api/v1/projects/overdue", show_overdue),
    web.get("/api/v1/projects/{id}", show_one),
    web.post("/api/v1/projects/{id}/fund", fund),
    web.post("/api/v1/projects/{id}/spend", spend),
    web.post("/api/v1/projects/{id}/finish", finish),
    web.post("/api/v1/projects/{id}/milestones", add_milestone),
    web.post("/api/v1/spendings/{id}/correct", correct_spending),
    web.post("/api/v1/money/{id}/correct", correct_money),
    web.post("/api/v1/milestones/{id}/finish", finish_milestone),
    web.post("/api/v1/milestones/{id}/put_off", put_off),
    web.post("/api/v1/milestones/{id}/to_case", to_case),
)
_ONE, _MILESTONE = (id_of("project"),), (id_of("milestone"),)
OPERATIONS = (
    reads("listProjects", "projects", "What is carried out of proposals", gives=ProjectsAnswer),
    acts("startProject", "projects", "Carry a proposal out", gives=PromiseMadeAnswer, takes=StartProjectBody),
    reads("listOverdue", "projects/overdue", "Promises past their day", gives=OverdueAnswer),
    reads("getProject", "projects/{id}", "A project with everything of it", gives=ProjectAnswer, parameters=_ONE),
    acts("fundProject", "projects/{id}/fund", "Note money", gives=PromiseMadeAnswer, takes=FundBody, parameters=_ONE),
    acts(
        "spendOfProject",
        "projects/{id}/spend",
        "Note what was spent, no more than there is",
        gives=PromiseMadeAnswer,
        takes=SpendBody,
        parameters=_ONE,
    ),
    acts("finishProject", "projects/{id}/finish", "Every milestone is done", parameters=_ONE),
    acts(
        "addMilestone",
        "projects/{id}/milestones",
        "Promise something by a day",
        gives=PromiseMadeAnswer,
        takes=MilestoneBody,
        parameters=_ONE,
    ),
    acts(
        "correctSpending",
        "spendings/{id}/correct",
        "Take a wrong line of spending out by a counter-entry",
        gives=PromiseMadeAnswer,
        parameters=(id_of("spending"),),
    ),
    acts(
        "correctMoney",
        "money/{id}/correct",
        "Take a wrong line of money out by a counter-entry",
        gives=PromiseMadeAnswer,
        parameters=(id_of("line of money"),),
    ),
    acts(
        "finishMilestone",
        "milestones/{id}/finish",
        "Say what was done",
        takes=FinishMilestoneBody,
        parameters=_MILESTONE,
    ),
    acts(
        "putOffMilestone",
        "milestones/{id}/put_off",
        "Promise another day, for a reason",
        takes=PutOffBody,
        parameters=_MILESTONE,
    ),
    acts(
        "milestoneToCase",
        "milestones/{id}/to_case",
        "Let a case do the work",
        gives=MilestoneCaseAnswer,
        takes=MilestoneCaseBody,
        parameters=_MILESTONE,
    ),
)
