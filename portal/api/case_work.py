"""Cases as JSON for those who work on them: the lists, one case with what may be done to it, one verb on many, undo."""

from __future__ import annotations

from aiohttp import web

from casework.cases import bulk, cases, following, showing
from casework.cases.bulk import BulkDone
from casework.cases.cases import MOST, CaseLine, CaseList
from models.errors import Invalid
from models.operation import Parameter
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.case_shapes import (
    BulkAnswer,
    BulkCasesBody,
    BulksAnswer,
    BulkUndoneAnswer,
    CaseBrief,
    CaseBriefsAnswer,
    CaseBuilding,
    CaseBuildingsAnswer,
    CaseDoneAnswer,
    CaseReporterAnswer,
    CaseStepAnswer,
    CaseVerbBody,
    CaseWorkAnswer,
)
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.case_verbs import VERBS
from portal.forms import Sent

_IN_FORMS = {"version": "seen_version", "before": "before_kept", "after": "after_kept", "mentions": "mention"}
"""What the forms call otherwise."""


def _brief(line: CaseLine) -> CaseBrief:
    return told(CaseBrief, line)


def _bulk(done: BulkDone) -> BulkAnswer:
    return told(BulkAnswer, done, refused=[*done.refused])


async def show(request: web.Request) -> web.Response:
    """事件."""
    who = await reading(request, "case.read")
    which, after = _which(request), number_in_query(request, "after")
    building = number_in_query(request, "building") or None
    found = await cases.cases(viewer=who.viewer, which=which, building_id=building, after=after)
    total = await cases.count(viewer=who.viewer, which=which, building_id=building)
    following_page = after + MOST if len(found) == MOST else None
    return answer(CaseBriefsAnswer(cases=[_brief(one) for one in found], total=total, next=following_page))


def _which(request: web.Request) -> CaseList:
    asked = request.query.get("list", CaseList.OPEN.value)
    found = next((one for one in CaseList if one.value == asked), None)
    if found is None:
        raise Invalid("api.bad_field", field="list", why=asked[:20])
    return found


async def show_buildings(request: web.Request) -> web.Response:
    """按楼看."""
    who = await reading(request, "case.count")
    found = await cases.by_building(viewer=who.viewer, place_id=who.place_id)
    return answer(CaseBuildingsAnswer(buildings=[told(CaseBuilding, one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """一件事."""
    who, case_id = await reading(request, "case.read"), number_in_path(request, "id")
    shown = await showing.case(case_id, viewer=who.viewer)
    people = await showing.reporters(case_id, viewer=who.viewer)
    steps = await following.steps(case_id, viewer=who.viewer)
    return answer(
        told(
            CaseWorkAnswer,
            shown,
            case=_brief(shown.line),
            can=sorted(shown.can & {*VERBS}),
            reporters=[told(CaseReporterAnswer, one, reach=one.reach or "") for one in people],
            steps=[told(CaseStepAnswer, one) for one in steps],
        )
    )


async def do_to(request: web.Request) -> web.Response:
    """One verb, as the page's form has it."""
    who, body = await acting(request), await given(request, CaseVerbBody)
    case_id, verb = number_in_path(request, "id"), request.match_info["verb"]
    if verb not in DONE_BY_JSON:
        raise Invalid("api.bad_field", field="verb", why=verb[:20])
    found = await VERBS[verb](case_id, Sent(who, _fields(body)))
    last = (found or "").rpartition("/")[2]
    return answer(CaseDoneAnswer(id=int(last) if last.isdecimal() else case_id))


def _fields(body: CaseVerbBody) -> tuple[tuple[str, str], ...]:
    """The body as the fields of a form."""
    return tuple((_IN_FORMS.get(name, name), text) for name, value in body for text in _texts(name, value))


def _texts(name: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [{True: "yes", False: "no"}[value]] if name != "off" or value else []
    if isinstance(value, list | tuple):
        return [str(one) for one in value] if name == "mentions" else [",".join(value)]
    return [] if value is None else [str(value)]


async def do_many(request: web.Request) -> web.Response:
    """批量."""
    who, body = await acting(request), await given(request, BulkCasesBody)
    return answer(_bulk(await bulk.do(body.verb, body.cases, by=who.viewer, team_id=body.team)))


async def show_bulks(request: web.Request) -> web.Response:
    """可撤销."""
    who = await reading(request, "case.bulk")
    return answer(BulksAnswer(bulks=[_bulk(one) for one in await bulk.undoable(viewer=who.viewer)]))


async def undo(request: web.Request) -> web.Response:
    """撤销批量."""
    who = await acting(request)
    return answer(BulkUndoneAnswer(undone=await bulk.undo(number_in_path(request, "id"), by=who.viewer)))


DONE_BY_JSON = frozenset(VERBS) - {"call", "arrive", "miss", "conclude", "rate_unit"}
"""The verbs of a case itself; those of a call of several units are operations of their own (``case_calls``)."""
_LIST = Parameter("list", "query", {"type": "string", "enum": [one.value for one in CaseList]}, "which list; open")
_NUMBER = {"type": "integer", "minimum": 0, "maximum": MOST_ID}
_BUILDING = Parameter("building", "query", _NUMBER, "only those of this building")
_PASSED = Parameter("after", "query", _NUMBER, f"how many are passed over; a page has {MOST}")
_VERB = Parameter("verb", "path", {"type": "string", "enum": sorted(DONE_BY_JSON)}, "what is done")
ROUTES = (
    web.get("/api/v1/cases", show),
    web.get("/api/v1/cases/buildings", show_buildings),
    web.get("/api/v1/cases/bulk", show_bulks),
    web.post("/api/v1/cases/bulk", do_many),
    web.post("/api/v1/cases/bulk/{id}/undo", undo),
    web.get("/api/v1/cases/{id}", show_one),
    web.post("/api/v1/cases/{id}/verbs/{verb}", do_to),
)
OPERATIONS = (
    reads(
        "listCases",
        "cases",
        "A list of the desk: mine, of my team, due today, overdue, unowned (must be empty), undecided, and so on",
        gives=CaseBriefsAnswer,
        parameters=(_LIST, _BUILDING, _PASSED),
        needs_staff=True,
    ),
    reads(
        "listCaseBuildings",
        "cases/buildings",
        "Buildings in which cases are open",
        gives=CaseBuildingsAnswer,
        needs_staff=True,
    ),
    reads(
        "readCase",
        "cases/{id}",
        "One case with every step, who reported it, and what may be done to it",
        gives=CaseWorkAnswer,
        parameters=(id_of("case"),),
        needs_staff=True,
    ),
    acts(
        "doToCase",
        "cases/{id}/verbs/{verb}",
        "One verb on a case, as its page has it",
        gives=CaseDoneAnswer,
        takes=CaseVerbBody,
        parameters=(id_of("case"), _VERB),
        needs_staff=True,
    ),
    acts(
        "doToCases",
        "cases/bulk",
        "One verb on many cases; may be undone for some minutes, and its notices wait as long",
        gives=BulkAnswer,
        takes=BulkCasesBody,
        needs_staff=True,
    ),
    reads(
        "listCaseBulks",
        "cases/bulk",
        "What the caller did to many and may still take back",
        gives=BulksAnswer,
        needs_staff=True,
    ),
    acts(
        "undoCaseBulk",
        "cases/bulk/{id}/undo",
        "Take a bulk action back",
        gives=BulkUndoneAnswer,
        parameters=(id_of("bulk action"),),
        needs_staff=True,
    ),
)
