"""The JSON API: each call does what its page does, and answers as the OpenAPI document says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.channels import webchat
from casework import questions
from casework.cases import catalogue, kinds
from casework.mediation import applying
from models.person import RoleName
from models.question import QuestionState
from models.transaction import fetch_one
from people import entering, login, login_codes, passwords, places
from people.entering import Browser
from people.joining import links
from people.viewers import SYSTEM
from people.visitors import COOKIE
from portal import api
from portal.api.acting import FORM_HEADER
from portal.session import STAFF_COOKIE
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.neighbours import neighbour
from tests.people.town import home, load
from tests.portal import desk_work
from tests.portal.callers import KNOWN, Api, as_described
from tests.portal.colleagues import PASSWORD, Colleague, Team, hire
from tests.portal.colleagues import person as colleague
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat, portal_app

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.


@pytest.fixture
async def team(client: Client) -> Team:
    return await hire(client)


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


@pytest.fixture
async def estate_token(client: Client) -> str:
    """The code of an estate in whose 3号楼 are two homes."""
    await load(home(), home(3, label="502"), place_id=places.home_place_id())
    fresh_limits()
    [estate] = await links.estates(viewer=SYSTEM, place_id=places.home_place_id())
    return (await links.make_link(estate.id, by=SYSTEM)).token


def test_every_call_is_described_and_every_description_is_called() -> None:
    routes = {
        (route.method, route.resource.canonical)
        for route in portal_app().router.routes()
        if route.resource and route.resource.canonical.startswith("/api/v1/") and route.method != "HEAD"
    }
    described = (*api.OPERATIONS, *webchat.OPERATIONS)
    assert routes == {(one.method, one.path) for one in described}
    assert len(KNOWN) == len(described)
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_api*.py"))
    assert [name for name in KNOWN if f'"{name}"' not in here] == []


async def test_the_document_names_every_operation_and_every_schema_it_points_at(client: Client) -> None:
    text = await (await client.get("/api/openapi.json")).text()
    described = json.loads(text)
    found = {one["operationId"] for path in described["paths"].values() for one in path.values()}
    assert (described["openapi"], found >= set(KNOWN)) == ("3.1.0", True)
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in described["components"]["schemas"]


async def test_the_guide_and_ones_own_conversation(caller: Api) -> None:
    assert (await caller.call("listGuide"))["categories"]
    assert len((await caller.call("listDuties"))["lists"]) == 4
    assert (await caller.call("searchGuide", q="身份证丢了"))["hits"]
    assert await caller.call("searchGuide", q="") == 422
    assert (await caller.call("readEntry", key="id-card-first"))["key"] == "id-card-first"
    assert await caller.call("readEntry", key="gone") == 404
    await (await chat()).resident("您好")
    assert [line["text"] for line in (await caller.call("readConversation"))["lines"]] == ["您好"]
    assert await caller.call("readConversation", after="x") == 422


async def test_a_question_from_the_queue_to_its_end(caller: Api, team: Team) -> None:
    await desk_work.ask(await chat(), "车棚充电一次多少钱")
    [line] = (await caller.call("listQuestions", team.chen))["questions"]
    number = line["id"]
    await caller.call("claimQuestion", team.chen, id=number)
    assert await caller.call("claimQuestion", team.lin, id=number) == 409
    assert (await caller.call("releaseQuestion", team.chen, id=number))["question"]["state"] == QuestionState.WAITING
    version = (await caller.call("readQuestion", team.chen, id=number))["version"]
    said = await caller.call("replyQuestion", team.chen, id=number, body={"text": "两元", "version": version})
    first = said["replies"][0]["id"]
    assert (await caller.call("reachQuestion", team.chen, id=number, body={"reply": first}))["replies"][0][
        "reach"
    ] == "told"
    body = {"reply": first, "text": "一元", "reason": "看错了"}
    said = await caller.call("correctQuestion", team.chen, id=number, body=body)
    body = {"reply": said["replies"][1]["id"], "reason": "还是不对"}
    await caller.call("withdrawQuestion", team.chen, id=number, body=body)
    closed = await caller.call("closeQuestion", team.gao, id=number, body={"reason": "已经当面说了"})
    assert closed["question"]["state"] == QuestionState.CLOSED
    assert await caller.call("readQuestion", team.outsider, id=number) == 404
    assert await caller.call("listQuestions") == 403


async def test_what_was_not_answered_is_told_learnt_from_or_put_aside(caller: Api, team: Team) -> None:
    for at, text in enumerate(("车棚充电一次多少钱", "活动室的钢琴什么时候能弹", "东门晚上几点关门")):
        await desk_work.ask(await chat(f"{at}" * 43), text)
    groups = {one["text"]: one for one in (await caller.call("listMisses", team.chen))["groups"]}
    first, second, third = groups.values()
    assert (first["waiting"], first["draft"], len(first["questions"])) == (1, None, 1)
    number = first["questions"][0]
    await questions.reply(number, by=team.chen.viewer, text="每次一元", seen_version=1)
    body = {"misses": first["misses"], "question": number}
    assert await caller.call("learnMisses", team.outsider, body=body) == 404
    draft = await caller.call("learnMisses", team.chen, body=body)
    assert (await caller.call("listMisses", team.chen))["groups"][-1]["draft"] in (None, draft["version"])
    body = {"misses": second["misses"], "entry": "id-card-first"}
    assert await caller.call("tellMisses", team.chen, body=body) == {"count": 1}
    assert await caller.call("tellMisses", team.chen, body={**body, "entry": "gone"}) == 404
    body = {"misses": third["misses"]}
    assert await caller.call("dismissMisses", team.outsider, body=body) == 404
    assert [await caller.call("dismissMisses", team.chen, body=body) for _ in range(2)] == [
        {"count": third["count"]},
        {"count": 0},
    ]
    assert await caller.call("dismissMisses", team.chen, body={"misses": []}) == 422
    assert await caller.call("dismissMisses", team.chen, body={"misses": [2**63]}) == 422
    assert [len(one["misses"]) for one in (await caller.call("listMisses", team.outsider))["groups"]] == []
    assert await caller.call("listMisses", team.observer) == 403


async def test_a_colleague_comes_goes_and_comes_back(caller: Api, team: Team) -> None:
    new = {"name": "小新", "username": "xin", "role": "worker"}
    assert await caller.call("addAccount", team.chen, body=new) == 403
    made = await caller.call("addAccount", team.gao, body=new)
    assert await caller.call("addAccount", team.gao, body=new) == 409
    who = made["id"]
    await login.sign_in(username="xin", password=made["password"])
    shown = await caller.call("readAccount", team.gao, id=who)
    assert (shown["roles"], shown["sessions"], shown["is_active"]) == (["worker"], 1, True)
    assert (await caller.call("signOutAccount", team.gao, id=who))["sessions"] == 0
    granted = await caller.call("grantAccount", team.gao, id=who, body={"role": "moderator"})
    assert set(granted["roles"]) == {"worker", "moderator"}
    revoked = await caller.call("revokeAccount", team.gao, id=who, body={"role": "moderator"})
    assert revoked["roles"] == ["worker"]
    assert (await caller.call("restartAccount", team.gao, id=who))["password"] != made["password"]
    assert not (await caller.call("resetSecondStepOfAccount", team.gao, id=who))["has_second_step"]
    assert not (await caller.call("deactivateAccount", team.gao, id=who))["is_active"]
    assert await caller.call("deactivateAccount", team.gao, id=team.gao.viewer.person_id) == 422
    assert (await caller.call("reactivateAccount", team.gao, id=who))["username"] == "xin"
    assert await caller.call("reactivateAccount", team.gao, id=who) == 409
    listed = await caller.call("listAccounts", team.gao)
    assert "admin" not in listed["roles_to_give"]
    assert who in [one["id"] for one in listed["accounts"]]
    assert await caller.call("grantAccount", team.gao, id=who, body={"role": "admin"}) == 403
    assert await caller.call("readAccount", team.outsider, id=who) == 404
    assert await caller.call("listAccounts", team.chen) == 403


async def test_a_role_given_again_keeps_a_moderators_boards_unless_they_are_named(caller: Api, team: Team) -> None:
    who = team.lin.viewer.person_id
    for boards, kept in ((["idle_items"], ["idle_items"]), (None, ["idle_items"]), ([], [])):
        body = {"role": "moderator", "boards": boards}
        assert (await caller.call("grantAccount", team.gao, id=who, body=body))["boards"] == kept
    assert await caller.call("grantAccount", team.gao, id=who, body={"role": "moderator", "boards": ["x"]}) == 422
    body = {"role": "moderator"}
    assert (await caller.call("revokeAccount", team.gao, id=who, body=body))["boards"] == []


async def test_what_takes_something_away_asks_for_a_proof_of_now(clock: StillClock, caller: Api, team: Team) -> None:
    hashed = await passwords.hashed(PASSWORD)
    row = await fetch_one(
        "UPDATE person SET password_hash=$1 WHERE id=$2 RETURNING id", hashed, team.gao.viewer.person_id
    )
    assert row is not None
    who = team.lin.viewer.person_id
    clock.forward(minutes=6)
    assert await caller.call("deactivateAccount", team.gao, id=who) == 403
    assert await caller.call("prove", team.gao, body={"proof": "wrong password"}) == 422
    assert await caller.call("prove", team.gao, body={"proof": PASSWORD}) == {"seconds": 300}
    assert not (await caller.call("deactivateAccount", team.gao, id=who))["is_active"]


async def _wants(**changes: object) -> dict[str, object]:
    row = await fetch_one("SELECT id FROM building WHERE name='3号楼'")
    assert row is not None
    return {"building": row["id"], "label": "501", "name": "王示范", "relation": "owner", **changes}


async def test_somebody_asks_to_join_and_is_let_in_or_not(caller: Api, team: Team, estate_token: str) -> None:
    door = await caller.call("readEstate", token=estate_token)
    assert [one["name"] for one in door["buildings"]] == ["3号楼"]
    assert await caller.call("readEstate", token="x" * 22) == 404
    assert await caller.call("askToJoin", token=estate_token, body=await _wants(name="<i>")) == 422
    assert await caller.call("askToJoin", token=estate_token, body=await _wants(label="909")) == 422
    assert (await caller.call("listOwnJoins"))["requests"] == []
    [asked] = (await caller.call("askToJoin", token=estate_token, body=await _wants(unlisted=True)))["requests"]
    assert (asked["state"], asked["is_for_other"]) == ("waiting", False)
    waiting = await caller.call("listJoins", team.chen)
    [line] = waiting["requests"]
    assert (line["id"], line["name"], line["matches"], waiting["following"]) == (asked["id"], "王示范", [], 0)
    assert (await caller.call("listJoins", team.outsider))["requests"] == []
    body = {"version": line["version"], "reason": "not_known"}
    assert await caller.call("refuseJoin", team.outsider, id=line["id"], body=body) == 404
    assert (await caller.call("refuseJoin", team.chen, id=line["id"], body=body))["state"] == "refused"
    assert await caller.call("approveJoin", team.chen, id=line["id"], body={"version": 1, "person": 0}) == 409
    assert await caller.call("confirmJoin", team.chen, id=line["id"], body={"version": 1}) == 409
    assert await caller.call("listJoins") == 403


async def test_a_request_is_approved_and_another_taken_back(client: Client, team: Team, estate_token: str) -> None:
    caller = Api(client)
    [asked] = (await caller.call("askToJoin", token=estate_token, body=await _wants(label="502")))["requests"]
    mine = {COOKIE: client.session.cookie_jar.filter_cookies(client.make_url("/"))[COOKIE].value}
    path = f"/api/v1/join/{asked['id']}/withdraw"
    assert (await client.post(path, cookies={COOKIE: "o" * 43})).status == 404
    async with client.post(path, cookies=mine) as response:
        taken = as_described(KNOWN["withdrawJoin"], 200, response.content_type, await response.text())
    assert [one["state"] for one in taken["requests"]] == ["withdrawn"]
    await caller.call("askToJoin", token=estate_token, body=await _wants())
    [line] = (await caller.call("listJoins", team.chen))["requests"]
    body = {"version": line["version"], "person": 0}
    assert (await caller.call("approveJoin", team.chen, id=line["id"], body=body))["state"] == "approved"


async def test_who_lives_here_signs_in_by_the_desks_slip_or_the_link(client: Client, team: Team) -> None:
    caller, wang = Api(client), await neighbour(places.home_place_id())
    slip = await caller.call("printLoginCode", team.chen, id=wang.person_id)
    assert await caller.call("printLoginCode", team.chen, id=team.lin.viewer.person_id) in (403, 404)
    assert await caller.call("printLoginCode", team.outsider, id=wang.person_id) == 404
    assert await caller.call("signInByCode", body={"code": "0" * 12}) == 422
    assert await caller.call("signInByCode", body={"code": f" {slip['digits']} "}) == {"name": "王秀英"}
    first = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    assert (await login.find_session(first)) is not None
    assert await caller.call("signInByCode", body={"code": slip["digits"]}) == 422, "once"
    link = (await login_codes.make_code(by=await wang.viewer())).link
    assert [await caller.call("readLoginLink", link=link) for _ in range(2)] == [{"name": "王秀英"}] * 2
    assert await caller.call("signInByLink", link=link) == {"name": "王秀英"}
    assert await login.find_session(first) is None, "the session before is over"
    assert await caller.call("readLoginLink", link=link) == 422


async def test_boards_are_looked_after_and_an_author_appeals(client: Client, team: Team) -> None:
    caller, home = Api(client), places.home_place_id()
    fresh_limits()
    wang, li = [await colleague(client, name, role=RoleName.RESIDENT, place_id=home) for name in ("王", "李")]
    post = await caller.call("publishPost", wang, board="neighbours", body={"text": "谁又占了我的车位"})
    reply = await caller.call("replyToPost", wang, id=post["id"], body={"text": "真不像话"})
    flagged = {"rule": "heated", "note": "好好说"}
    assert await caller.call("flagPost", li, id=post["id"], body=flagged) == {"done": True}
    assert await caller.call("flagPost", li, id=post["id"], body=flagged) == 409
    assert await caller.call("flagReply", li, id=reply["id"], body=flagged) == {"done": True}
    assert await caller.call("listReviews", li) == 403
    [first, second] = (await caller.call("listReviews", team.gao))["reviews"]
    assert (first["thing"], first["rules"], second["thing"]) == ("post", ["heated"], "reply")
    claimed = await caller.call("claimReview", team.gao, id=first["id"])
    assert await caller.call("claimReview", team.lin, id=first["id"]) == 409
    assert await caller.call("releaseReview", team.gao, id=first["id"]) == {"done": True}
    assert await caller.call("dismissReview", team.lin, id=second["id"], body={"version": second["version"]})
    body = {"kind": "hide", "rule": "heated", "reason": "好好说", "hours": 24, "version": claimed["version"]}
    assert await caller.call("takeMeasure", team.lin, id=first["id"], body=body) == 409, "it changed since"
    body["version"] = claimed["version"] + 1
    made = await caller.call("takeMeasure", team.lin, id=first["id"], body=body)
    assert await caller.call("takeMeasure", team.outsider, id=first["id"], body=body) == 404
    await _appeals(caller, team, made["id"], wang=wang, li=li)


async def _appeals(caller: Api, team: Team, measure: int, *, wang: Colleague, li: Colleague) -> None:
    """Against what 小林 decided; 高书记 decides anew."""
    [own] = (await caller.call("listOwnMeasures", wang))["measures"]
    assert (own["kind"], own["reason"], own["may_appeal"]) == ("hide", "好好说", True)
    asked = await caller.call("makeAppeal", wang, id=measure, body={"text": "只是着急"})
    assert [one["why"] for one in (await caller.call("listAppeals", team.gao))["appeals"]] == ["只是着急"]
    decided = {"overturns": True, "answer": "可以"}
    assert await caller.call("decideAppeal", team.lin, id=asked["id"], body=decided) == 403
    assert await caller.call("decideAppeal", team.gao, id=asked["id"], body=decided) == {"done": True}
    assert await caller.call("liftMeasure", team.gao, id=measure) == 409
    [line] = (await caller.call("listMeasureLog", li))["lines"]
    assert (line["ending"], line["appeal"]) == ("appealed", "overturned")


@pytest.mark.parametrize("token", ["", "0" * 32])
async def test_a_call_without_the_sessions_token_changes_nothing(client: Client, team: Team, token: str) -> None:
    changing = [one for one in KNOWN.values() if one.method == "POST" and one.needs_staff]
    for one in changing:
        blanks = {"board": "issues", "name": "abuse", "key": "gone", "verb": "accept"}
        path = one.path.format(id=team.lin.viewer.person_id, **blanks)
        headers = {FORM_HEADER: token}
        assert (await client.post(path, json={}, cookies=team.gao.cookies, headers=headers)).status == 403, one.name
        assert (await client.post(path, json={}, headers=headers)).status == 403, one.name


@pytest.fixture
async def wang(client: Client) -> Colleague:
    """王阿姨, signed in."""
    lives = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await lives.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)


async def test_a_neighbour_writes_and_takes_it_back(caller: Api, wang: Colleague) -> None:
    assert await caller.call("listBoards") == 403
    issues = next(one for one in (await caller.call("listBoards", wang))["boards"] if one["key"] == "issues")
    assert (issues["reply_hours"], issues["may_post"]) == (8, True)
    seq = (await caller.call("saveDraft", wang, slot="new:issues", body={"text": "灯坏了"}))["seq"]
    assert await caller.call("saveDraft", wang, slot="new:issues", body={"text": "旧的"}) == 409
    body = {"text": "灯坏了，电话 13812345678", "key": "k", "draft_seq": seq}
    made = await caller.call("publishPost", wang, board="issues", body=body)
    assert (await caller.call("publishPost", wang, board="issues", body=body))["is_repeat"]
    assert (made["hidden"], (await caller.call("readDraft", wang, slot="new:issues"))["text"]) == (["mobile"], "")
    assert [one["post"]["id"] for one in (await caller.call("searchNeighbourhood", wang, q="灯坏"))["posts"]] == [
        made["id"]
    ]
    await caller.call("deletePost", wang, id=made["id"], body={"reason": "修好了"})
    assert (await caller.call("searchNeighbourhood", wang, q="灯坏"))["posts"] == []
    assert (await caller.call("listNewestPosts", wang))["posts"] == []
    assert (await caller.call("listOwnPosts", wang))["posts"] == []


async def test_a_thread_is_answered_changed_and_read(caller: Api, team: Team, wang: Colleague) -> None:
    post = (await caller.call("publishPost", wang, board="issues", body={"text": "灯坏了"}))["id"]
    reply = (await caller.call("replyToPost", team.chen, id=post, body={"text": "今天来修", "key": "k"}))["id"]
    await caller.call("editReply", team.chen, id=reply, body={"text": "明天来修"})
    assert [one["text"] for one in (await caller.call("readReplyTrail", team.gao, id=reply))["former"]] == ["今天来修"]
    await caller.call("reactToReply", wang, id=reply, body={"kind": "thank"})
    await caller.call("reactToPost", team.chen, id=post, body={"kind": "like"})
    await caller.call("followPost", team.gao, id=post, body={"is_on": True})
    assert await caller.call("editPost", team.chen, id=post, body={"text": "不是我写的"}) == 403
    await caller.call("editPost", wang, id=post, body={"text": "灯坏了三天"})
    assert await caller.call("readPostTrail", wang, id=post) == 404
    assert len((await caller.call("readPostTrail", team.gao, id=post))["former"]) == 1
    thread = await caller.call("readThread", wang, id=post)
    assert (thread["likes"], thread["replies"][0]["as_role"], thread["replies"][0]["thanks"]) == (1, "worker", 1)
    await caller.call("markThreadRead", team.gao, id=post, upto=reply)
    assert not (await caller.call("listPosts", team.gao, board="issues"))["posts"][0]["is_unread"]
    assert await caller.call("readThread", team.outsider, id=post) == 404
    await caller.call("deleteReply", team.chen, id=reply, body={})


async def test_a_neighbour_reads_what_they_were_told_and_says_of_what(caller: Api, team: Team, wang: Colleague) -> None:
    post = (await caller.call("publishPost", wang, board="issues", body={"text": "灯坏了"}))["id"]
    await caller.call("replyToPost", team.chen, id=post, body={"text": "今天来修", "key": "k"})
    found = await caller.call("readBell", wang)
    assert [(one["path"], one["is_read"]) for one in found["lines"]] == [(f"/posts/{post}", False)]
    assert '<b class="new-count" aria-label="1 条新的">1</b>' in (await wang.see("/me")).html
    assert "新</span>" in (await wang.see("/bell")).html
    assert await caller.call("markBellRead", wang, body={"until": found["seen"]}) == {"read": 1}
    assert (await caller.call("readBell", wang))["unread"] == 0
    wishes = await caller.call("setBellChoice", wang, body={"board": "issues", "is_wanted": False})
    assert [one["key"] for one in wishes["boards"] if not one["is_wanted"]] == ["issues"]
    assert await caller.call("setBellChoice", wang, body={"is_wanted": False}) == 422
    await wang.send("/me/notices/board", board="issues", wanted="1")
    assert all(one["is_wanted"] for one in (await caller.call("readBellChoices", wang))["boards"])
    assert await caller.call("readBell") == 403


async def test_a_post_becomes_a_case_and_boards_are_set_by_who_leads(caller: Api, team: Team, wang: Colleague) -> None:
    catalogue.forget()
    await catalogue.load(kinds.read(Path(__file__).parents[2] / "community" / "cases"), by=SYSTEM)
    post = (await caller.call("publishPost", wang, board="issues", body={"text": "楼道灯坏了"}))["id"]
    case = await caller.call("makeCaseOfPost", team.chen, id=post, body={"kind": "stair_light"})
    assert (await caller.call("readThread", wang, id=post))["case"]["number"] == case["number"]
    [line] = (await caller.call("listOwnCases", wang))["cases"]
    own = await caller.call("readOwnCase", wang, id=line["id"])
    assert (own["line"]["number"], own["steps"][0]["verb"], own["reporters"]) == (case["number"], "case.report", 1)
    assert await caller.call("readOwnCase", team.chen, id=line["id"]) == 404
    assert await caller.call("listOwnCases") == {"cases": [], "at_the_desk": []}
    assert await caller.call("setBoard", team.chen, board="doctor", body={"is_on": True}) == 403
    assert (await caller.call("setBoard", team.gao, board="doctor", body={"is_on": True}))["key"] == "doctor"


async def test_a_side_reads_its_own_mediations(caller: Api, team: Team, wang: Colleague) -> None:
    asked = applying.Asked("楼上漏水", "外面的人", phone="13900002222", private="我愿意少要")
    made = await applying.apply(asked, by=wang.viewer)
    [line] = (await caller.call("listOwnMediations", wang))["mediations"]
    assert (line["id"], line["asks"]) == (made.id, False)
    found = await caller.call("readOwnMediation", wang, id=made.id)
    assert (found["matter"], [one["text"] for one in found["private"]]) == ("楼上漏水", ["我愿意少要"])
    assert await caller.call("readOwnMediation", team.chen, id=made.id) == 404
    assert await caller.call("listOwnMediations") == 403
