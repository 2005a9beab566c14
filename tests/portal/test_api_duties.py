"""The lists of duty kept in the API: a neighbourhood's own wording by version, taken out and put back, by who leads."""

from __future__ import annotations

import pytest

from casework.duties import lists
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire, lives_here
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
ITEM = {
    "list": "does",
    "name": "代收<快递>",
    "spoken": ["代收快递"],
    "about": "门口的架子，自己来拿。",
    "flow": ["放在架子上", "自己来拿"],
    "limit": "当天",
    "supervises": "居民代表",
}
NEW = {**ITEM, "number": 0, "note": "门口有架子"}


@pytest.fixture
async def team(client: Client) -> Team:
    lists.forget()
    return await hire(client)


@pytest.fixture
async def api(client: Client) -> Api:
    return Api(client)


async def everybodys(api: Api) -> set[str]:
    """Keys of what everybody reads."""
    return {item["key"] for one in (await api.call("listDuties"))["lists"] for item in one["items"]}


async def test_an_item_of_ones_own_is_written_changed_taken_out_and_everybody_reads_it(api: Api, team: Team) -> None:
    gao, one = team.gao, {"key": "own_shelf"}
    assert await api.call("readKeptDuty", gao, **one) == 404
    made = await api.call("changeDuty", gao, body=NEW, **one)
    assert (made["number"], made["is_shared"], made["is_own"]) == (1, False, True)
    assert made["item"] == {**ITEM, "instead": "", "entry": ""}
    assert "own_shelf" in await everybodys(api)
    assert await api.call("changeDuty", gao, body=NEW, **one) == 409, "somebody wrote meanwhile"
    changed = await api.call("changeDuty", gao, body={**NEW, "number": 1, "limit": "两天", "note": "忙"}, **one)
    assert [(step["number"], step["note"], step["is_in_force"]) for step in changed["versions"]] == [
        (2, "忙", True),
        (1, "门口有架子", False),
    ]
    gone = await api.call("takeOutDuty", gao, body={"number": 2, "note": "架子拆了"}, **one)
    assert (gone["item"], gone["versions"][0]["item"], len(gone["versions"])) == (None, None, 3)
    assert "own_shelf" not in await everybodys(api)
    assert await api.call("takeOutDuty", gao, body={"number": 3, "note": "再拆"}, **one) == 404
    assert await api.call("restoreDuty", gao, **one) == 404, "there is no shared one"


async def test_a_shared_item_is_reworded_taken_out_and_put_back(api: Api, team: Team) -> None:
    gao, one = team.gao, {"key": "fines"}
    shared = await api.call("readKeptDuty", gao, **one)
    assert (shared["number"], shared["is_shared"], shared["is_own"], shared["versions"]) == (0, True, False, [])
    own = {**shared["item"], "name": "不能罚款", "number": 0, "note": "换个说法"}
    assert (await api.call("changeDuty", gao, body=own, **one))["item"]["name"] == "不能罚款"
    assert (await api.call("takeOutDuty", gao, body={"number": 1, "note": "不列了"}, **one))["item"] is None
    kept = await api.call("listKeptDuties", gao)
    assert (kept["taken_out"], "fines" in {item["key"] for item in kept["items"]}) == (["fines"], False)
    assert [item["is_own"] for item in kept["items"]] == [False] * len(kept["items"])
    back = await api.call("restoreDuty", gao, **one)
    assert (back["item"], back["number"], back["is_own"], len(back["versions"])) == (shared["item"], 0, False, 2)
    assert await api.call("restoreDuty", gao, **one) == 404
    assert (await api.call("listKeptDuties", gao))["taken_out"] == []


async def test_only_who_leads_keeps_them_and_only_their_own(api: Api, team: Team, client: Client) -> None:
    wang, one = await lives_here(client, "王阿姨"), {"key": "own_shelf"}
    for who in (team.chen, team.observer, wang, None):
        assert await api.call("listKeptDuties", who) == 403
        assert await api.call("readKeptDuty", who, key="fines") == 403
        refused = 404 if who is team.chen else 403
        assert await api.call("changeDuty", who, body=NEW, **one) == refused
        assert await api.call("takeOutDuty", who, body={"number": 0, "note": "不列"}, key="fines") == refused
        assert await api.call("restoreDuty", who, key="fines") == refused
    await api.call("changeDuty", team.gao, body=NEW, **one)
    assert await api.call("readKeptDuty", team.outsider, **one) == 404
    assert "own_shelf" not in {item["key"] for item in (await api.call("listKeptDuties", team.outsider))["items"]}
    assert await api.call("takeOutDuty", team.outsider, body={"number": 1, "note": "不列"}, **one) == 404
    assert "own_shelf" in await everybodys(api)


async def test_what_is_incomplete_is_refused_and_nothing_changes(api: Api, team: Team) -> None:
    wrong = [{**NEW, **change} for change in ({"note": " "}, {"name": "短" * 41}, {"flow": []}, {"list": "wants"})]
    wrong += [{**NEW, "list": "may_not"}, {**NEW, "spoken": ["x"]}, {key: NEW[key] for key in NEW if key != "limit"}]
    assert [await api.call("changeDuty", team.gao, body=one, key="own_shelf") for one in wrong] == [422] * len(wrong)
    assert await api.call("changeDuty", team.gao, body=NEW, key="Own Shelf") == 422
    assert "own_shelf" not in await everybodys(api)
