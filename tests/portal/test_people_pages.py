"""Pages of people's records: filters, cards, numbers shown once, lists that two people let out; and nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from courier import limits
from models.clock import now, today
from models.export import Export
from models.household import TagWord
from models.person import Role, RoleName
from models.place import Place
from models.service import Look, Service
from models.transaction import execute, fetch_one
from people import homes
from people.records import exports
from people.records.querying import Wanted
from people.viewers import SYSTEM
from portal.security import form_token
from tests.people.records_cast import numbered
from tests.people.town import home, load, person
from tests.portal.colleagues import Colleague, Team, audited, hire
from tests.portal.conftest import Client

PHONE, BORN_1940 = "13800000000", numbered("19400101")
STRANGE = "王<script>alert(1)</script>"


@pytest.fixture
async def team(client: Client) -> Team:
    """Two who live alone, one of them over eighty; and one elsewhere."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    team = await hire(client)
    here, there = team.chen.viewer.place_id or 0, (await Place.get(slug="other")).id
    await load(
        home(),
        person(2, name="王示范", tags="独居", id_number=BORN_1940, phone=PHONE),
        person(3, name="李示例", tags="独居、🌸花友"),
        place_id=here,
    )
    await load(home(building="9号楼"), person(name="柳岸示范", tags="独居", building="9号楼"), place_id=there)
    return team


async def id_of(name: str, who: Colleague) -> int:
    [found] = await homes.search(name, viewer=SYSTEM, place_id=who.viewer.place_id or 0)
    return found.person_id


async def test_the_list_is_narrowed_by_address(team: Team) -> None:
    page = await team.chen.see("/people?tags=独居&tags=80%2B")
    assert "共 1 人、1 户" in page.html
    assert "王示范" in page.html
    assert "李示例" not in page.html
    assert "本居委另有 1 人没有登记身份证号" in page.html
    assert "李示例" in (await team.chen.see("/people?tags=🌸花友")).html
    assert "没有这样的人" in (await team.chen.see("/people?without=独居")).html
    assert "王示范" in (await team.chen.see("/people?tags=独居&tags=80+")).html
    assert (await team.chen.see("/people?building=x")).status == 404
    assert (await team.chen.see("/people?" + "&".join(f"tags={at}" for at in range(13)))).status == 422
    assert "没有这样的人" in (await team.chen.see("/people?tags=' OR 1=1 --")).html


async def test_tags_go_on_and_off(team: Team) -> None:
    path = f"/people/{await id_of('王示范', team.chen)}"
    assert "标签已经贴上" in (await team.chen.send(f"{path}/tag", name="低保")).html
    assert 'aria-label="去掉标签低保"' in (await team.chen.see(path)).html
    assert (await team.chen.send(f"{path}/tag", name="没有的")).status == 422
    assert (await team.chen.send(f"{path}/tag", name="80+")).status == 422
    assert "标签已经去掉" in (await team.chen.send(f"{path}/untag", name="低保")).html
    assert (await team.chen.send(f"{path}/untag", name="低保")).status == 409


async def test_who_leads_keeps_the_words_and_others_only_read_them(team: Team) -> None:
    assert "标签已经加上" in (await team.gao.send("/people/tags", name="志愿者")).html
    word = await TagWord.get(name="志愿者")
    assert "标签已经改名" in (await team.gao.send(f"/people/tags/{word.id}/rename", name="热心人")).html
    assert "标签已经停用" in (await team.gao.send(f"/people/tags/{word.id}/retire")).html
    assert "重新启用" in (await team.gao.see("/people/tags")).html
    assert (await team.gao.send("/people/tags", name="80+")).status == 422
    page = await team.chen.see("/people/tags")
    assert (page.status, "重新启用" in page.html) == (200, False)
    assert (await team.chen.send("/people/tags", name="x")).status in (403, 404)


async def test_a_number_is_shown_once_for_a_purpose_and_kept_by_no_browser(team: Team) -> None:
    path = f"/people/{await id_of('王示范', team.chen)}"
    card = await team.chen.see(path)
    assert "138****0000" in card.html
    assert PHONE not in card.html
    assert (await team.chen.send(f"{path}/reveal", field="phone", purpose="")).status == 422
    fields = {"form_token": form_token(team.chen.token), "field": "phone", "purpose": "contact"}
    response = await team.chen.client.post(f"{path}/reveal", data=fields, cookies=team.chen.cookies)
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert PHONE in await response.text()
    assert PHONE not in str(response.url)
    assert PHONE not in (await team.chen.see(path)).html
    assert await audited("person.reveal_phone") == await Look.all().count() == 1
    refused = await team.chen.send(f"{path}/reveal", field="id_number", purpose="contact")
    assert (refused.status, BORN_1940 in refused.html) == (403, False)
    assert 'value="id_number"' not in (await team.chen.see(path)).html
    assert BORN_1940 in (await team.gao.send(f"{path}/reveal", field="id_number", purpose="contact")).html
    looks = await team.gao.see(f"{path}/looks")
    assert "小陈" in looks.html
    assert (await team.chen.see(f"{path}/looks")).status == 403
    assert (await team.gao.send(f"{path}/reveal", field="name", purpose="contact")).status == 404


