"""Pages of homes: handed in, looked through, taken over; lists, cards and the finder; and nobody else's."""

from __future__ import annotations

import io

import aiohttp
import pytest

from app import demo_town
from models.home_file import RowKind
from models.place import Place
from people import homes
from people.loading import files, sheets
from people.viewers import SYSTEM
from portal.security import form_token
from tests.people.town import ID, home, load, person
from tests.portal.colleagues import Colleague, Page, Team, audited, hire
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client) -> Team:
    """Everybody, signed in."""
    return await hire(client)


def workbook(count: int = 4) -> bytes:
    people = demo_town.people_cells(count, name="示范")
    return sheets.write({RowKind.HOME: demo_town.home_cells(count, name="示范"), RowKind.PERSON: people})


async def hand_in(who: Colleague, content: bytes, *, name: str = "登记.xlsx", token: str | None = None) -> Page:
    form = aiohttp.FormData()
    form.add_field("form_token", form_token(who.token) if token is None else token)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    response = await who.client.post("/homes/files", data=form, cookies=who.cookies)
    return Page(response.status, response.url.path, await response.text())


async def test_a_file_is_handed_in_looked_through_and_taken_over(team: Team) -> None:
    page = await hand_in(team.gao, workbook())
    assert page.status == 200
    assert "新增 <b>4</b> 户" in page.html
    assert "新增 <b>8</b> 人" in page.html
    assert await homes.sums(viewer=team.gao.viewer) == [
        homes.Sums(team.gao.viewer.place_id or 0, "青禾里居委会", buildings=0, homes=0, people=0)
    ]
    loaded = await team.gao.send(f"{page.path}/load")
    assert "已经导入" in loaded.html
    assert [(one.homes, one.people) for one in await homes.sums(viewer=team.gao.viewer)] == [(4, 8)]
    assert await audited("home.load") == 1
    again = await team.gao.send(f"{page.path}/load")
    assert (again.status, "已经导入或者放弃" in again.html) == (409, True)


async def test_problems_are_listed_and_downloaded_and_nothing_comes_in(team: Team) -> None:
    lines = "小区,楼栋,室号,姓名,与房屋关系,手机\n甲,1号楼,101,王示范,路人,138\n乙,,,李示例,业主,\n"
    page = await hand_in(team.gao, lines.encode(), name="a.csv")
    assert "有 4 个问题" in page.html
    assert "第 2 行　手机" in page.html
    assert f'action="{page.path}/load"' not in page.html
    table = await team.gao.see(f"{page.path}/problems.csv")
    assert [line.split(",")[1] for line in table.html.splitlines()] == ["行", "2", "2", "3", "3"]
    assert (await team.gao.send(f"{page.path}/load")).status == 422
    dropped = await team.gao.send(f"{page.path}/drop")
    assert "已经放弃" in dropped.html


@pytest.mark.parametrize(("name", "content"), [("a.xls", b"x"), ("a.xlsx", b"PK nothing"), ("a.csv", b"")])
@pytest.mark.databases("sqlite")
async def test_a_file_that_cannot_be_read_is_said_so(team: Team, name: str, content: bytes) -> None:
    page = await hand_in(team.gao, content, name=name)
    assert page.status == 422
    assert "data-refusal" in page.html


@pytest.mark.databases("sqlite")
async def test_a_large_file_is_taken_and_a_stale_form_is_not(team: Team) -> None:
    lines = ["小区,楼栋,室号", *(f"示范小区{'的' * 12}{at},1号楼,101" for at in range(3))]
    padding = "\n" * 3_000_000
    assert (await hand_in(team.gao, ("\n".join(lines) + padding).encode(), name="a.csv")).status == 200
    assert (await hand_in(team.gao, workbook(), token="stale")).status == 403
    assert len(await files.files(viewer=team.gao.viewer, place_id=team.gao.viewer.place_id or 0)) == 1


