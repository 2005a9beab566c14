"""The page of sums: where an observer lands, and what it never shows."""

from __future__ import annotations

import io
import re

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from openpyxl import load_workbook

from casework.cases import accepting, catalogue, kinds, rates, reporting
from casework.cases.rates import Grouping, HotlineShare
from casework.cases.reporting import Facts
from courier import limits
from forum import posts
from forum.posts import NewPost
from models.case import CaseSource
from models.person import Person
from people import passwords
from people.viewers import SYSTEM
from portal.security import form_token
from tests.people.town import home, load, person
from tests.portal.colleagues import PASSWORD, Team, ask, hire, lives_here
from tests.portal.conftest import Client
from tests.walk.town_cases import COMMUNITY, take_in_catalogue


@pytest.fixture
async def team(client: Client) -> Team:
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    return await hire(client)


async def test_an_observer_lands_on_the_sums_after_signing_in(team: Team, client: Client) -> None:
    hashed = await passwords.hashed(PASSWORD)
    await Person.filter(id=team.observer.viewer.person_id).update(password_hash=hashed)
    response = await client.post("/login", data={"username": "赵科长", "password": PASSWORD, "back": "/desk"})
    assert (response.status, response.url.path) == (200, "/figures")


async def test_the_sums_show_no_word_of_a_resident(team: Team) -> None:
    question = await ask()
    page = await team.observer.see("/figures")
    assert page.status == 200
    assert "青禾里居委会" in page.html
    assert question.text not in page.html
    assert question.number not in page.html


async def test_navigation_leads_an_observer_only_where_doors_are_open(team: Team) -> None:
    html = (await team.observer.see("/figures")).html
    assert 'href="/figures"' in html
    assert 'href="/upkeep"' in html
    for closed in ("/desk", "/desk/guide", "/pack", "/misses"):
        assert f'href="{closed}"' not in html


@pytest.mark.parametrize("path", ["/desk", "/login"])
async def test_an_observer_is_led_from_the_desk_to_the_sums(team: Team, path: str) -> None:
    page = await team.observer.see(path)
    assert (page.status, page.path) == (200, "/figures")


async def test_a_closed_door_leads_an_observer_back_to_the_sums(team: Team) -> None:
    for path in ("/pack", "/guide"):
        html = (await team.observer.see(path)).html
        assert 'href="/figures"' in html
        assert 'href="/desk"' not in html


async def test_an_observer_sees_how_much_is_to_be_reviewed_and_no_entry(team: Team) -> None:
    page = await team.observer.see("/upkeep")
    assert page.status == 200
    assert all(name in page.html for name in ("青禾里居委会", "柳岸居委会", "每年 7 月会变"))
    assert "/guide/" not in page.html
    assert "/pack/" not in page.html


async def test_the_street_desk_sees_the_lists_and_is_led_to_pages_it_may_open(team: Team) -> None:
    page = await team.he.see("/upkeep")
    assert page.status == 200
    assert "青禾里居委会" in page.html
    assert "/pack" not in page.html
    assert (await team.he.see("/guide/id-card-first")).status == 200


async def test_the_street_desk_sees_the_sums_and_a_worker_does_too(team: Team) -> None:
    assert [(await one.see("/figures")).status for one in (team.he, team.chen)] == [200, 200]


async def test_a_neighbourhood_shows_no_sums_of_the_next(team: Team) -> None:
    assert "柳岸" not in (await team.chen.see("/figures")).html


async def test_nothing_can_be_sent_to_the_sums(team: Team) -> None:
    assert (await team.observer.send("/figures")).status == 403


async def test_the_monthly_sheet_has_nothing_to_fill_in(team: Team) -> None:
    await ask()
    page = await team.chen.see("/figures/month")
    assert page.status == 200
    main = page.html.partition("<main")[2].partition("</main")[0]
    assert re.findall(r"<(?:input|select|textarea)[^>]*name=\"(\w+)\"", main) == ["form_token", "m"]
    assert "提问　等人接手" in main
    assert (await team.chen.see("/figures/month?m=2019-01")).status == 422
    for path in ("/figures/month?m=2026-99", "/figures/month?m='"):
        assert "data-refusal" in (await team.chen.see(path)).html


