"""Ledgers and patrols in the API: struck off by somebody else, ticked once, and nothing of elsewhere."""

from __future__ import annotations

import pytest

from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
DUE = "2026-04-01"


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    await take_in_catalogue()
    return await hire(client)


@pytest.fixture
async def api(client: Client) -> Api:
    return Api(client)


async def test_an_entry_is_claimed_and_struck_off_by_somebody_else(api: Api, team: Team) -> None:
    chen, gao, lin = team.chen, team.gao, team.lin
    new = {"kind": "problem", "title": "东门积水", "owner": chen.viewer.person_id, "due": DUE}
    assert await api.call("addToLedger", gao, body={**new, "title": " "}) == 422
    one = (made := await api.call("addToLedger", gao, body=new))["line"]["id"]
    assert (made["line"]["state"], made["line"]["owner_id"]) == ("open", chen.viewer.person_id)
    later = {"owner": chen.viewer.person_id, "due": "2026-05-01", "note": "等材料"}
    assert await api.call("changeLedgerEntry", gao, id=one, body={**later, "version": 99}) == 409
    assert (await api.call("changeLedgerEntry", gao, id=one, body=later))["line"]["due"] == "2026-05-01"
    await api.call("noteLedgerEntry", chen, id=one, body={"note": "看过了"})
    assert await api.call("linkLedgerEntry", chen, id=one, body={"number": "C-9999"}) == 404
    await api.call("claimLedgerEntry", chen, id=one, body={"note": "修好了"})
    assert (await api.call("refuseLedgerClaim", gao, id=one, body={"note": "还漏"}))["line"]["state"] == "open"
    await api.call("claimLedgerEntry", gao, id=one, body={"note": "又修了"})
    assert await api.call("strikeOffLedgerEntry", chen, id=one, body={"note": "我看过"}) == 404
    assert await api.call("strikeOffLedgerEntry", gao, id=one, body={"note": "我看过"}) == 403
    await api.call("refuseLedgerClaim", gao, id=one, body={"note": "换人报请"})
    await api.call("claimLedgerEntry", chen, id=one, body={"note": "修好了"})
    struck = await api.call("strikeOffLedgerEntry", gao, id=one, body={"note": "去看过"})
    assert struck["line"]["state"] == "struck_off"
    assert [one["state"] for one in (await api.call("listLedger", lin))["entries"]] == ["struck_off"]
    assert (await api.call("sumLedgers", gao))["sums"]
    await api.call("reopenLedgerEntry", gao, id=one, body={"note": "又漏了", "due": "2026-06-01"})
    assert len((await api.call("readLedgerEntry", chen, id=one))["steps"]) >= 7
    assert await api.call("readLedgerEntry", team.outsider, id=one) == 404
    assert (await api.call("listLedger", team.outsider))["entries"] == []


async def test_a_route_is_laid_walked_and_ended(api: Api, team: Team) -> None:
    chen, gao = team.chen, team.gao
    laid = {"name": "前门一圈", "weekdays": [1, 2], "stops": "东门｜积水\n车棚"}
    assert await api.call("layRoute", chen, body=laid) in {403, 404}
    assert await api.call("layRoute", gao, body={**laid, "stops": ""}) == 422
    route = (await api.call("layRoute", gao, body={**laid, "goes": chen.viewer.person_id}))["id"]
    [today] = (await api.call("listPatrols", chen))["today"]
    first, second = today["stops"]
    assert (today["is_mine"], first["looks"], second["name"]) == (True, "积水", "车棚")
    await api.call("tickStop", chen, id=first["id"])
    assert await api.call("tickStop", chen, id=first["id"]) == 409
    found = {"what": "车棚的灯坏了", "key": "api1"}
    made = await api.call("reportAtStop", chen, id=second["id"], body=found)
    assert await api.call("reportAtStop", chen, id=second["id"], body=found) in (made, 409)
    assert await api.call("reportAtStop", team.outsider, id=second["id"], body=found) == 404
    [today] = (await api.call("listPatrols", chen))["today"]
    assert today["stops"][1]["cases"] == [made["number"]]
    await api.call("retireRoute", gao, id=route)
    assert (await api.call("listPatrols", chen))["today"] == []
    assert await api.call("listPatrols") == 403
