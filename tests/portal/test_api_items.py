"""Idle items and wishes in the API: each call as described, and what was not so struck by staff alone."""

from __future__ import annotations

import datetime as dt

import pytest

from models import clock as models_clock
from models.person import Person, Role, RoleName
from people import places
from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire, lives_here
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.


@pytest.fixture
async def team(client: Client) -> Team:
    return await hire(client)


async def test_staff_strike_what_was_not_so_and_neighbours_do_not(
    team: Team, client: Client, clock: StillClock
) -> None:
    wang, li, api = await lives_here(client, "王阿姨"), await lives_here(client, "李叔"), Api(client)
    made = await api.call("offerItem", wang, body={"mode": "lend", "text": "折叠梯", "spot": "gate", "lend_days": 3})
    post = made["id"]
    assert await api.call("reserveItem", li, id=post) == {"ahead": 0}
    line = (await api.call("readItem", wang, id=post))["line"][0]["line"]
    at = (clock.moment + dt.timedelta(hours=3)).isoformat()
    await api.call("proposeTime", wang, id=post, body={"line": line, "at": at})
    await api.call("confirmTime", li, id=post, body={"line": line, "at": at})
    assert await api.call("noteNoShow", wang, id=post, body={"line": line}) == 409
    clock.forward(hours=4)
    await api.call("noteNoShow", wang, id=post, body={"line": line})
    assert (await api.call("listOwnItems", li))["missed"] == 1
    page = await team.chen.see("/items/missed")
    assert "折叠梯" in page.html
    (missed,) = (await api.call("listNoShows", team.chen))["missed"]
    assert await api.call("listNoShows", wang) == 403
    assert await api.call("strikeNoShow", wang, id=missed["id"]) == 403
    assert await api.call("strikeNoShow", team.outsider, id=missed["id"]) == 404
    await team.chen.send(f"/items/missed/{missed['id']}/strike")
    assert (await api.call("listOwnItems", li))["missed"] == 0


async def test_every_call_about_a_thing_is_as_described(team: Team, client: Client) -> None:
    wang, li, api = await lives_here(client, "王阿姨"), await lives_here(client, "李叔"), Api(client)
    body = {"mode": "lend", "text": "折叠梯", "spot": "gate", "lend_days": 3}
    assert await api.call("offerItem", wang, body={**body, "spot": "3号楼502"}) == 422
    post = (await api.call("offerItem", wang, body=body))["id"]
    (shown,) = (await api.call("listItems", li, mode="lend"))["items"]
    assert (shown["post"], shown["mark"]) == (post, "还在")
    await api.call("reserveItem", li, id=post)
    await api.call("leaveLine", li, id=post)
    await api.call("reserveItem", li, id=post)
    line = (await api.call("readItem", wang, id=post))["line"][0]["line"]
    await api.call("passOver", wang, id=post, body={"line": line})
    await api.call("reserveItem", li, id=post)
    line = (await api.call("readItem", wang, id=post))["line"][0]["line"]
    await api.call("handOver", wang, id=post, body={"line": line})
    assert (await api.call("readItem", li, id=post))["side"] == "holder"
    await api.call("takeBack", wang, id=post, body={"line": line})
    assert await api.call("bumpItem", wang, id=post) == 409
    assert await api.call("finishItem", li, id=post) == 403
    await api.call("finishItem", wang, id=post)
    assert await api.call("withdrawItem", wang, id=post) == 409
    for name in ("readItem", "reserveItem"):
        assert await api.call(name, team.outsider, id=post) in (403, 404)


async def test_an_elders_wish_waits_for_a_volunteer_in_every_call(team: Team, client: Client) -> None:
    wang, li, api = await lives_here(client, "王阿姨"), await lives_here(client, "李叔"), Api(client)
    elder = wang.viewer.person_id
    body = {"kind": "wish", "text": "想有人陪着读报", "for_person": elder, "only_volunteers": True}
    assert await api.call("askWish", li, body=body) == 404
    post = (await api.call("askWish", team.chen, body=body))["id"]
    assert "王阿姨" not in (await li.see(f"/wishes/{post}")).html.partition("<main")[2]
    assert await api.call("claimWish", li, id=post) == 403
    lin = await Person.get(id=li.viewer.person_id)
    await Role.create(
        created_at=models_clock.now(), person=lin, place_id=places.home_place_id(), name=RoleName.VOLUNTEER
    )
    await api.call("claimWish", li, id=post)
    assert (await api.call("readWish", li, id=post))["for_whom"]
    await api.call("giveBackWish", li, id=post)
    await api.call("claimWish", li, id=post)
    await api.call("releaseWish", team.chen, id=post)
    assert await api.call("renewWish", team.chen, id=post) == 409
    assert await api.call("finishWish", team.chen, id=post, body={}) == 409
    await api.call("withdrawWish", team.chen, id=post)
    assert [one["post"] for one in (await api.call("listWishes", li))["wishes"]] == []
    own = await api.call("listOwnWishes", team.chen)
    assert (len(own["asked"]), len(own["claimed"])) == (1, 0)