async def test_something_done_is_written_down_and_struck(team: Team) -> None:
    path = f"/people/{await id_of('王示范', team.chen)}"
    given = {"kind": "visit", "day": today(), "words": STRANGE, "key": "k1"}
    await team.chen.send(f"{path}/service", **given)
    page = await team.chen.send(f"{path}/service", **given)
    assert "王&lt;script&gt;" in page.html
    service = await Service.get()
    assert (await team.lin.send(f"/services/{service.id}/strike", back=path)).status == 403
    struck = await team.chen.send(f"/services/{service.id}/strike", back=path)
    assert (struck.path, "已划掉" in struck.html) == (path, True)
    assert (await team.chen.send(f"/services/{service.id}/strike", back="//evil.example")).status == 409
    assert (await team.chen.send(f"{path}/service", **{**given, "key": "k2", "day": "2999-01-01"})).status == 422
    home_path = f"/homes/{service.home_id}"
    assert "已经记下" in (await team.chen.send(f"{home_path}/service", **{**given, "key": "k3"})).html


async def test_a_list_is_asked_for_approved_by_another_and_taken_once(team: Team) -> None:
    asked = await team.chen.send("/exports/new", tags="独居", building="0", purpose="check", reason="核对")
    assert (asked.path, "等另一位批准" in asked.html) == ("/exports", True)
    export = await Export.get()
    assert 'aria-label="批准' not in asked.html
    assert (await team.chen.send(f"/exports/{export.id}/approve")).status == 403
    assert "已经批准" in (await team.gao.send(f"/exports/{export.id}/approve")).html
    form = {"form_token": form_token(team.chen.token)}
    response = await team.chen.client.post(f"/exports/{export.id}/take", data=form, cookies=team.chen.cookies)
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert (await response.read())[:2] == b"PK"
    assert "attachment" in response.headers["Content-Disposition"]
    assert (await team.chen.send(f"/exports/{export.id}/take")).status == 409


async def test_what_was_typed_for_a_list_is_not_lost(team: Team) -> None:
    page = await team.chen.send("/exports/new", tags="独居", building="0", purpose="other", reason=" ")
    assert page.status == 422
    assert 'name="tags" value="独居"' in page.html
    assert (await team.gao.see("/exports/new?tags=没有")).status == 200
    nobody = await team.gao.send("/exports/new", tags="没有", building="0", purpose="check", reason="x")
    assert nobody.status == 422


async def test_nobody_else_sees_or_changes_anything_of_a_person(team: Team) -> None:
    """Every address with a number in it, from another neighbourhood, from the street, and from an observer."""
    wang, place_id = await id_of("王示范", team.chen), team.chen.viewer.place_id or 0
    await team.chen.send(f"/people/{wang}/service", kind="visit", day=today(), words="x", key="k")
    service, word = await Service.get(), await TagWord.filter(place_id=place_id).first()
    export = await exports.ask(
        Wanted(), by=team.chen.viewer, place_id=place_id, purpose="check", reason="x", with_phones=False
    )
    assert word is not None
    pages = [f"/people/{wang}", f"/people/{wang}/looks"]
    forms = [f"/people/{wang}/{verb}" for verb in ("tag", "untag", "service", "reveal")]
    forms += [f"/people/tags/{word.id}/{verb}" for verb in ("rename", "retire")]
    forms += [f"/exports/{export}/{verb}" for verb in ("approve", "refuse", "withdraw", "take")]
    forms += [f"/services/{service.id}/strike", f"/homes/{service.home_id}/service"]
    fields = {"name": "独居", "field": "phone", "purpose": "contact", "kind": "visit", "day": today(), "key": "z"}
    before = await counts()
    for who in (team.outsider, team.he, team.observer):
        for path in pages:
            page = await who.see(path)
            assert (page.status in (403, 404), "王示范" in page.html) == (True, False), path
        for path in forms:
            page = await who.send(path, **fields, answer="x", words="x", back="/", note="x")
            assert page.status in (403, 404), path
            assert PHONE not in page.html
    assert await counts() == before
    for path in ("/people", "/people?tags=独居", "/exports", "/people/tags"):
        for who in (team.outsider, team.he, team.observer):
            html = (await who.see(path)).html
            assert "王示范" not in html
            assert "花友" not in html
    assert "柳岸示范" not in (await team.chen.see("/people")).html


