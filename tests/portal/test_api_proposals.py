"""Proposals as JSON: each call by its name, its answer held against the description."""

from __future__ import annotations

import pytest

from models.transaction import execute
from tests.portal.callers import Api
from tests.portal.conftest import Client
from tests.portal.vote_work import settle

pytestmark = pytest.mark.databases("sqlite")
BODY = {"title": "车棚装充电桩", "text": "车棚里装六个充电桩，电费自付。"}


async def test_a_proposal_from_putting_to_the_vote(client: Client) -> None:  # noqa: PLR0915
    town, caller = await settle(client), Api(client)
    chen, gao, (wang, li, zhou, *_) = town.team.chen, town.team.gao, town.people
    assert (await caller.call("findAlike", wang, body=BODY))["proposals"] == []
    made = await caller.call("beginProposal", wang, body={**BODY, "key": "k1"})
    number = made["id"]
    again = await caller.call("beginProposal", wang, body={**BODY, "key": "k1"})
    assert (made["state"], again["id"], again["is_repeat"]) == ("published", number, True)
    [alike] = (await caller.call("findAlike", li, body=BODY))["proposals"]
    assert (alike["id"], alike["support_needed"]) == (number, 3)
    assert await caller.call("supportProposal", chen, id=number) == 403
    assert await caller.call("supportProposal", li, id=number + 9) == 404
    assert (await caller.call("supportProposal", li, id=number))["support_count"] == 1
    assert await caller.call("supportProposal", li, id=number) == 409
    assert (await caller.call("takeBackSupport", li, id=number))["support_count"] == 0
    for who in (wang, li, zhou):
        now = await caller.call("supportProposal", who, id=number)
    assert now["stage"] == "screening"
    assert await caller.call("takeBackSupport", li, id=number) == 409
    [owed] = (await caller.call("listUnansweredProposals", zhou))["proposals"]
    assert (owed["owes_answer"], owed["percent"]) == (True, 50)
    assert await caller.call("listProposalsAtDesk", zhou) == 403
    assert [one["id"] for one in (await caller.call("listProposalsAtDesk", chen))["proposals"]] == [number]
    assert await caller.call("moveProposal", gao, id=number, body={"verb": "select"}) == 422
    assert await caller.call("moveProposal", gao, id=number, body={"verb": "pass", "reason": "x"}) == 422
    assert await caller.call("moveProposal", chen, id=number, body={"verb": "select", "reason": "好"}) == 403
    await caller.call("answerProposal", chen, id=number, body={"text": "收到，下周讨论。"})
    assert await caller.call("answerProposal", chen, id=number, body={"text": "再答一次。"}) == 409
    seen = await caller.call("readProposal", gao, id=number)
    assert (seen["answer"], seen["moves"], seen["waits"]) == ("收到，下周讨论。", ["select", "refuse"], [])
    stale = {"verb": "select", "reason": "好", "version": 1}
    assert await caller.call("moveProposal", gao, id=number, body=stale) == 409
    selected = {**stale, "version": seen["version"]}
    assert (await caller.call("moveProposal", gao, id=number, body=selected))["stage"] == "discussion"
    await caller.call("moveProposal", chen, id=number, body={"verb": "hear"})
    seen = await caller.call("readProposal", gao, id=number)
    assert (seen["moves"], [one["verb"] for one in seen["waits"]]) == ([], ["coordinate", "discuss", "refuse"])
    await execute("UPDATE proposal SET stage='discussion'")
    vote = (await caller.call("draftVoteOnProposal", chen, id=number))["id"]
    await caller.call("openVote", gao, id=vote, body={"version": 1})
    seen = await caller.call("readProposal", wang, id=number)
    assert (seen["stage"], seen["votes"][0]["id"], seen["text_number"]) == ("vote", vote, 1)
    assert seen["versions"][0]["hash"] in (await caller.call("readVote", wang, id=vote))["text"]
    verbs = ["begin", "put", "reach", "select", "hear", "vote"]
    assert [one["verb"] for one in seen["steps"]] == [f"proposal.{verb}" for verb in verbs]
    [mine] = (await caller.call("listOwnProposals", li))["proposals"]
    assert (mine["supports"], mine["is_mine"]) == (True, False)
    assert (await caller.call("listProposals", li, stage="topic"))["proposals"] == []
    assert [one["id"] for one in (await caller.call("listProposals", li))["proposals"]] == [number]


async def test_amendments_are_settled_by_the_author_alone_through_the_api_too(client: Client) -> None:
    town, caller = await settle(client), Api(client)
    chen, gao, (wang, li, zhou, *_) = town.team.chen, town.team.gao, town.people
    number = (await caller.call("beginProposal", wang, body=BODY))["id"]
    words = {"text": "车棚里装八个充电桩，夜里断电。", "note": "不够用"}
    assert await caller.call("amendProposal", chen, id=number, body=words) == 403
    assert await caller.call("amendProposal", li, id=number, body={**words, "note": ""}) == 422
    for one in (words, {**words, "text": "装在小区门口，不装车棚。"}):
        assert (await caller.call("amendProposal", li, id=number, body=one))["state"] == "published"
    first, second = (one["id"] for one in (await caller.call("readProposal", wang, id=number))["amendments"])
    for who in (li, zhou, chen, gao):
        assert await caller.call("acceptAmendment", who, id=first, body={"seen_number": 0}) == 403
        assert await caller.call("refuseAmendment", who, id=first, body={"reason": "不要"}) == 403
    await caller.call("acceptAmendment", wang, id=first, body={"seen_number": 0})
    assert await caller.call("refuseAmendment", wang, id=second, body={"reason": ""}) == 422
    assert await caller.call("withdrawAmendment", wang, id=second) == 403
    await caller.call("refuseAmendment", wang, id=second, body={"reason": "门口没有电源。"})
    assert await caller.call("withdrawAmendment", li, id=second) == 409
    own = await caller.call("putAmendmentAsProposal", li, id=second)
    seen = await caller.call("readProposal", zhou, id=own["id"])
    assert (seen["text"], seen["stage"]) == ("装在小区门口，不装车棚。", "support")
    assert (await caller.call("readProposal", zhou, id=number))["text"] == words["text"]
