"""What was missing of boards as JSON: many at once, juries, lists of words, one's own things, answers that are owed."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum import board_settings
from forum.board_settings import Wanted
from models.file import FileKind
from models.moderation import Appeal, Juror
from models.person import RoleName
from people import files, places, shelf
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire
from tests.portal.colleagues import person as colleague
from tests.portal.conftest import Client
from tests.portal.moderation_work import in_three_days

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
SLOT = "new:neighbours"


@pytest.fixture
async def team(client: Client, tmp_path: Path) -> Team:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    return await hire(client)


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


@pytest.fixture
async def wang(client: Client) -> Colleague:
    return await colleague(client, "王", role=RoleName.RESIDENT, place_id=places.home_place_id())


@pytest.fixture
async def li(client: Client) -> Colleague:
    return await colleague(client, "李", role=RoleName.RESIDENT, place_id=places.home_place_id())


async def _post(caller: Api, by: Colleague, text: str, board: str = "neighbours") -> int:
    return (await caller.call("publishPost", by, board=board, body={"text": text}))["id"]


async def test_many_are_hidden_only_as_they_were_looked_at(
    caller: Api, team: Team, wang: Colleague, li: Colleague
) -> None:
    await caller.call("flagPost", li, id=await _post(caller, wang, "卖水果，便宜"), body={"rule": "advert"})
    [one] = (await caller.call("listReviews", team.gao))["reviews"]
    body = {"reviews": [one["id"]], "rule": "advert", "reason": "不要刷屏"}
    assert await caller.call("hideMany", team.gao, body=body | {"versions": [1, 1]}) == 422
    for version, done in ((99, 0), (one["version"], 1)):
        found = await caller.call("hideMany", team.gao, body=body | {"versions": [version]})
        assert (found["done"], found["refused"]) == (done, [] if done else [one["id"]])


async def test_many_are_hidden_and_put_back_and_an_appeal_is_taken_back(
    caller: Api, team: Team, wang: Colleague, li: Colleague
) -> None:
    for text in ("卖水果，便宜", "又卖水果，便宜"):
        await caller.call("flagPost", li, id=await _post(caller, wang, text), body={"rule": "advert"})
    chosen = [one["id"] for one in (await caller.call("listReviews", team.gao))["reviews"]]
    body = {"reviews": [*chosen, 10**9], "rule": "advert", "reason": "不要刷屏"}
    assert await caller.call("hideMany", team.gao, body=body) == 404
    body["reviews"] = chosen
    assert await caller.call("hideMany", li, body=body) in (403, 404)
    done = await caller.call("hideMany", team.gao, body=body)
    assert (done["done"], done["refused"]) == (2, [])
    assert await caller.call("undoMany", team.lin, body={"token": done["token"]}) == 404
    assert await caller.call("undoMany", team.gao, body={"token": done["token"]}) == {"undone": 2}
    assert await caller.call("undoMany", team.gao, body={"token": done["token"]}) == 409
    warned = {"kind": "warn", "rule": "advert", "reason": "不要刷屏"}
    made = await caller.call("takeMeasure", team.gao, id=chosen[0], body=warned)
    body["reviews"] = chosen[1:]
    await caller.call("hideMany", team.gao, body=body)
    [stands] = (await caller.call("listStandingMeasures", team.gao))["measures"]
    assert (stands["kind"], stands["reason"], stands["ending"]) == ("hide", "不要刷屏", "")
    found = await caller.call("readReview", team.gao, id=chosen[1])
    assert ([one["rule"] for one in found["flags"]], found["review"]["id"]) == (["advert"], chosen[1])
    assert [one["kind"] for one in found["former"]] == ["hide", "warn"]
    assert await caller.call("readReview", team.outsider, id=chosen[1]) == 404
    await caller.call("makeAppeal", wang, id=made["id"], body={"text": "只发了两次"})
    assert await caller.call("withdrawAppeal", li, id=made["id"]) == 404
    assert await caller.call("withdrawAppeal", wang, id=made["id"]) == {"done": True}
    assert await caller.call("withdrawAppeal", wang, id=made["id"]) == 409


async def test_who_was_drawn_reads_it_and_says_once(caller: Api, team: Team, wang: Colleague, li: Colleague) -> None:
    await caller.call("flagPost", li, id=await _post(caller, wang, "谁又占我车位"), body={"rule": "heated"})
    [line] = (await caller.call("listReviews", team.gao))["reviews"]
    warned = {"kind": "warn", "rule": "heated", "reason": "好好说"}
    made = await caller.call("takeMeasure", team.gao, id=line["id"], body=warned)
    asked = (await caller.call("makeAppeal", wang, id=made["id"], body={"text": "我没有骂人"}))["id"]
    assert await caller.call("readJudged", li, id=asked) == 404
    await Appeal.filter(id=asked).update(closes_at=in_three_days())
    await Juror.create(created_at=in_three_days(), appeal_id=asked, person_id=li.viewer.person_id)
    found = await caller.call("readJudged", li, id=asked)
    assert (found["why"], found["said"], "王" in str(found)) == ("我没有骂人", None, False)
    assert await caller.call("judgeAppeal", li, id=asked, body={"is_for": True}) == {"done": True}
    assert await caller.call("judgeAppeal", li, id=asked, body={"is_for": True}) == 409
    assert await caller.call("judgeAppeal", wang, id=asked, body={"is_for": True}) == 404


async def test_a_list_of_words_is_tried_and_saved_by_who_leads(caller: Api, team: Team, wang: Colleague) -> None:
    await _post(caller, wang, "路灯真不像话")
    assert await caller.call("listWordLists", wang) == 403
    assert {"abuse"} <= {one["name"] for one in (await caller.call("listWordLists", team.chen))["lists"]}
    body = {"action": "hold", "text": "真不像话"}
    tried = await caller.call("tryWords", team.chen, name="自家", body=body)
    assert (tried["found"], tried["hits"][0]["word"]) == (1, "真不像话")
    assert (tried["posts"], tried["replies"], tried["replies_since"]) == (1, 0, None)
    assert tried["posts_since"] == tried["until"] != ""
    assert await caller.call("saveWords", team.chen, name="自家", body={**body, "seen": 0}) == 403
    assert await caller.call("saveWords", team.gao, name="自家", body={**body, "seen": 0}) == {"number": 1}
    assert await caller.call("saveWords", team.gao, name="自家", body={**body, "seen": 0}) == 409
    assert [one["number"] for one in (await caller.call("listWordVersions", team.gao, name="自家"))["lists"]] == [1]


async def test_ones_own_drafts_replies_and_photos(caller: Api, team: Team, wang: Colleague, li: Colleague) -> None:
    await caller.call("saveDraft", wang, slot=SLOT, body={"text": "先放着"})
    assert [one["slot"] for one in (await caller.call("listDrafts", wang))["drafts"]] == [SLOT]
    assert (await caller.call("listDrafts", li))["drafts"] == []
    apart = await caller.call("keepDraftApart", wang, slot=SLOT, body={"text": "另一份"})
    assert apart == {"slot": f"{SLOT}:2", "seq": 1}
    await caller.call("dropDraft", wang, slot=f"{SLOT}:2")
    await caller.call("dropDraft", wang, slot=SLOT)
    assert (await caller.call("listDrafts", wang))["drafts"] == []
    assert await caller.call("keepDraftApart", wang, slot="edit:post:1", body={"text": "改的"}) == 404
    home = places.home_place_id()
    kept = (await files.keep(photo(), kind=FileKind.PHOTO, by=wang.viewer, place_id=home)).name
    body = {"text": "看照片", "photos": [kept]}
    post = (await caller.call("publishPost", wang, board="neighbours", body=body))["id"]
    assert [one["name"] for one in (await caller.call("listOwnPhotos", wang))["photos"]] == [kept]
    assert await caller.call("dropOwnPhoto", li, name=kept) == 404
    await caller.call("dropOwnPhoto", wang, name=kept)
    assert (await caller.call("listOwnPhotos", wang))["photos"] == []
    seq = (await caller.call("saveDraft", li, slot=f"reply:{post}", body={"text": "真好看"}))["seq"]
    await caller.call("replyToPost", li, id=post, body={"text": "真好看", "draft_seq": seq})
    assert (await caller.call("listDrafts", li))["drafts"] == []
    [own] = (await caller.call("listOwnReplies", li))["replies"]
    assert (own["title"], own["excerpt"], own["state"]) == ("看照片", "真好看", "published")
    await caller.call("deletePost", wang, id=post, body={})
    assert (await caller.call("listOwnReplies", li))["replies"] == []


async def test_a_board_is_switched_on_and_who_may_stand_for_it_is_named(caller: Api, team: Team) -> None:
    assert await caller.call("listBoardSettings", team.chen) == 403
    found = await caller.call("listBoardSettings", team.gao)
    doctor = next(one for one in found["boards"] if one["key"] == "doctor")
    assert (doctor["is_on"], doctor["is_set"]) == (False, False)
    assert "高书记" in {one["name"] for one in found["officials"]}
    await caller.call("setBoard", team.gao, board="doctor", body={"is_on": True})
    again = (await caller.call("listBoardSettings", team.gao))["boards"]
    assert next(one for one in again if one["key"] == "doctor")["is_on"]


async def test_answers_that_are_owed_are_listed_and_counted(caller: Api, team: Team, wang: Colleague) -> None:
    post = await _post(caller, wang, "3号楼的灯坏了", board="issues")
    assert [one["id"] for one in (await caller.call("listUnanswered", team.gao))["posts"]] == [post]
    assert await caller.call("listUnanswered", wang) == 403
    await caller.call("replyToPost", team.chen, id=post, body={"text": "今天来修"})
    assert (await caller.call("listUnanswered", team.gao))["posts"] == []
    found = await caller.call("countResponses", team.observer, days=7)
    assert [(one["board"], one["asked"], one["in_time"]) for one in found["boards"]] == [("issues", 1, 1)]
    [unit] = found["units"]
    assert (unit["unit"], unit["owed"], unit["in_time"], unit["percent"]) == ("committee", 1, 1, 100)
    html = (await team.gao.see("/responses")).html
    assert all(words in html for words in ("各单位的响应率", "该答 1 帖：按时 1，超时才答 0，没答 0"))
    assert await caller.call("countResponses", team.gao, days=0) == 422


async def test_a_private_question_is_nobodys_by_its_number_on_a_page_or_as_json(
    caller: Api, team: Team, wang: Colleague, li: Colleague
) -> None:
    here = places.home_place_id()
    await board_settings.set_board("doctor", Wanted(is_on=True), by=team.gao.viewer, place_id=here)
    doctor = await colleague(caller.client, "吴医生", role=RoleName.DOCTOR, place_id=here)
    kept = (await files.keep(photo(), by=wang.viewer, kind=FileKind.PHOTO, place_id=here)).name
    body = {"text": "心口总是闷", "is_private": True, "photos": [kept]}
    post = (await caller.call("publishPost", wang, board="doctor", body=body))["id"]
    pages = (f"/posts/{post}", f"/posts/{post}/fresh?after=0", f"/posts/{post}/live?after=0", f"/posts/{post}/edit")
    for one in (li, team.chen, team.gao, team.outsider):
        for path in (*pages, f"/posts/{post}/trail", f"/flag/post/{post}", f"/files/{kept}", f"/files/{kept}/preview"):
            assert (await one.see(path)).status == 404, (one.viewer.person_id, path)
        for verb in ("like", "follow", "reply", "to_case", "delete"):
            sent = await one.send(f"/posts/{post}/{verb}", text="我也是", kind_key="other_matter", seen_version="1")
            assert (sent.status, "心口" in sent.html) == (404, False), verb
        assert await caller.call("readThread", one, id=post) == 404
        assert await caller.call("replyToPost", one, id=post, body={"text": "我也是"}) == 404
        assert "心口" not in str(await caller.call("listNewestPosts", one))
    for one in (wang, doctor):
        assert (await caller.call("readThread", one, id=post))["text"] == "心口总是闷"
        assert (await one.client.get(f"/files/{kept}", cookies=one.cookies)).status == 200
