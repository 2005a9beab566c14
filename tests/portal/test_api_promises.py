"""What comes after a decision as JSON: each call by its name, its answer held against the description."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.cases import catalogue, kinds
from models.clock import today
from models.file import FileKind, StoredFile
from models.publication import Objection
from people import files, places, shelf
from people.viewers import SYSTEM
from tests import promises
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague
from tests.portal.conftest import Client
from tests.portal.vote_work import Town, settle

pytestmark = pytest.mark.databases("sqlite")
DONE = {"done": True}


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


@pytest.fixture
async def town(client: Client, clock: StillClock) -> Town:
    """Six homes, on every roll."""
    fresh_limits()
    return await settle(client)


@pytest.fixture
async def made(town: Town) -> dict[str, int]:
    """One of each of 高书记's; the first home objects."""
    return await promises.fill(town.team.gao.viewer, town.people[0].viewer, place_id=places.home_place_id())


async def test_a_publication_is_objected_to_and_answered(caller: Api, town: Town, made: dict[str, int]) -> None:
    chen, li, number = town.team.chen, town.people[1], made["publication"]
    new = {"proposal_id": made["decided"], "outcome": "covenant", "title": "公约", "text": "公约", "days": 7}
    assert await caller.call("publishPublication", li, body=new) == 403
    further = (await caller.call("publishPublication", chen, body=new))["id"]
    assert await caller.call("publishPublication", chen, body=new) == 409
    found = (await caller.call("listPublications", li))["publications"]
    assert {one["id"]: (one["outcome"], one["objections"]) for one in found} == {
        number: ("project", 1),
        further: ("covenant", 0),
    }
    body = {"text": "挡住了我家的窗"}
    assert await caller.call("makeObjection", li, id=number, body={"text": "不"}) == 422
    own = (await caller.call("makeObjection", li, id=number, body=body))["id"]
    assert own > made["objection"]
    assert await caller.call("makeObjection", li, id=number, body=body) == 409
    assert await caller.call("withdrawObjection", li, id=number) == DONE
    reply = {"text": "路灯会移到花坛外面"}
    await Objection.filter(id=made["objection"]).update(is_held=True)
    assert await caller.call("answerObjection", li, id=made["objection"], body=reply) == 403
    assert await caller.call("answerObjection", chen, id=made["objection"], body=reply) == DONE
    [first] = (await caller.call("getPublication", li, id=number))["objections"][:1]
    assert (first["answer"], first["who"], first["as_role"]) == ("路灯会移到花坛外面", "", "worker")
    assert (first["text"], first["is_held"]) == ("", True), "an answer alone shows no words that were held"
    assert await caller.call("getPublication", town.team.outsider, id=number) == 404


async def test_a_publication_goes_on(clock: StillClock, caller: Api, town: Town, made: dict[str, int]) -> None:
    chen, gao, wang, number = town.team.chen, town.team.gao, town.people[0], made["publication"]
    assert await caller.call("closePublication", gao, id=number) == 409, "its days are not over"
    clock.forward(days=14)
    assert await caller.call("closePublication", gao, id=number) == 409, "an objection waits"
    reply = {"text": "路灯会移到花坛外面"}
    assert await caller.call("answerObjection", chen, id=made["objection"], body=reply) == DONE
    assert (await caller.call("getPublication", wang, id=number))["line"]["is_over"]
    assert await caller.call("closePublication", chen, id=number) == 403
    assert await caller.call("closePublication", gao, id=number) == DONE
    assert not (await caller.call("getPublication", wang, id=number))["line"]["is_running"]
    assert await caller.call("closePublication", gao, id=number) == 409


