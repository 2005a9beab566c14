"""The guide on pages: home, categories, one entry with all it says, search, and paper."""

from __future__ import annotations

import datetime as dt

import pytest
from tortoise.context import TortoiseContext

from models.entry_content import FieldState, Option, Phone, Since, Source, Variant, Where
from tests.conftest import StillClock
from tests.portal.conftest import Client, MakeClient
from tests.portal.desk_work import signed_in
from tests.portal.neighbourhood import changed, piece_of_pack, portal_app, settle

pytestmark = pytest.mark.databases("sqlite")  # The guide is read from memory.

MARCH = dt.date(2026, 3, 2)


async def read(client: Client, path: str, **cookies: str) -> str:
    response = await client.get(path, cookies=cookies)
    assert response.status == 200
    return await response.text()


async def with_entry(make: MakeClient, **changes: object) -> Client:
    """The web door over a pack whose first entry says something else."""
    await settle([changed(piece_of_pack(), **changes)])
    return await make(portal_app())


async def test_home_asks_first_and_shows_emergency_numbers_categories_and_the_committee(client: Client) -> None:
    html = await read(client, "/")
    for wanted in ('action="/chat"', "tel:110", "tel:119", "tel:120", "/category/household-id"):
        assert wanted in html
    for wanted in ("虚构市青禾路1号", "周一至周五 8:30-11:30", "021-00001234"):
        assert wanted in html


async def test_the_question_field_comes_before_everything_else_on_the_home_page(client: Client) -> None:
    html = await read(client, "/")
    assert html.index('id="ask"') < html.index("tel:110") < html.index("/category/household-id")


async def test_the_guide_lists_every_entry_under_its_category(client: Client) -> None:
    html = await read(client, "/guide")
    assert html.count('href="/guide/id-card') == 4
    assert "户籍证件" in html