async def test_who_lives_where_is_seen_and_found_and_moves_out(team: Team) -> None:
    place_id = team.chen.viewer.place_id or 0
    await load(home(), person(id_number=ID, phone="13800000000"), place_id=place_id)
    assert "示范一村" in (await team.chen.see("/homes")).html
    for asked in ("王示范", ID, "13800000000"):
        found = await team.chen.send("/homes", q=asked)
        assert (found.path, "示范一村 3号楼 501" in found.html) == ("/homes", True)
        assert "示范一村 3号楼 501" not in (await team.chen.see(f"/homes?q={asked}")).html
    assert "没有登记这个人" in (await team.chen.send("/homes", q="1380000000")).html
    [found] = await homes.search(ID, viewer=SYSTEM, place_id=place_id)
    card = await team.chen.see(f"/homes/{found.home_id}")
    assert "138****0000" in card.html
    assert ID not in card.html
    refused = await team.chen.send(f"/homes/{found.home_id}/area", area="很大")
    assert (refused.status, "不是面积" in refused.html, 'value="很大"' in refused.html) == (422, True, True)
    assert "<b>89.50</b> 平方米" in (await team.chen.send(f"/homes/{found.home_id}/area", area="89.5")).html
    [one] = (await homes.home(found.home_id, viewer=SYSTEM)).living
    gone = await team.chen.send(f"/homes/{found.home_id}/move_out", residence=one.residence_id)
    assert "以前住过的（1）" in gone.html
    twice = await team.chen.send(f"/homes/{found.home_id}/move_out", residence=one.residence_id)
    assert twice.status == 409


async def test_long_lists_come_in_pages_without_a_gap(team: Team) -> None:
    place_id = team.chen.viewer.place_id or 0
    await load(*(home(at, label=str(at)) for at in range(1, 131)), place_id=place_id)
    [building] = await homes.buildings(viewer=SYSTEM, place_id=place_id)
    seen, after = [], 0
    while page := await homes.homes(building.id, viewer=SYSTEM, after=after):
        seen += [int(one.label) for one in page]
        after = page[-1].id
    assert seen == list(range(1, 131))
    await load(*(home(at, label="1", building=f"{at}号楼") for at in range(1, 131)), place_id=place_id)
    names, after = [], 0
    while lines := await homes.buildings(viewer=SYSTEM, place_id=place_id, after=after):
        names += [one.name for one in lines]
        after = lines[-1].id
    assert names == [f"{at}号楼" for at in range(1, 131)]


async def test_nobody_of_another_place_sees_a_row_and_observers_see_sums_only(team: Team) -> None:
    here, there = team.chen.viewer.place_id or 0, (await Place.get(slug="other")).id
    await load(home(), person(), place_id=here)
    await load(home(building="9号楼"), person(name="柳岸示范", building="9号楼"), place_id=there)
    [building] = await homes.buildings(viewer=SYSTEM, place_id=here)
    [line] = await homes.homes(building.id, viewer=SYSTEM)
    [resident] = (await homes.home(line.id, viewer=SYSTEM)).living
    file = await files.check_rows([home()], by=SYSTEM, place_id=here, name="a.xlsx")
    for path in (f"/homes/{line.id}", f"/homes/buildings/{building.id}", f"/homes/files/{file.id}"):
        for who in (team.outsider, team.observer, team.he):
            assert (await who.see(path)).status in (403, 404), path
    assert (await team.outsider.send(f"/homes/{line.id}/move_out", residence=resident.residence_id)).status == 404
    assert (await team.outsider.send(f"/homes/files/{file.id}/load")).status == 404
    assert "王示范" not in (await team.outsider.send("/homes", q="王示范")).html.replace('value="王示范"', "")
    assert "9号楼" not in (await team.chen.see("/homes")).html
    assert (await team.observer.see("/homes")).status == 403
    counted = {one.place_id: one.people for one in await homes.sums(viewer=team.observer.viewer)}
    assert counted == {here: 1, there: 1}
    assert {one.place_id for one in await homes.sums(viewer=team.chen.viewer)} == {here}


async def test_only_those_who_lead_hand_in_files(team: Team) -> None:
    assert (await hand_in(team.chen, workbook())).status == 403
    assert (await hand_in(team.observer, workbook())).status == 403
    assert 'href="/homes/files"' not in (await team.chen.see("/homes")).html
