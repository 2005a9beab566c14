"""纸上的异议 on the page and as JSON: typed in with its photo, held against it by a colleague, then answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import FormData

from models.file import FileKind
from models.publication import Objection, PaperObjection
from people import files, places, shelf
from portal.security import form_token
from tests import promises
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Page
from tests.portal.conftest import Client
from tests.portal.vote_work import Town, settle

pytestmark = pytest.mark.databases("sqlite")
WORDS, DONE = "纸上写着挡住了窗", {"done": True}


@pytest.fixture
async def town(client: Client, clock: StillClock, tmp_path: Path) -> Town:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    return await settle(client)


@pytest.fixture
async def path(town: Town) -> str:
    """The page of a publication to which the first home objects."""
    made = await promises.fill(town.team.gao.viewer, town.people[0].viewer, place_id=places.home_place_id())
    return f"/publications/{made['publication']}"


async def sent(by: Colleague, path: str, *pictures: bytes, **typed: str) -> Page:
    """A form with photos, as a browser sends it."""
    data = FormData({"form_token": form_token(by.token), **typed})
    for one in pictures:
        data.add_field("photo", one, filename="a.jpg", content_type="image/jpeg")
    answer = await by.client.post(path, data=data, cookies=by.cookies)
    return Page(answer.status, answer.url.path, await answer.text())


async def test_on_the_page_what_was_typed_and_photographed_stays_until_it_is_taken(town: Town, path: str) -> None:
    chen, gao, li = town.team.chen, town.team.gao, town.people[1]
    assert "录入纸上的异议" not in (await li.see(path)).html
    typed = {"text": WORDS, "brought_by": "他女儿"}
    wrong = await sent(chen, f"{path}/paper", photo(), who="没有这个人", **typed)
    assert (wrong.status, wrong.html.count(WORDS), "照片已经收下 1 张" in wrong.html) == (404, 1, True)
    kept = re.findall(r'name="kept" value="([^"]+)"', wrong.html)
    assert "录好了" in (await sent(chen, f"{path}/paper", who="3号楼 住户103", kept=kept[0], **typed)).html
    made = (await Objection.all().order_by("-id").first()).id  # type: ignore[union-attr]
    own = (await chen.see(path)).html
    assert (f"/objections/{made}/check" in own, f"/objections/{made}/retype" in own) == (False, True)
    assert f"/objections/{made}/answer" not in (await gao.see(path)).html
    assert WORDS not in (await li.see(path)).html
    assert (await town.team.outsider.send(f"/objections/{made}/check", entry=1)).status == 404
    assert (await li.send(f"/objections/{made}/check", entry=1)).status == 403
    refused = await chen.send(f"/objections/{made}/retype", entry=7, text="改过的字都还在")
    assert (refused.status, "改过的字都还在" in refused.html) == (409, True)
    assert "核对过了" in (await gao.send(f"/objections/{made}/check", entry=1)).html
    assert WORDS in (await li.see(path)).html
    assert "答复了" in (await chen.send(f"/objections/{made}/answer", answer="会移到花坛外面")).html
    own = await town.people[2].see(path)
    assert "您" in own.html


async def test_as_json_by_two_callers(client: Client, town: Town, path: str) -> None:
    caller, chen, gao, li = Api(client), town.team.chen, town.team.gao, town.people[1]
    number = int(path.rpartition("/")[2])
    name = (await files.keep(photo(), by=chen.viewer, kind=FileKind.PHOTO, place_id=places.home_place_id())).name
    body = {"who": "住户103", "text": WORDS, "brought_by": "本人", "photos": [name]}
    assert await caller.call("enterPaperObjection", li, id=number, body=body) == 403
    assert await caller.call("enterPaperObjection", chen, id=number, body=body | {"photos": []}) == 422
    assert await caller.call("enterPaperObjection", chen, id=number, body=body | {"who": "没有这个人"}) == 404
    made = (await caller.call("enterPaperObjection", chen, id=number, body=body))["id"]
    assert await caller.call("enterPaperObjection", chen, id=number, body=body) == 409
    [_, desk] = (await caller.call("getPublication", gao, id=number))["objections"]
    assert (desk["paper"]["waits"], desk["paper"]["may_check"], desk["paper"]["photos"]) == (True, True, [name])
    [_, seen] = (await caller.call("getPublication", li, id=number))["objections"]
    assert (seen["text"], seen["paper"]) == ("", None)
    assert await caller.call("answerObjection", gao, id=made, body={"text": "会移到花坛外面"}) == 409
    assert await caller.call("retypePaperObjection", gao, id=made, body={"text": "纸上写的字", "entry": 1}) == DONE
    assert await caller.call("checkPaperObjection", gao, id=made, body={"entry": 2}) == 403
    assert await caller.call("checkPaperObjection", town.team.outsider, id=made, body={"entry": 2}) == 404
    assert await caller.call("checkPaperObjection", chen, id=made, body={"entry": 2}) == DONE
    assert (await PaperObjection.get()).checked_by_id == chen.viewer.person_id