async def test_a_project_is_started_and_its_money_noted(caller: Api, town: Town, made: dict[str, int]) -> None:
    chen, gao, li = town.team.chen, town.team.gao, town.people[1]
    new = {"proposal_id": made["decided_project"], "title": "修车棚", "text": "换顶。", "unit": "绿化公司"}
    assert await caller.call("startProject", li, body=new) == 403
    number = (await caller.call("startProject", chen, body=new))["id"]
    assert await caller.call("startProject", chen, body=new) == 409
    fund = {"source": "own_fund", "giver": "自治金", "fen": 1_000}
    assert await caller.call("fundProject", chen, id=number, body=fund) == 403
    first, second = [(await caller.call("fundProject", gao, id=number, body=fund))["id"] for _ in range(2)]
    assert (first < second, await caller.call("correctMoney", chen, id=second)) == (True, 403)
    assert (await caller.call("correctMoney", gao, id=second))["id"] > second
    assert await caller.call("correctMoney", gao, id=second) == 409
    spend = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "fen": 1_001}
    assert await caller.call("spendOfProject", chen, id=number, body=spend) == 422, "more than there is"
    wrong = (await caller.call("spendOfProject", chen, id=number, body={**spend, "fen": 7}))["id"]
    assert (await caller.call("spendOfProject", chen, id=number, body={**spend, "fen": 5}))["id"] > wrong
    assert await caller.call("correctSpending", chen, id=wrong) == 403
    counter = (await caller.call("correctSpending", gao, id=wrong))["id"]
    found = await caller.call("getProject", li, id=number)
    assert [one["fen"] for one in found["spendings"] if one["id"] == counter] == [-7]
    assert sum(one["fen"] for one in found["spendings"]) == found["line"]["spent_fen"] == 5
    assert sum(one["fen"] for one in found["money"]) == found["line"]["budget_fen"] == 1_000
    listed = (await caller.call("listProjects", li))["projects"]
    assert {one["id"]: one["left_fen"] for one in listed} == {number: 995, made["project"]: 94_950}
    assert await caller.call("getProject", town.team.outsider, id=number) == 404


async def test_milestones_until_a_project_is_done(caller: Api, town: Town, made: dict[str, int]) -> None:
    catalogue.forget()
    await catalogue.load(kinds.read(Path(__file__).parents[2] / "community" / "cases"), by=SYSTEM)
    chen, li, number, late = town.team.chen, town.people[1], made["project"], made["milestone"]
    [owed] = (await caller.call("listOverdue", li))["overdue"]
    assert (owed["milestone"]["id"], owed["milestone"]["days_late"]) == (late, 2)
    day = f"{today()}"
    new = {"title": "种上花", "due_on": day}
    assert await caller.call("addMilestone", li, id=number, body=new) == 403
    further = (await caller.call("addMilestone", chen, id=number, body=new))["id"]
    assert await caller.call("putOffMilestone", chen, id=late, body={"due_on": day, "reason": ""}) == 422
    assert await caller.call("putOffMilestone", chen, id=late, body={"due_on": day, "reason": "下雨"}) == DONE
    assert (await caller.call("listOverdue", li))["overdue"] == []
    work = {"kind_key": "stair_light"}
    assert await caller.call("milestoneToCase", li, id=late, body=work) == 403
    case = await caller.call("milestoneToCase", chen, id=late, body=work)
    assert await caller.call("milestoneToCase", chen, id=late, body=work) == 409
    assert await caller.call("finishProject", chen, id=number) == 409, "milestones are open"
    for one in (late, further):
        assert await caller.call("finishMilestone", li, id=one, body={"note": "好了"}) == 403
        assert await caller.call("finishMilestone", chen, id=one, body={"note": "好了"}) == DONE
    assert await caller.call("finishProject", li, id=number) == 403
    assert await caller.call("finishProject", chen, id=number) == DONE
    shown = await caller.call("getProject", li, id=number)
    assert [(one["case_number"], one["state"]) for one in shown["milestone_list"] if one["id"] == late] == [
        (case["number"], "done")
    ]
    assert (shown["line"]["state"], shown["finished_at"] is None) == ("done", False)


