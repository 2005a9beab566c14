"""A photo by the JSON API: handed in, and put with a post, a meeting, a key small matter and a paper by its name."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from models.file import StoredFile
from people import pictures, places, shelf
from tests import key_matters, meetings
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague
from tests.portal.conftest import Client
from tests.portal.vote_work import Town, settle

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
async def town(client: Client, tmp_path: Path) -> Town:
    """Six homes, with a folder for photos."""
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    return await settle(client)


async def _kept(caller: Api, by: Colleague) -> str:
    return str((await caller.call("keepPhoto", by, body=photo()))["name"])


async def _is_seen(client: Client, name: str, by: Colleague) -> bool:
    return (await client.get(f"/files/{name}", cookies=by.cookies)).status == 200


async def test_what_is_no_photo_or_from_nobody_is_refused(client: Client, town: Town) -> None:
    caller = Api(client)
    assert await caller.call("keepPhoto", body=photo()) == 403
    for wrong in (b"", b"{}", io.BytesIO(b"x" * (pictures.MOST_BYTES + 1))):
        assert await caller.call("keepPhoto", town.people[0], body=wrong) == 422
    assert await StoredFile.all().count() == 0


async def test_a_neighbour_posts_a_photo_and_nobody_elses(client: Client, town: Town) -> None:
    caller, (wang, li, *_) = Api(client), town.people
    name = await _kept(caller, wang)
    assert not await _is_seen(client, name, li)
    await caller.call("publishPost", li, board="issues", body={"text": "这里的灯不亮", "photos": [name]})
    assert not await _is_seen(client, name, li)
    await caller.call("publishPost", wang, board="issues", body={"text": "这里的灯不亮", "photos": [name]})
    assert await _is_seen(client, name, li)


async def test_photos_of_a_meeting_are_there_with_its_record(client: Client, town: Town) -> None:
    caller, team, (wang, *_) = Api(client), town.team, town.people
    made = await meetings.fill(team.gao.viewer, wang.viewer, place_id=places.home_place_id())
    one, name = made["meeting_begun"], await _kept(caller, team.chen)
    assert await caller.call("showAtMeeting", wang, id=one, body={"photos": [name]}) == 403
    assert await caller.call("showAtMeeting", team.gao, id=one, body={"photos": [name]}) == 422
    assert await caller.call("showAtMeeting", team.chen, id=one, body={"photos": []}) == 422
    assert await caller.call("showAtMeeting", team.chen, id=one, body={"photos": [name]}) == {"done": True}
    assert not await _is_seen(client, name, wang)
    await caller.call("publishRecord", team.gao, id=one, body={"seen": 1})
    assert (await caller.call("getMeeting", wang, id=one))["photos"] == [f"/files/{name}"]
    assert await _is_seen(client, name, wang)
    late = await _kept(caller, team.chen)
    assert await caller.call("showAtMeeting", team.chen, id=one, body={"photos": [late]}) == 409
    for who, photo_of, status in ((wang, name, 403), (team.chen, late, 404), (team.outsider, name, 404)):
        assert await caller.call("dropMeetingPhoto", who, id=one, body={"photo": photo_of}) == status
    await caller.call("dropMeetingPhoto", team.chen, id=one, body={"photo": name})  # Somebody in it did not want to be.
    assert (await caller.call("getMeeting", wang, id=one))["photos"] == []
    assert not await _is_seen(client, name, wang)


async def test_photos_of_what_is_done_are_everybodys(client: Client, town: Town, clock: StillClock) -> None:
    caller, team, (wang, *_) = Api(client), town.team, town.people
    made = await key_matters.fill(team.gao.viewer, wang.viewer, place_id=places.home_place_id())
    one, name = made["key_chosen"], await _kept(caller, team.chen)
    assert await caller.call("proveKeyMatter", wang, id=one, body={"photos": [name]}) == 403
    assert await caller.call("proveKeyMatter", team.gao, id=one, body={"photos": [name]}) == 422
    assert await caller.call("proveKeyMatter", team.chen, id=made["key_matter"], body={"photos": [name]}) == 409
    await caller.call("proveKeyMatter", team.chen, id=one, body={"photos": [name]})
    assert (await caller.call("getKeyMatter", wang, id=one))["photos"] == [f"/files/{name}"]
    assert await _is_seen(client, name, wang)
    assert await caller.call("dropKeyMatterPhoto", wang, id=one, body={"photo": name}) == 403
    assert await caller.call("dropKeyMatterPhoto", team.chen, id=one, body={"photo": "x"}) == 404
    dropped = await team.chen.send(f"/key_matters/{one}/drop_photo", photo=name)
    assert "照片撤下了" in dropped.html
    assert not await _is_seen(client, name, wang)


async def test_a_paper_is_entered_with_its_photo(client: Client, town: Town, clock: StillClock) -> None:
    caller, team, (_, li, *_) = Api(client), town.team, town.people
    closes = (clock.moment + dt.timedelta(days=3)).isoformat()
    shared = {"title": "买什么", "text": "一户一票。", "unit": "household", "rule": "advice", "closes_at": closes}
    body = {**shared, "method": "yes_no", "is_secret": True}
    vote = (await caller.call("draftVote", team.chen, body=body))["id"]
    await caller.call("openVote", team.gao, id=vote, body={"version": 1})
    [receipt] = (await caller.call("printBallots", team.chen, id=vote, body={"count": 1}))["receipts"]
    [left, *_] = (await caller.call("listUndecided", team.chen, id=vote))["lines"]
    await caller.call("handOutBallot", team.chen, id=vote, body={"voter_id": left["voter_id"]})
    said = {"receipt": receipt, "points": {"1": 1}}
    others = await _kept(caller, li)
    assert await caller.call("enterBallot", team.chen, id=vote, body={**said, "photo": others}) == 422
    own = await _kept(caller, team.chen)
    assert (await caller.call("enterBallot", team.chen, id=vote, body={**said, "photo": own}))["state"] == "entered"
    assert (await caller.call("enterBallot", team.gao, id=vote, body=said))["state"] == "confirmed"