async def test_the_monthly_sheet_opens_in_a_spreadsheet(team: Team) -> None:
    sent = {"form_token": form_token(team.observer.token), "m": ""}
    response = await team.observer.client.post("/figures/month.xlsx", data=sent, cookies=team.observer.cookies)
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    sheet = load_workbook(io.BytesIO(await response.read())).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[1]]
    assert rows[0] == ("居委会", "类别", "项目", "数")
    assert {str(row[0]) for row in rows[1:]} == {"青禾里居委会", "柳岸居委会"}
    assert (await team.observer.send("/figures/month.xlsx", m="x")).status == 422


async def test_the_street_sees_sums_of_people_and_the_own_staff_whole_numbers(team: Team) -> None:
    place_id = team.chen.viewer.place_id or 0
    await load(home(), person(tags="独居"), person(3, name="李示例", tags="内部词"), place_id=place_id)
    own, above = await team.chen.see("/figures"), await team.observer.see("/figures")
    assert "<dt>内部词</dt><dd><b>1</b> 人</dd>" in own.html
    assert "内部词" not in above.html
    assert "<dt>独居</dt><dd>不显示</dd>" in above.html
    assert "王示范" not in own.html + above.html
    assert "柳岸" not in own.html


async def test_topics_of_the_week_name_kinds_of_work_and_nobodys_words(team: Team, client: Client) -> None:
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    wang, place_id = await lives_here(client, "王阿姨"), team.chen.viewer.place_id or 0
    for at in range(2):
        text = f"{at}号楼电梯坏了，老张昨晚又喝多了"
        await posts.publish(NewPost("neighbours", text), by=wang.viewer, place_id=place_id)
    html = (await team.observer.see("/figures/cases?by=subdistrict")).html
    topics = html.partition('id="topics-table"')[2].partition("</table>")[0]
    assert re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", topics.partition("<tbody>")[2]) == [
        *("电梯停运", "2", "0", "<b>2</b>", "", "", "2", "", "")
    ]
    assert "老张" not in html
    assert "by=district" in html
    assert "by=district" not in (await team.chen.see("/figures/cases")).html, "who reads one has nothing to add up"


@pytest.mark.parametrize("share", [*HotlineShare])
async def test_each_of_the_eight_shares_has_a_chart_and_its_own_table(team: Team, share: HotlineShare) -> None:
    await take_in_catalogue()
    for text in ("1号楼灯坏了", "2号楼灯坏了"):
        facts = Facts("stair_light", text)
        case = await reporting.report(
            facts, by=team.chen.viewer, source=CaseSource.PATROL, place_id=team.chen.viewer.place_id
        )
    await accepting.accept(case.id, by=team.chen.viewer)
    html = (await team.chen.see(f"/figures/cases?by=kind&days=90&share={share.value}")).html
    assert f'<option value="{share.value}" selected>' in html
    assert 'data-chart="share-table" data-columns="1" data-unit="%"' in html
    table = html.partition('id="share-table"')[2].partition("</table>")[0]
    [line] = await rates.rates(Grouping.KIND, viewer=team.chen.viewer, days=90)
    found = getattr(line, share.value)
    assert re.findall(r'data-value="([\d.]+)"', table) == [
        *([] if found.percent is None else [str(found.percent)]),
        str(line.reported),
    ]
    assert f'<span class="small">{f"{found.count}/{found.of}" if found.of else "没有"}</span>' in table


async def test_a_share_that_does_not_exist_is_the_first_and_what_was_chosen_stays_chosen(team: Team) -> None:
    html = (await team.observer.see("/figures/cases?by=unit&days=90&share=gossip")).html
    assert 'href="/figures/cases?by=kind&amp;days=90&amp;share=responded"' in html
    html = (await team.observer.see("/figures/cases?by=unit&days=90&share=no_trip")).html
    assert 'href="/figures/cases?by=unit&amp;days=365&amp;share=no_trip"' in html
