"""Open311 GeoReport v2: services, requests, tokens and updates for other systems, in XML and JSON."""

from __future__ import annotations

import datetime as dt
import math

from aiohttp import web

from casework.cases import catalogue, open311
from casework.cases.kinds import Kind
from casework.cases.open311 import LONGEST, Span, Wanted
from casework.cases.reporting import Facts
from casework.cases.urgent import urgent
from models import clock
from models.clock import SHANGHAI
from models.errors import Invalid, NotFound
from models.wording import say
from nlp.coordinates import Point
from people import api_keys, places
from portal.forms import fields_of
from portal.open311_forms import Row, Words, in_its_form, many, one, row_of
from portal.proxy import origin

BASE = "/open311/v2"
ASKED = ("when", "how")
"""Of the five facts, those that have no field of their own in the specification."""
STATUSES = ("open", "closed")
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")


async def _place(jurisdiction: str) -> int:
    """The place that is asked for by its short name; without one, that of this installation."""
    if not jurisdiction:
        return places.home_place_id()
    try:
        return (await places.place_by_slug(jurisdiction)).id
    except NotFound as refusal:
        raise NotFound("open311.jurisdiction") from refusal


async def _asked_place(request: web.Request) -> int:
    return await _place(request.query.get("jurisdiction_id", ""))


@in_its_form
async def services(request: web.Request) -> web.Response:
    """Which kinds of work may be reported."""
    found = await open311.services(await _asked_place(request))
    return many(request, "services", [_service(kind) for kind in found])


def _service(kind: Kind) -> Row:
    values = {"service_code": kind.id, "service_name": kind.name, "description": kind.standard, "metadata": True}
    told = {"type": "realtime", "keywords": ",".join(kind.spoken), "group": kind.field_name}
    return Row("service", (*values.items(), *told.items()))


@in_its_form
async def definition(request: web.Request) -> web.Response:
    """What is asked for with one of them."""
    kind = await open311.service(await _asked_place(request), request.match_info["code"])
    asked = [_attribute(name, order) for order, name in enumerate(ASKED, start=1)]
    return one(request, Row("service_definition", (("service_code", kind.id), ("attributes", asked))))


def _attribute(name: str, order: int) -> Row:
    return Row(
        "attribute",
        (
            ("variable", True),
            ("code", name),
            ("datatype", "string"),
            ("required", False),
            ("datatype_description", ""),
            ("order", order),
            ("description", say(f"open311.{name}")),
        ),
    )


@in_its_form
async def take(request: web.Request) -> web.Response:
    """上报: a request of a client with a key."""
    sent = dict(await fields_of(request))
    place_id = await _place(sent.get("jurisdiction_id", ""))
    await api_keys.must_be_good(sent.get("api_key", ""), place_id=place_id)
    kind = await _service_sent(sent, place_id)
    case = await open311.take(_facts(sent, kind), place_id=place_id)
    danger = urgent(case.text, kind) if case.is_emergency else None
    notice = danger.first if danger else ""
    values = (("service_request_id", case.number), ("service_notice", notice), ("account_id", None))
    return many(request, "service_requests", [Row("request", values)])


async def _service_sent(sent: dict[str, str], place_id: int) -> Kind:
    code = sent.get("service_code", "")
    if not code:
        raise Invalid("open311.missing", name="service_code")
    return await open311.service(place_id, code)


def _facts(sent: dict[str, str], kind: Kind) -> Facts:
    latitude, longitude = _degrees(sent, "lat", most=90), _degrees(sent, "long", most=180)
    where = sent.get("address_string", "") or sent.get("address_id", "")
    if not where.strip() and (latitude is None or longitude is None):
        raise Invalid("open311.missing", name="lat, long | address_string | address_id")
    return Facts(
        kind.id,
        sent.get("description", "").strip() or kind.name,
        when=sent.get("attribute[when]", ""),
        where=where,
        how=sent.get("attribute[how]", ""),
        point=None if latitude is None or longitude is None else Point("", latitude, longitude),
        name=f"{sent.get('last_name', '')}{sent.get('first_name', '')}".strip(),
        phone=sent.get("phone", ""),
    )