async def test_a_covenant_is_published_signed_and_read(caller: Api, town: Town, made: dict[str, int]) -> None:
    chen, gao, (wang, li, *_), number = town.team.chen, town.team.gao, town.people, made["covenant"]
    new = {"proposal_id": made["decided_covenant"], "covenant_id": number, "text": "遛狗", "valid_from": "2026-04-01"}
    sign = {"number": 1, "shows_name": True}
    assert await caller.call("signCovenant", gao, id=number, body=sign) == 403
    assert await caller.call("showNameOnCovenant", li, id=number, body={"shows_name": True}) == 404, "not signed"
    assert await caller.call("signCovenant", li, id=number, body=sign) == DONE
    assert await caller.call("signCovenant", li, id=number, body=sign) == 409
    shown = await caller.call("getCovenant", wang, id=number)
    assert (len(shown["names"]), shown["may_sign"], shown["versions"][0]["signed"]) == (1, True, 1)
    assert await caller.call("showNameOnCovenant", li, id=number, body={"shows_name": False}) == DONE
    own = await caller.call("getCovenant", li, id=number)
    assert (own["names"], own["has_signed"]) == ([], True)
    assert await caller.call("publishCovenant", chen, body=new) == 403
    assert await caller.call("publishCovenant", gao, body=new) == {"id": number}
    assert await caller.call("signCovenant", wang, id=number, body=sign) == 409, "there is a newer one"
    [newest] = (await caller.call("listCovenants", li))["covenants"]
    assert (newest["number"], newest["text"], newest["signed"]) == (2, "遛狗", 0)
    assert (newest["proposal_id"], newest["vote_id"]) == (made["decided_covenant"], None)
    assert await caller.call("getCovenant", town.team.outsider, id=number) == 404


async def test_an_appraisal_is_begun_and_rated(caller: Api, town: Town, made: dict[str, int]) -> None:
    chen, li = town.team.chen, town.people[1]
    new = {"proposal_id": made["decided_done"], "unit": "绿化公司", "days": 7}
    assert await caller.call("beginAppraisal", li, body=new) == 403
    number = (await caller.call("beginAppraisal", chen, body=new))["id"]
    assert await caller.call("beginAppraisal", chen, body=new) == 409
    rating = {"outcome": 5, "unit": 4, "words": "砌得好"}
    assert await caller.call("rateAppraisal", chen, id=number, body=rating) == 403
    assert await caller.call("rateAppraisal", li, id=number, body={**rating, "unit": 6}) == 422
    assert await caller.call("rateAppraisal", li, id=number, body=rating) == DONE
    assert await caller.call("rateAppraisal", li, id=number, body=rating) == 409
    listed = (await caller.call("listAppraisals", li))["appraisals"]
    assert {one["id"]: (one["has_rated"], one["waits"]) for one in listed} == {
        number: (True, False),
        made["appraisal"]: (False, True),
    }
    shown = await caller.call("getAppraisal", li, id=number)
    assert (shown["roll_size"], shown["rated"], shown["outcome"], shown["words"]) == (6, None, None, [])
    assert await caller.call("getAppraisal", town.team.outsider, id=number) == 404


async def _kept(who: Colleague) -> str:
    """The name of a photo that somebody gave and that belongs to nothing yet."""
    home = places.home_place_id()
    return (await files.keep(photo(), kind=FileKind.PHOTO, by=who.viewer, place_id=home)).name


async def test_receipts_and_photos_of_what_was_done_are_named_and_nobody_elses_are_taken(
    caller: Api, town: Town, made: dict[str, int], tmp_path: Path
) -> None:
    shelf.use_folder(tmp_path / "files")
    chen, li, number = town.team.chen, town.people[1], made["project"]
    receipt, done, foreign = await _kept(chen), await _kept(chen), await _kept(li)
    spend = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "fen": 7, "photos": [receipt, foreign]}
    line = (await caller.call("spendOfProject", chen, id=number, body=spend))["id"]
    body = {"note": "砌好了", "photos": [done, receipt, "none"]}
    assert await caller.call("finishMilestone", chen, id=made["milestone"], body=body) == DONE
    shown = await caller.call("getProject", li, id=number)
    assert {one["id"]: one["photos"] for one in shown["spendings"]} == {made["spending"]: [], line: [receipt]}
    assert [one["photos"] for one in shown["milestone_list"]] == [[done]]
    assert {one.name: one.parent_kind for one in await StoredFile.all()} == {
        receipt: "spending",
        done: "milestone",
        foreign: "",
    }