async def test_categories_stand_in_the_order_the_community_wants(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    await settle([piece_of_pack("city-life-safety"), piece_of_pack("household-id"), piece_of_pack("elderly-care")])
    html = await read(await aiohttp_client(portal_app()), "/")
    places = [html.index(f"/category/{slug}") for slug in ("elderly-care", "household-id", "city-life-safety")]
    assert places == sorted(places)


async def test_an_entry_shows_every_field_its_sources_and_the_day_it_was_checked(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    client = await with_entry(
        aiohttp_client,
        conditions=["满十六岁"],
        materials=["户口簿", "照片"],
        steps=["先取号", "再办理"],
        where=Where(
            place="青禾派出所",
            hours="周一到周六 9:00-16:00",
            phones=[Phone(number="021-00009999", name="户籍窗口")],
            online="随申办",
        ),
        time_limit="六十天",
        fee="二十元",
        legal_basis=["《居民身份证法》"],
        sources=[Source.model_validate({"title": "国家移民管理局", "url": "https://www.nia.gov.cn/x"})],
        checked_on=dt.date(2026, 1, 5),
    )
    html = await read(client, "/guide/id-card-first")
    wanted = [
        "满十六岁",
        "户口簿",
        "照片",
        "先取号",
        "再办理",
        "青禾派出所",
        "周一到周六",
        "tel:02100009999",
        "户籍窗口",
    ]
    wanted += [
        "随申办",
        "六十天",
        "二十元",
        "《居民身份证法》",
        "https://www.nia.gov.cn/x",
        "2026年1月5日",
        "不能代替窗口的决定",
    ]
    assert [one for one in wanted if one not in html] == []


async def test_an_entry_shows_each_condition_question_with_all_its_outcomes(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    options = [Option(answer="满了", says="自己去"), Option(answer="没满", says="家长陪着去")]
    client = await with_entry(aiohttp_client, variants=[Variant(ask="满十六岁了吗", options=options)])
    html = await read(client, "/guide/id-card-first")
    assert [one for one in ("满十六岁了吗", "满了", "自己去", "没满", "家长陪着去") if one not in html] == []


async def test_what_was_not_verified_is_said_with_a_number_to_ring_instead_of_a_figure(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    states = {**piece_of_pack().entries[0].status, "fee": FieldState.NOT_VERIFIED}
    client = await with_entry(aiohttp_client, fee="未核实", status=states)
    html = await read(client, "/guide/id-card-first")
    assert "没有查到准确说法，请先打 <a" in html
    assert "未核实" not in html


async def test_what_does_not_apply_is_named_once_and_has_no_section(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    states = {**piece_of_pack().entries[0].status, "materials": FieldState.NOT_APPLICABLE}
    html = await read(await with_entry(aiohttp_client, materials="不适用", status=states), "/guide/id-card-first")
    assert "field-materials" not in html
    assert "不适用" not in html
    assert "要带什么" in html


async def test_a_field_that_changes_every_year_says_so(db: TortoiseContext, aiohttp_client: MakeClient) -> None:
    states = {**piece_of_pack().entries[0].status, "fee": FieldState.YEARLY}
    client = await with_entry(aiohttp_client, status=states, changes_in=[1, 7])
    html = await read(client, "/guide/id-card-first")
    assert "每年会调整" in html
    assert "每年1月、7月前后可能调整" in html


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (Since(date=dt.date(2012, 1, 1)), "2012年1月1日起执行"),
        (Since(year=2003), "2003年起执行"),
        (Since(unknown=True), "从哪天起执行没有查到"),
    ],
)
async def test_an_entry_says_since_when_it_holds(
    db: TortoiseContext, aiohttp_client: MakeClient, since: Since, said: str
) -> None:
    client = await with_entry(aiohttp_client, valid_from=since, valid_to=dt.date(2099, 12, 31))
    html = await read(client, "/guide/id-card-first")
    assert f"{said}，到2099年12月31日为止" in html


async def test_an_entry_past_its_review_day_warns_on_the_page_and_on_paper(
    db: TortoiseContext, aiohttp_client: MakeClient, clock: StillClock
) -> None:
    client = await with_entry(aiohttp_client, checked_on=MARCH, review_by=MARCH - dt.timedelta(days=1))
    for path in ("/guide/id-card-first", "/guide/id-card-first/print", "/category/household-id/print"):
        assert "过了该核对的日子（2026年3月1日）" in await read(client, path)
    assert "过了该核对的日子" not in await read(client, "/guide/id-card-renew")


async def test_residents_never_see_the_note_for_staff_and_staff_do(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    client = await with_entry(aiohttp_client, note="窗口周三下午不办")
    _, cookies = await signed_in()
    for path in ("/guide/id-card-first", "/guide/id-card-first/print", "/category/household-id"):
        assert "周三下午" not in await read(client, path)
    assert "周三下午" in await read(client, "/guide/id-card-first", **cookies)


async def test_words_of_an_entry_cannot_become_markup(db: TortoiseContext, aiohttp_client: MakeClient) -> None:
    client = await with_entry(aiohttp_client, who="<script>alert(1)</script>", fee="<b>打 12345</b>")
    html = await read(client, "/guide/id-card-first")
    assert "<script>alert" not in html
    assert '&lt;b&gt;打 <a class="number" href="tel:12345">12345</a>' in html


@pytest.mark.parametrize("path", ["/guide/nothing", "/category/nothing", "/guide/nothing/print", "/category/x/print"])
async def test_what_is_not_in_the_guide_is_a_plain_page_with_a_way_on(client: Client, path: str) -> None:
    response = await client.get(path)
    html = await response.text()
    assert response.status == 404
    assert "data-refusal" in html
    assert 'value="人工"' in html


async def test_search_shows_the_right_entry_first_and_the_words_that_led_to_it(client: Client) -> None:
    html = await read(client, "/search?q=身份证丢了怎么补")
    assert html.index("/guide/id-card-lost") < html.index("因为提到")
    assert "<mark>身份证</mark>" in html


async def test_a_search_can_be_sent_on_as_a_question(client: Client) -> None:
    html = await read(client, "/search?q=身份证丢了怎么补")
    assert '<button class="main-button" name="text" value="身份证丢了怎么补">' in html


async def test_a_search_that_tells_of_danger_puts_the_number_first(client: Client) -> None:
    html = await read(client, "/search?q=家里煤气泄漏了")
    assert 'role="alert"' in html
    assert html.index('role="alert"') < html.index('href="tel:119"') < html.index('href="tel:02100001234"')


async def test_a_look_alike_of_danger_raises_no_alarm(client: Client) -> None:
    assert 'role="alert"' not in await read(client, "/search?q=煤气费怎么交")


@pytest.mark.parametrize("text", ["", "   ", "qqqqzzzz", "<b>x</b>", "a" * 5000])
async def test_search_bears_any_text(client: Client, text: str) -> None:
    response = await client.get("/search", params={"q": text})
    assert response.status == 200
    assert "<b>x</b>" not in await response.text()


async def test_a_category_is_printed_whole_on_paper(client: Client) -> None:
    html = await read(client, "/category/household-id/print")
    assert html.count("<article>") == 4
    assert "print.css" in html
    assert "site.css" not in html


async def test_a_long_list_is_shortened_on_paper_with_the_address_of_the_rest(
    db: TortoiseContext, aiohttp_client: MakeClient
) -> None:
    client = await with_entry(aiohttp_client, conditions=[f"第{number}条" for number in range(1, 14)])
    html = await read(client, "/guide/id-card-first/print")
    assert "第10条" in html
    assert "第11条" not in html
    assert f"还有3条。看全文：http://127.0.0.1:{client.port}/guide/id-card-first" in html


async def test_a_short_list_is_whole_on_paper(client: Client) -> None:
    assert "看全文" not in await read(client, "/guide/id-card-first/print")