def _degrees(sent: dict[str, str], name: str, *, most: int) -> float | None:
    text = sent.get(name, "").strip()
    try:
        found = float(text) if text else None
    except ValueError as error:
        raise Invalid("open311.wrong", name=name) from error
    if found is not None and not (math.isfinite(found) and abs(found) <= most):
        raise Invalid("open311.wrong", name=name)
    return found


@in_its_form
async def token(request: web.Request) -> web.Response:
    """A token is the request's own number: every service is answered at once."""
    found = await open311.request(await _asked_place(request), request.match_info["token"])
    number = found.service_request_id
    values = (("service_request_id", number), ("token", number))
    return many(request, "service_requests", [Row("request", values)])


@in_its_form
async def requests(request: web.Request) -> web.Response:
    """What was reported, by anybody, of what everybody may see."""
    statuses = _listed(request, "status")
    if not {*statuses} <= {*STATUSES}:
        raise Invalid("open311.wrong", name="status")
    wanted = Wanted(_span(request), _listed(request, "service_request_id"), _listed(request, "service_code"), statuses)
    found = await open311.requests(await _asked_place(request), wanted)
    return many(request, "service_requests", [row_of("request", each) for each in found])


def _listed(request: web.Request, name: str) -> tuple[str, ...]:
    return tuple(part for each in request.query.get(name, "").split(",") if (part := each.strip()))[: open311.MOST]


def _span(request: web.Request) -> Span:
    """From when to when: ninety days at most, the last ones before the end; up to now where nothing is said."""
    start, end = _moment(request, "start_date"), _moment(request, "end_date")
    try:
        ends = end or (min(start + LONGEST, clock.now()) if start else clock.now())
        return Span(max(start or ends - LONGEST, ends - LONGEST), ends)
    except OverflowError as error:
        raise Invalid("open311.wrong", name="start_date") from error


def _moment(request: web.Request, name: str) -> dt.datetime | None:
    text = request.query.get(name, "").strip()
    try:
        found = dt.datetime.fromisoformat(text.replace(" ", "+")) if text else None
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(dt.UTC) if found else None
    except (ValueError, OverflowError) as error:
        raise Invalid("open311.wrong", name=name) from error


@in_its_form
async def show(request: web.Request) -> web.Response:
    """One of them."""
    found = await open311.request(await _asked_place(request), request.match_info["id"])
    return many(request, "service_requests", [row_of("request", found)])


@in_its_form
async def updates(request: web.Request) -> web.Response:
    """What was done about them, step by step."""
    place_id, number = await _asked_place(request), request.query.get("service_request_id", "")
    found = await open311.updates(place_id, _span(request), number=number)
    return many(request, "service_request_updates", [row_of("request_update", each) for each in found])


@in_its_form
async def discovery(request: web.Request) -> web.Response:
    """Where the interface is, in which forms, whom to ask for a key, and when the list of services last changed."""
    place, changed = await places.place(await _asked_place(request)), await catalogue.changed_at()
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{origin(request)}{BASE}",
        "changeset": changed,
        "type": "production",
        "formats": Words("format", FORMATS),
    }
    told = {
        "changeset": changed,
        "contact": say("open311.contact", place=place.name, phone=place.phone).strip(),
        "key_service": say("open311.key_service", place=place.name).strip(),
        "endpoints": [Row("endpoint", tuple(endpoint.items()))],
    }
    return one(request, Row("discovery", tuple(told.items())))


_FORM = "{form:xml|json}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get(f"{BASE}/discovery.{_FORM}", discovery),
    web.get(f"{BASE}/services.{_FORM}", services),
    web.get(f"{BASE}/services/{{code}}.{_FORM}", definition),
    web.post(f"{BASE}/requests.{_FORM}", take),
    web.get(f"{BASE}/requests.{_FORM}", requests),
    web.get(f"{BASE}/requests/{{id}}.{_FORM}", show),
    web.get(f"{BASE}/tokens/{{token}}.{_FORM}", token),
    web.get(f"{BASE}/servicerequestupdates.{_FORM}", updates),
)
