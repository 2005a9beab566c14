"""Taking a case down for somebody: by telephone, at the counter, on a patrol; and making one of a question."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from casework.cases import catalogue, from_questions, joining, reporting
from casework.cases.joining import Likely
from casework.cases.recognising import guesses
from casework.cases.reporting import Facts
from models import clock
from models.case import CaseSource
from models.errors import Invalid, NotFound, Refusal, Taken
from models.wording import say_moment
from nlp.coordinates import point_in
from people import homes
from portal.forms import Sent, done, form, whole
from portal.security import LOCATING
from portal.session import Visitor
from portal.staff import staff_page, worker

VERB = "case.take_down"
SOURCES = (CaseSource.PHONE, CaseSource.WALK_IN, CaseSource.PATROL)
ASKED_FOR = ("who", "when", "where", "how")
"""Of the five facts, those asked for once when they are missing; ``what`` must be there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says besides what was typed: what is missing, what may be the same already."""

    missing: tuple[str, ...] = ()
    likely: tuple[Likely, ...] = ()


NOTHING_ASKED = Asked()


async def show(request: web.Request) -> web.Response:
    """登记一件事."""
    who = await worker(request, VERB)
    return await _show(request, who, typed={"when": say_moment(clock.now())})


async def _show(
    request: web.Request,
    who: Visitor,
    *,
    typed: dict[str, str],
    asked: Asked = NOTHING_ASKED,
    refusal: Refusal | None = None,
) -> web.Response:
    shown = await staff_page(
        request,
        "staff/cases_new.html",
        refusal=refusal,
        typed=typed,
        asked=asked,
        sources=SOURCES,
        kinds=list((await catalogue.kinds_of(who.place_id)).values()),
        nearest=await guesses(typed["what"], place_id=who.place_id) if typed.get("what") else [],
        buildings=await homes.buildings(viewer=who.viewer, place_id=who.place_id),
    )
    shown.headers.update(LOCATING)
    return shown


@form
async def take_down(request: web.Request, sent: Sent) -> web.StreamResponse:
    """登记: what may be the same is offered once, what is missing asked for once; then it is taken as it is."""
    typed = dict(sent.fields)
    try:
        if (asked := await _ask_first(sent)) is not None:
            return await _show(request, sent.who, typed=typed, asked=asked)
        case = await reporting.report(
            _facts(sent), by=sent.who.viewer, source=_source(sent), place_id=sent.who.place_id
        )
    except (Invalid, NotFound, Taken) as refusal:
        return await _show(request, sent.who, typed=typed, refusal=refusal)
    return done(f"/cases/{case.id}", "case_take_down")


async def _ask_first(sent: Sent) -> Asked | None:
    """What must still be said, or looked at, before it is taken down; None: nothing, or it was asked before."""
    if not sent.text("what").strip():
        raise Invalid("case.empty")
    known = sent.text("asked").split()
    missing = tuple(name for name in ASKED_FOR if not sent.text(name).strip() and name not in known)
    same = () if "same" in known else await _likely(sent)
    return Asked(missing, same) if missing or same or not _kind(sent) else None


async def _likely(sent: Sent) -> tuple[Likely, ...]:
    if not (kind_key := _kind(sent)):
        return ()
    building = sent.text("building")
    found = await joining.likely(
        viewer=sent.who.viewer,
        place_id=sent.who.place_id,
        kind_key=kind_key,
        text=sent.text("what"),
        where=sent.text("where"),
        building_id=whole(building) if building else None,
        point=point_in(sent.text("point")),
    )
    return tuple(found)


def _kind(sent: Sent) -> str:
    """The kind chosen from the whole catalogue, before one of those offered."""
    return sent.text("other_kind") or sent.text("kind_key")


def _source(sent: Sent) -> CaseSource:
    return next((one for one in SOURCES if one.value == sent.text("source")), CaseSource.PHONE)


def _facts(sent: Sent) -> Facts:
    building = sent.text("building")
    is_patrol = _source(sent) is CaseSource.PATROL
    return Facts(
        _kind(sent),
        sent.text("what"),
        who=sent.text("who"),
        when=sent.text("when"),
        where=sent.text("where"),
        how=sent.text("how"),
        point=point_in(sent.text("point")),
        building_id=whole(building) if building else None,
        name="" if is_patrol else sent.text("who"),
        phone="" if is_patrol else sent.text("phone")[:60],
        is_private=sent.text("is_private") == "yes",
        is_emergency=sent.text("is_emergency") == "yes",
    )


@form
async def from_question(request: web.Request, sent: Sent) -> web.StreamResponse:
    """转为事件."""
    question_id = whole(request.match_info["question"])
    try:
        case = await from_questions.to_case(question_id, by=sent.who.viewer, kind_key=sent.text("kind_key"))
    except Taken:
        return done(f"/desk/{question_id}", "changed")
    return done(f"/cases/{case.id}", "case_take_down")
