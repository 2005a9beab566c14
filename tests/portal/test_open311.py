"""Open311 GeoReport v2 over HTTP: the specification's fields, in XML and JSON; only what everybody may know."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import xmltodict

from casework.cases import accepting, catalogue, kinds, reporting
from casework.cases.reporting import Facts
from models.alarm import Alarm
from models.api_key import ApiKey
from models.case import Case, CaseReporter, CaseSource
from models.sealed import unseal, use_secrets
from nlp.coordinates import Point
from people import places
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client

BASE = "/open311/v2"
SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
ATTRIBUTE = ["variable", "code", "datatype", "required", "datatype_description", "order", "description"]
REQUEST = [
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
]
UPDATE = ["update_id", "service_request_id", "status", "updated_datetime", "description", "media_url"]
SENT = {
    "service_code": "stair_light",
    "lat": "31.2304",
    "long": "121.4737",
    "address_string": "3号楼2楼",
    "description": "楼道灯坏了 <b>&\x0b 13812345678",
    "first_name": "示范",
    "last_name": "王",
    "phone": "13812345678",
    "attribute[when]": "昨晚",
}


@pytest.fixture
async def team(client: Client) -> Team:
    catalogue.forget()
    found = await hire(client)
    await catalogue.load(kinds.read(Path(__file__).parents[2] / "community" / "cases"), by=SYSTEM)
    return found


async def key_of(team: Team) -> str:
    page = await team.admin.send("/place/keys", name="热线")
    found = re.search(r'<code class="canned-text">([\w-]{43})</code>', page.html)
    assert found is not None, page.html[:400]
    return found[1]


async def ask(client: Client, path: str, **query: str) -> tuple[int, Any]:
    response = await client.get(f"{BASE}/{path}", params=query)
    assert response.headers["Content-Type"] == (
        "application/json; charset=utf-8" if ".json" in path else "text/xml; charset=utf-8"
    )
    text = await response.text()
    return response.status, await response.json() if ".json" in path else xmltodict.parse(text)


async def send(client: Client, form: str = "json", **fields: str) -> tuple[int, Any]:
    response = await client.post(f"{BASE}/requests.{form}", data={**SENT, **fields})
    text = await response.text()
    return response.status, await response.json() if form == "json" else xmltodict.parse(text)


@pytest.mark.databases("sqlite")
async def test_services_and_their_definition_are_as_specified(team: Team, client: Client) -> None:
    status, listed = await ask(client, "services.json")
    assert status == 200
    assert {tuple(one) for one in listed} == {tuple(SERVICE)}
    assert {one["type"] for one in listed} == {"realtime"}
    codes = [one["service_code"] for one in listed]
    assert codes == [key for key, kind in (await catalogue.kinds_of(None)).items() if kind.is_public]
    _, document = await ask(client, "services.xml")
    rows = document["services"]["service"]
    assert ([one["service_code"] for one in rows], list(rows[0]), rows[0]["metadata"]) == (codes, SERVICE, "true")
    _, definition = await ask(client, "services/stair_light.json")
    assert (list(definition), [list(one) for one in definition["attributes"]]) == (
        ["service_code", "attributes"],
        [ATTRIBUTE] * 2,
    )
    _, document = await ask(client, "services/stair_light.xml")
    assert [list(one) for one in document["service_definition"]["attributes"]["attribute"]] == [ATTRIBUTE] * 2
    hidden = next(key for key, kind in (await catalogue.kinds_of(None)).items() if not kind.is_public)
    status, errors = await ask(client, f"services/{hidden}.json")
    assert (status, errors[0]["code"], list(errors[0])) == (404, 404, ["code", "description"])


@pytest.mark.databases("sqlite")
async def test_the_interface_is_discovered_as_specified_and_a_change_of_the_catalogue_shows(
    clock: StillClock, team: Team, client: Client
) -> None:
    status, told = await ask(client, "discovery.json")
    assert (status, list(told)) == (200, ["changeset", "contact", "key_service", "endpoints"])
    assert [list(one) for one in told["endpoints"]] == [["specification", "url", "changeset", "type", "formats"]]
    assert told["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    url = told["endpoints"][0]["url"].removeprefix(str(client.make_url("/")).rstrip("/"))
    assert (await client.get(f"{url}/services.json")).status == 200
    _, document = await ask(client, "discovery.xml")
    endpoint = document["discovery"]["endpoints"]["endpoint"]
    assert (list(document["discovery"]), endpoint["type"], endpoint["formats"]["format"]) == (
        list(told),
        "production",
        ["text/xml", "application/json"],
    )
    clock.forward(hours=1)
    here = {"place_id": places.home_place_id(), "number": 1, "note": "更快"}
    await catalogue.change("stair_light", by=team.gao.viewer, values={"limit": {"hours": 8}}, **here)
    _, changed = await ask(client, "discovery.json")
    assert changed["changeset"] > told["changeset"]
    assert (await ask(client, "discovery.json", jurisdiction_id="nowhere"))[0] == 404


async def test_a_request_comes_in_is_told_with_its_steps_and_nothing_of_who_reported(
    team: Team, client: Client
) -> None:
    status, answered = await send(client, api_key=await key_of(team))
    assert status == 200
    assert [list(one) for one in answered] == [["service_request_id", "service_notice", "account_id"]]
    case, reporter = await Case.get(), await CaseReporter.get()
    assert (answered[0]["service_request_id"], case.source) == (case.number, CaseSource.OPEN311)
    assert (reporter.name, unseal(reporter.phone_sealed or ""), case.when_text) == ("王示范", "13812345678", "昨晚")
    await accepting.accept(case.id, by=team.chen.viewer)
    _, told = await ask(client, f"requests/{case.number}.json")
    one = told[0]
    assert (list(one), one["status"], one["address"], one["lat"]) == (REQUEST, "open", "3号楼2楼", 31.2304)
    assert dt.datetime.fromisoformat(one["requested_datetime"]).tzinfo is not None
    for form in ("xml", "json"):
        text = await (await client.get(f"{BASE}/requests.{form}")).text()
        assert case.number in text
        for hidden in ("王示范", "13812345678", "昨晚"):
            assert hidden not in text
    _, document = await ask(client, "requests.xml", status="open", service_code="stair_light,lift_trapped")
    assert list(document["service_requests"]["request"]) == REQUEST
    assert "<b>&" in document["service_requests"]["request"]["description"]
    assert (await ask(client, "requests.json", status="closed"))[1] == []
    _, steps = await ask(client, "servicerequestupdates.json", service_request_id=case.number)
    assert ([list(one) for one in steps], [one["description"] for one in steps]) == ([UPDATE] * 2, ["上报", "受理"])
    _, document = await ask(client, "servicerequestupdates.xml")
    assert [list(one) for one in document["service_request_updates"]["request_update"]] == [UPDATE] * 2
    _, token = await ask(client, f"tokens/{case.number}.json")
    assert token == [{"service_request_id": case.number, "token": case.number}]


@pytest.mark.databases("sqlite")
async def test_words_of_other_ways_and_what_is_private_are_not_told(team: Team, client: Client) -> None:
    home = places.home_place_id()
    for is_private in (False, True):
        facts = Facts(
            "stair_light",
            "501的老张说灯坏了",
            where="501",
            name="老张",
            is_private=is_private,
            point=Point("", 31.0, 121.0),
        )
        await reporting.report(facts, by=SYSTEM, source=CaseSource.PHONE, place_id=home)
    _, told = await ask(client, "requests.json")
    assert [(one["description"], one["address"], one["lat"]) for one in told] == [("楼道灯不亮", "", None)]
    assert (await ask(client, "requests/C-0002.json"))[0] == 404
    assert (await ask(client, "tokens/C-0002.xml"))[0] == 404
    assert len((await ask(client, "servicerequestupdates.json"))[1]) == 1
    assert (await ask(client, "requests.json", jurisdiction_id="other"))[1] == []


@pytest.mark.databases("sqlite")
async def test_what_cannot_be_taken_is_an_error_as_specified(team: Team, client: Client) -> None:
    key = await key_of(team)
    wrong = [
        (403, {}),
        (403, {"api_key": "x"}),
        (403, {"api_key": key, "jurisdiction_id": "other"}),
        (404, {"api_key": key, "jurisdiction_id": "nowhere"}),
        (400, {"api_key": key, "service_code": ""}),
        (404, {"api_key": key, "service_code": "no_such"}),
        (400, {"api_key": key, "lat": "nan"}),
        (400, {"api_key": key, "long": "200"}),
        (400, {"api_key": key, "lat": "", "address_string": " "}),
    ]
    for status, fields in wrong:
        found, errors = await send(client, **fields)
        assert (found, errors[0]["code"], list(errors[0])) == (status, status, ["code", "description"]), fields
    found, document = await send(client, "xml")
    assert (found, document["errors"]["error"]["code"]) == (403, "403")
    for query in ({"status": "lost"}, {"start_date": "soon"}, {"end_date": "0001-01-01T00:00:00Z"}):
        assert (await ask(client, "requests.json", **query))[0] == 400
    assert await Case.all().count() == 0


@pytest.mark.databases("sqlite")
async def test_a_key_outlives_a_new_secret_key(team: Team, client: Client) -> None:
    key = await key_of(team)
    for secrets in (("a newer secret for tests", "a secret for tests only"), ("a newer secret for tests",)):
        use_secrets(*secrets)
        assert (await send(client, api_key=key))[0] == 200
    use_secrets("a secret for tests only")


@pytest.mark.databases("sqlite")
async def test_a_key_is_told_once_and_lets_nothing_in_when_it_is_ended(team: Team, client: Client) -> None:
    key, kept = await key_of(team), await ApiKey.get()
    assert key not in (await team.admin.see("/place/keys")).html
    assert key not in kept.key_hash
    assert (await team.gao.see("/place/keys")).status == 403
    assert (await team.gao.send(f"/place/keys/{kept.id}/end")).status == 403
    assert (await send(client, api_key=key))[0] == 200
    assert "已停用" in (await team.admin.send(f"/place/keys/{kept.id}/end")).html
    assert (await send(client, api_key=key))[0] == 403
    assert (await team.admin.send(f"/place/keys/{kept.id}/end")).status == 409


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_danger_is_answered_with_whom_to_call_and_pages_who_is_on_duty(
    team: Team, client: Client, form: str
) -> None:
    status, answered = await send(
        client, form, api_key=await key_of(team), service_code="other_matter", description="楼道里着火了"
    )
    row = answered[0] if form == "json" else answered["service_requests"]["request"]
    assert (status, "119" in row["service_notice"]) == (200, True)
    assert (await Alarm.get()).pages == 1
