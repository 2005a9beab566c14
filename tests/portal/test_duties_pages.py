"""The lists of duty, patrols, ledgers and points as people meet them: forms sent by a browser, and the API."""

from __future__ import annotations

import pytest

from casework.duties import lists
from models import clock
from people import places, points
from people.points import CheckedReport
from people.viewers import SYSTEM
from portal.security import form_token
from portal.session import STAFF_COOKIE
from tests.portal.conftest import Client
from tests.portal.desk_work import Desk, fill
from tests.portal.neighbourhood import COOKIES

ITEM = {
    "list": "does",
    "name": "代收<快递>",
    "spoken": "代收快递",
    "about": "门口的架子，自己来拿。",
    "flow": "放在架子上\n自己来拿",
    "limit": "当天",
    "supervises": "居民代表",
    "number": "0",
    "note": "门口有架子",
}


@pytest.fixture
async def desk(client: Client) -> Desk:
    lists.forget()
    return await fill()


async def send(client: Client, desk: Desk, path: str, **fields: str) -> tuple[int, str]:
    """A form of 高 who leads; gives the status, and where it leads or what it shows."""
    token = form_token(desk.cookies[STAFF_COOKIE])
    response = await client.post(
        path, data={"form_token": token, **fields}, cookies={**COOKIES, **desk.cookies}, allow_redirects=False
    )
    return response.status, response.headers.get("Location", "") or await response.text()


async def test_an_item_of_ones_own_is_read_by_everybody_on_the_page_and_by_programs(client: Client, desk: Desk) -> None:
    assert (await send(client, desk, "/duties/keep/own_1", **ITEM))[0] == 303
    page = await (await client.get("/duties")).text()
    assert "代收&lt;快递&gt;" in page
    assert "居委会不能做" in page
    found = (await (await client.get("/api/v1/duties")).json())["lists"]
    assert [one["list"] for one in found] == ["does", "helps", "may_not", "publishes"]
    assert "own_1" in {item["key"] for item in found[0]["items"]}
    status, shown = await send(client, desk, "/duties/keep/own_1", **{**ITEM, "name": "又改了"})
    assert (status, "又改了" in shown) == (409, True)


async def test_a_stop_is_ticked_once_and_what_is_found_there_is_a_case(client: Client, desk: Desk) -> None:
    stop = f"/patrols/stops/{desk.blanks['patrol_stop']}"
    assert (await send(client, desk, f"{stop}/tick"))[0] == 303
    assert (await send(client, desk, f"{stop}/tick"))[0] == 409
    too_many = ",".join(f"photo{number}" for number in range(7))
    status, shown = await send(client, desk, f"{stop}/report", what="楼道灯坏了", key="one", photos=too_many)
    assert (status, "一次最多发 6 张照片" in shown, "楼道灯坏了" in shown) == (422, True, True)
    status, to = await send(client, desk, f"{stop}/report", what="楼道灯坏了", key="one")
    assert (status, to.startswith("/cases/")) == (303, True)
    assert (await send(client, desk, f"{stop}/report", what="楼道灯坏了", key="one"))[0] == 409


async def test_who_owns_a_matter_does_not_strike_it_off(client: Client, desk: Desk) -> None:
    entry = f"/ledger/{desk.blanks['ledger']}"
    assert (await send(client, desk, f"{entry}/claim", note="好了", version="1"))[0] == 303
    status, shown = await send(client, desk, f"{entry}/strike_off", note="看过了", version="2")
    assert (status, "不能自己销号" in shown) == (403, True)


async def test_one_sees_ones_own_points_and_nobody_elses(client: Client, desk: Desk) -> None:
    resident = int(desk.blanks["resident"])
    report = CheckedReport(
        places.home_place_id(), resident, int(desk.blanks["own_case"]), "b1", "stair_light", clock.now()
    )
    assert await points.give(report, by=SYSTEM) == 5
    own = await (await client.get("/me/points", cookies={**COOKIES, **desk.cookies_of("resident")})).text()
    assert "+5 分" in own
    assert (await client.get("/me/points", cookies={**COOKIES, **desk.cookies})).status == 403
    sums = await (await client.get("/points", cookies={**COOKIES, **desk.cookies})).text()
    assert "给了 5 分，1 人" in sums
