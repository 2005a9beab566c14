"""The property window on pages and as JSON: published by the company, read by all, rated by who lives there."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.board_settings import Wanted, set_board
from forum.property.statements import Sum
from forum.property.sums import lines_of, yuan
from models.errors import Invalid
from models.home import Estate
from models.person import RoleName
from people import places, shelf
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.town import home as home_row
from tests.people.town import load
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client

LINES = "物业费收入 12345.6\n电梯维保 -3000"


def test_a_line_is_a_name_and_yuan_in_whole_fen() -> None:
    typed = "物业费收入 12,345.6\n电梯维保　-3000\n\n广告：８.05元"
    assert lines_of(typed) == (Sum("物业费收入", 1_234_560), Sum("电梯维保", -300_000), Sum("广告", 805))
    assert [yuan(fen) for fen in (1_234_560, -305, 0)] == ["12,345.60", "-3.05", "0.00"]
    for wrong in ("物业费收入", "12.5", "电梯 3.005", "电梯 三千"):
        with pytest.raises(Invalid):
            lines_of(wrong)


@pytest.mark.databases("sqlite")
async def test_published_read_and_rated(client: Client, clock: StillClock, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, caller, place_id = await hire(client), Api(client), places.home_place_id()
    await set_board("property", Wanted(is_on=True), by=team.gao.viewer, place_id=place_id)
    await load(home_row(), place_id=place_id)
    estate = await Estate.get()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    qian = await person(client, "钱", role=RoleName.PROPERTY, place_id=place_id)
    typed = {
        "estate": str(estate.id),
        "kind": "fees",
        "period": "2026-02",
        "lines": "物业费收入 12345.6\n电梯维保 -3000",
    }
    wrong = await qian.send("/property/new", **{**typed, "lines": "物业费"})
    assert (wrong.status, "这一行看不懂" in wrong.html) == (422, True)
    assert "公布了" in (await qian.send("/property/new", **typed)).html
    assert (await wang.see("/property/new")).status == 403
    shown = (await wang.see("/property")).html
    assert all(words in shown for words in ("12,345.60", "-3,000.00", "9,345.60", estate.name))
    assert (
        "只有住在这个小区"
        in (await wang.send("/property/rate", estate=str(estate.id), period="2026-02", stars="5")).html
    )
    body = {"estate_id": estate.id, "kind": "income", "period": "2026-02", "lines": [{"name": "停车", "fen": 100}]}
    assert await caller.call("publishStatement", wang, body=body) == 403
    assert (await caller.call("publishStatement", qian, body=body))["state"] == "published"
    assert await caller.call("publishStatement", qian, body=body) == 409
    [month] = (await caller.call("listPropertyMonths", wang))["months"]
    assert [one["total"] for one in month["statements"]] == [934_560, 100]
    stars = {"estate_id": estate.id, "period": "2026-02", "stars": 4}
    assert await caller.call("rateProperty", wang, body=stars) == 403
