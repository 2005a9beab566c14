"""Cases for those who work on them: the lists, the buildings, one verb on many at once, and its undoing."""

from __future__ import annotations

from aiohttp import web

from casework.cases import bulk, cases
from casework.cases import teams as case_teams
from casework.cases.bulk import BulkDone
from casework.cases.cases import MOST, CaseList
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from people.permissions import may, may_somewhere
from portal.forms import Sent, done, form, whole
from portal.session import Visitor
from portal.staff import staff_page, worker

READ = "case.read"
SHOWN = (
    *(CaseList.MINE, CaseList.TODAY, CaseList.OVERDUE, CaseList.OPEN, CaseList.WAITING, CaseList.UNDECIDED),
    *(CaseList.HUNG, CaseList.UNOWNED, CaseList.ENDED),
)
"""The lists of those who work in the place, in this order; a unit has its own."""
OF_UNIT = (CaseList.TEAM, CaseList.TODAY, CaseList.OVERDUE, CaseList.ENDED)


def _which(request: web.Request, shown: tuple[CaseList, ...]) -> CaseList:
    asked = request.query.get("list", "")
    default = CaseList.OPEN if CaseList.OPEN in shown else CaseList.TEAM
    return next((one for one in shown if one.value == asked), default)


def _is_unit(who: Visitor) -> bool:
    return not may_somewhere(who.viewer, "case.accept")


async def show(request: web.Request) -> web.Response:
    """事件."""
    return await _show(request, await worker(request, READ))


async def _show(
    request: web.Request, who: Visitor, *, refusal: Refusal | None = None, result: BulkDone | None = None
) -> web.Response:
    shown = OF_UNIT if _is_unit(who) else SHOWN
    which, after = _which(request, shown), whole(request.query.get("after", "") or "0")
    building = request.query.get("building", "")
    lines = await cases.cases(
        viewer=who.viewer, which=which, building_id=whole(building) if building else None, after=after
    )
    may_bulk = may(who.viewer, "case.bulk", who.place_id)
    return await staff_page(
        request,
        "staff/cases.html",
        refusal=refusal,
        result=result,
        lines=lines,
        which=which,
        shown=shown,
        unowned=await _count_unowned(who) if not _is_unit(who) else 0,
        after=after,
        most=MOST,
        building=building,
        undoable=await bulk.undoable(viewer=who.viewer) if may_bulk else [],
        teams=await case_teams.teams(viewer=who.viewer, place_id=who.place_id) if may_bulk else [],
        now=clock.now(),
    )


async def _count_unowned(who: Visitor) -> int:
    """没人负责: it must be empty, so that it is said on every list while it is not."""
    return await cases.count(viewer=who.viewer, which=CaseList.UNOWNED)


async def show_buildings(request: web.Request) -> web.Response:
    """按楼看."""
    who = await worker(request, "case.count")
    found = await cases.by_building(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(request, "staff/cases_buildings.html", buildings=found)


@form
async def do_many(request: web.Request, sent: Sent) -> web.StreamResponse:
    """批量: what cannot be done is named; the rest may be undone for some minutes."""
    team = sent.text("team")
    try:
        result = await bulk.do(
            sent.text("verb"),
            [whole(one) for one in sent.texts("case")],
            by=sent.who.viewer,
            team_id=whole(team) if team else None,
        )
    except (Invalid, NotAllowed, NotFound, Taken, WrongState) as refusal:
        return await _show(request, sent.who, refusal=refusal)
    return await _show(request, sent.who, result=result)


@form
async def undo(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤销批量."""
    try:
        await bulk.undo(whole(request.match_info["bulk"]), by=sent.who.viewer)
    except (NotAllowed, Taken, WrongState) as refusal:
        return await _show(request, sent.who, refusal=refusal)
    return done("/cases", "case_undo")
