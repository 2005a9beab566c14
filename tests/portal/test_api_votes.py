"""Votes as JSON: each call by its name, its answer held against the description."""

from __future__ import annotations

import datetime as dt

import pytest

from forum.votes import recount
from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.conftest import Client
from tests.portal.vote_work import settle

pytestmark = pytest.mark.databases("sqlite")
SHARED = {"title": "买什么", "text": "一人一票。", "unit": "household", "rule": "advice"}


async def test_a_secret_vote_from_draft_to_recount(client: Client, clock: StillClock) -> None:  # noqa: PLR0915
    town, caller = await settle(client), Api(client)
    chen, gao, (wang, li, zhou, *_) = town.team.chen, town.team.gao, town.people
    closes = (clock.moment + dt.timedelta(days=3)).isoformat()
    options = [{"text": "长椅"}, {"text": "路灯"}]
    body = {**SHARED, "method": "one", "is_secret": True, "closes_at": closes, "options": options}
    assert await caller.call("draftVote", wang, body=body) == 403
    assert await caller.call("draftVote", chen, body={**body, "options": []}) == 422
    vote = (await caller.call("draftVote", chen, body=body))["id"]
    assert await caller.call("readVote", wang, id=vote) == 404
    assert await caller.call("editVote", wang, id=vote, body={**body, "version": 1}) == 404
    await caller.call("editVote", chen, id=vote, body={**body, "title": "买哪样", "version": 1})
    assert await caller.call("editVote", chen, id=vote, body={**body, "version": 1}) == 409
    assert (await caller.call("readVote", chen, id=vote))["title"] == "买哪样"
    assert await caller.call("openVote", gao, id=vote, body={"version": 9}) == 409
    assert await caller.call("openVote", gao, id=vote, body={"version": 2}) == {"votes": 6, "area": 0}
    found = await caller.call("readVote", wang, id=vote)
    assert (found["state"], found["sheet"], found["turnout"]) == (
        "open",
        None,
        [{"building": "3号楼", "roll": 6, "voted": 0}],
    )
    line = found["mine"][0]["voter_id"]
    receipt = (await caller.call("castVote", wang, id=vote, body={"voter_id": line, "points": {"1": 1}}))["receipt"]
    assert await caller.call("castVote", li, id=vote, body={"voter_id": line, "points": {"1": 1}}) == 404
    assert await caller.call("castVote", wang, id=vote, body={"voter_id": line, "points": {"1": 1}}) == 409
    await caller.call("changeVote", wang, id=vote, body={"receipt": receipt, "points": {"2": 1}})
    printed = (await caller.call("printBallots", chen, id=vote, body={"count": 2}))["receipts"]
    [left, *_] = (await caller.call("listUndecided", chen, id=vote))["lines"]
    assert await caller.call("listUndecided", wang, id=vote) == 404
    await caller.call("handOutBallot", chen, id=vote, body={"voter_id": left["voter_id"]})
    for who, state in ((chen, "entered"), (gao, "confirmed")):
        entered = await caller.call(
            "enterBallot", who, id=vote, body={"receipt": printed[0], "points": {"2": 1}, "no_photo": "camera"}
        )
        assert entered == {"state": state}
    assert await caller.call("countVote", gao, id=vote) == 409
    assert await caller.call("readBallots", wang, id=vote) == 409
    assert await caller.call("readPapers", chen, id=vote) == 409
    clock.forward(days=3)
    await caller.call("countVote", gao, id=vote)
    assert await caller.call("findBallot", wang, id=vote, body={"receipt": receipt}) == {"choice": "2", "words": "路灯"}
    assert await caller.call("readPapers", chen, id=vote) == {"photos": [], "without": {"camera": 1}}
    assert await caller.call("readPapers", wang, id=vote) == 404
    sheet = (await caller.call("readBallots", zhou, id=vote))["sheet"]
    assert recount.problems(sheet) == []
    assert sheet["result"]["chosen"] == [2]
    [listed] = (await caller.call("listVotes", zhou))["votes"]
    assert (listed["state"], listed["voted"]) == ("counted", 2)


async def test_a_vote_is_called_void(client: Client, clock: StillClock) -> None:
    town, caller = await settle(client, homes=1), Api(client)
    closes = (clock.moment + dt.timedelta(days=3)).isoformat()
    body = {**SHARED, "method": "yes_no", "is_secret": False, "closes_at": closes}
    vote = (await caller.call("draftVote", town.team.chen, body=body))["id"]
    assert await caller.call("voidVote", town.team.gao, id=vote, body={"version": 1, "reason": ""}) == 422
    await caller.call("voidVote", town.team.gao, id=vote, body={"version": 1, "reason": "不办了"})
    assert (await caller.call("readVote", town.people[0], id=vote))["reason"] == "不办了"