async def counts() -> tuple[int, ...]:
    return (
        await Look.all().count(),
        await Service.all().count(),
        await audited("person.tag"),
        await audited("tag.retire"),
    )


async def test_a_form_of_an_old_page_changes_nothing(team: Team) -> None:
    path = f"/people/{await id_of('王示范', team.chen)}"
    page = await team.chen.send(f"{path}/reveal", token="stale", field="phone", purpose="contact")
    assert (page.status, PHONE in page.html) == (403, False)
    assert await Look.all().count() == 0


async def test_a_card_that_leads_nowhere_is_not_there(team: Team) -> None:
    await execute("UPDATE residence SET state='refused', open_home_id=NULL")
    for path in ("/people/0", "/people/999999999", "/people/x", "/people/1.5"):
        assert (await team.chen.see(path)).status == 404, path
    assert "现在没有登记住处" in (await team.chen.see(f"/people/{team.chen.viewer.person_id}")).html


async def test_what_is_typed_on_a_card_stays_where_it_was_refused(team: Team) -> None:
    """A page of one's own words, why a number is looked at, who acts for whom, a new name for a tag."""
    wang, said = await id_of("王示范", team.chen), "陪他去了医院，药放在床头"
    day = f"{today() + dt.timedelta(days=3):%Y-%m-%d}"
    noted = (await team.chen.send(f"/people/{wang}/service", kind="visit", day=day, words=said, key="k")).html
    assert (said in noted, f'value="{day}"' in noted, '<option value="visit" selected' in noted) == (True, True, True)
    looked = await team.chen.send(f"/people/{wang}/reveal", field="phone", purpose="", note="核对补贴")
    assert ('value="核对补贴"' in looked.html, looked.status) == (True, 422)
    row = await fetch_one("SELECT open_home_id FROM residence WHERE person_id=$1", wang)
    assert row is not None
    home_page = f"/homes/{row['open_home_id']}"
    assert said in (await team.chen.send(f"{home_page}/service", kind="visit", day=day, words=said, key="k")).html
    typed = {"verb": "give", "elder": wang, "helper": "没有的人", "kind": "captain"}
    acted = (await team.chen.send(f"{home_page}/acting", **typed)).html
    assert ('value="没有的人"' in acted, '<option value="captain" selected' in acted) == (True, True)
    await team.gao.send("/people/tags", name="花友")
    word = await TagWord.get(name="花友")
    renamed = await team.gao.send(f"/people/tags/{word.id}/rename", name="独居")
    assert f'id="name-{word.id}" name="name" value="独居"' in renamed.html


async def test_why_a_list_is_sent_back_stays_where_it_was_settled_meanwhile(team: Team) -> None:
    place_id = team.chen.viewer.place_id or 0
    wish = await exports.ask(
        Wanted(), by=team.chen.viewer, place_id=place_id, purpose="check", reason="核对", with_phones=False
    )
    assert (await team.gao.send(f"/exports/{wish}/refuse", answer=" ")).status == 422
    await team.admin.send(f"/exports/{wish}/refuse", answer="不用导出")
    second = await team.gao.send(f"/exports/{wish}/refuse", answer="请先说给谁看")
    assert (second.status, "请先说给谁看" in second.html) == (409, True)


async def test_on_a_card_is_offered_what_one_may_where_it_belongs(team: Team) -> None:
    """外人 leads 柳岸 and works here besides: here an identity number is nothing for them, whichever they chose."""
    here, there = team.chen.viewer.place_id or 0, team.outsider.viewer.place_id or 0
    await Role.create(created_at=now(), person_id=team.outsider.viewer.person_id, place_id=here, name=RoleName.WORKER)
    wang = await id_of("王示范", team.chen)
    for chosen in (here, there):
        page = await team.outsider.choosing(chosen).see(f"/people/{wang}")
        assert ('id="purpose-phone"' in page.html, 'id="purpose-id_number"' in page.html) == (True, False)
    assert 'id="purpose-id_number"' in (await team.gao.see(f"/people/{wang}")).html
