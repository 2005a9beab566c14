"""Cases as Open311 GeoReport v2 has them: public kinds and states, and of who reported nothing.

A request carries back the words and the spot that came in by Open311; of any other case, whose words may name somebody
or somebody's door, only its kind, state, times, unit and building are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from casework.cases import catalogue, reporting
from casework.cases.kinds import Kind
from casework.cases.reporting import Facts
from casework.loop import CASE_STATES
from models import clock
from models.case import Case, CaseSource, CaseState, CaseStep
from models.errors import NotFound, TooMany
from models.transaction import fetch, listed, moment
from models.wording import say
from people.viewers import SYSTEM

MOST = 1_000
LONGEST = dt.timedelta(days=90)
MOST_AN_HOUR = 200
"""How many requests of all clients of a place are taken in an hour."""
PUBLIC = tuple(state for state, facts in CASE_STATES.items() if facts.is_public)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; at most ``LONGEST``."""

    starts: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests a client asks for; what is empty is not asked."""

    span: Span
    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A case for everybody; the names are those of the specification."""

    service_request_id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str
    requested_datetime: dt.datetime
    updated_datetime: dt.datetime
    expected_datetime: dt.datetime | None
    address: str
    address_id: str
    zipcode: str
    lat: float | None
    long: float | None
    media_url: str


@dataclass(frozen=True, slots=True)
class Update:
    """A public step of a case: what was done, not in which words."""

    update_id: int
    service_request_id: str
    status: str
    updated_datetime: dt.datetime
    description: str
    media_url: str


async def services(place_id: int) -> list[Kind]:
    """The kinds of work of a place that everybody may see."""
    return [kind for kind in (await catalogue.kinds_of(place_id)).values() if kind.is_public]


async def service(place_id: int, code: str) -> Kind:
    """One of them."""
    found = next((kind for kind in await services(place_id) if kind.id == code), None)
    if found is None:
        raise NotFound("open311.service")
    return found


async def take(facts: Facts, *, place_id: int) -> Case:
    """Take a request in from a client whose key is good."""
    since = clock.now() - dt.timedelta(hours=1)
    if await Case.filter(place_id=place_id, source=CaseSource.OPEN311, created_at__gt=since).count() >= MOST_AN_HOUR:
        raise TooMany("open311.too_many", most=MOST_AN_HOUR)
    await service(place_id, facts.kind_key)
    return await reporting.report(facts, by=SYSTEM, source=CaseSource.OPEN311, place_id=place_id)


async def requests(place_id: int, wanted: Wanted) -> list[Request]:
    """The public cases of a place, the newest first."""
    kinds = {kind.id: kind for kind in await services(place_id)}
    span = wanted.span
    found = Q(created_at__gte=span.starts, created_at__lte=span.ends)
    if wanted.numbers:
        found = Q(number__in=wanted.numbers)
    if wanted.services:
        found &= Q(kind_key__in=wanted.services)
    if wanted.statuses:
        found &= Q(state__in=_of_status(wanted.statuses) or [""])
    return await _told(place_id, found, kinds)


def _of_status(statuses: Collection[str]) -> list[CaseState]:
    return [state for state in PUBLIC if _status(state) in statuses]


def _status(state: CaseState) -> str:
    return "open" if CASE_STATES[state].is_open else "closed"


async def request(place_id: int, number: str) -> Request:
    """One public case by its number."""
    kinds = {kind.id: kind for kind in await services(place_id)}
    found = await _told(place_id, Q(number=number), kinds)
    if not found:
        raise NotFound("open311.request")
    return found[0]


async def _told(place_id: int, wanted: Q, kinds: Mapping[str, Kind]) -> list[Request]:
    public = Q(place_id=place_id, is_private=False, state__in=[*PUBLIC], kind_key__in=[*kinds])
    rows = Case.filter(public, wanted).order_by("-created_at", "-id").limit(MOST)
    found = await rows.select_related("team", "estate", "building")
    last = await _last_steps(found)
    return [_request(case, kinds[case.kind_key], last.get(case.id, case.created_at)) for case in found]


async def _last_steps(found: Sequence[Case]) -> dict[int, dt.datetime]:
    """When something was last done about each that everybody may know of."""
    rows = await fetch(
        "SELECT case_id, max(created_at) AS at FROM case_step WHERE is_public AND case_id IN"
        f" ({listed(case.id for case in found)}) GROUP BY case_id"
    )
    return {row["case_id"]: moment(row["at"]) for row in rows}


def _request(case: Case, kind: Kind, updated: dt.datetime) -> Request:
    is_theirs = case.source is CaseSource.OPEN311
    building = case.building.name if case.building else ""
    estate = case.estate.name if case.estate else ""
    return Request(
        service_request_id=case.number,
        status=_status(case.state),
        status_notes=say(f"cases.state.{case.state.value}"),
        service_name=kind.name,
        service_code=kind.id,
        description=case.text if is_theirs else kind.name,
        agency_responsible=case.team.name if case.team else "",
        service_notice="",
        requested_datetime=case.created_at,
        updated_datetime=updated,
        expected_datetime=case.due_at,
        address=case.where_text if is_theirs else f"{estate}{building}",
        address_id="",
        zipcode="",
        lat=case.latitude if is_theirs else None,
        long=case.longitude if is_theirs else None,
        media_url="",
    )


async def updates(place_id: int, span: Span, *, number: str = "") -> list[Update]:
    """The public steps of public cases of a place, the oldest first."""
    kinds = [kind.id for kind in await services(place_id)]
    public = Q(place_id=place_id, is_public=True, created_at__gte=span.starts, created_at__lte=span.ends)
    public &= Q(case__is_private=False, case__state__in=[*PUBLIC], case__kind_key__in=kinds)
    if number:
        public &= Q(case__number=number)
    found = await CaseStep.filter(public).order_by("id").limit(MOST).select_related("case")
    return [_update(step) for step in found]


def _update(step: CaseStep) -> Update:
    verb = say(f"cases.verb.{step.verb.removeprefix('case.')}")
    return Update(step.id, step.case.number, _status(step.state), step.created_at, verb, "")
