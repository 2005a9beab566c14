"""Cases on their pages, by plain forms: taken down, worked on, seen by a unit, done to many at once."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import aiohttp
import pytest

from casework import conversations
from casework.cases import catalogue, kinds, reporting, teams
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from models import clock as models_clock
from models.case import Case, CasePhoto, CaseReporter, CaseSource, CaseState, CaseStep
from models.file import StoredFile
from models.person import Role, RoleName
from models.question import CannedAnswer
from models.team import Team as CaseTeam
from models.team import TeamMember
from models.transaction import execute
from people import places, residents, shelf
from people.viewers import SYSTEM
from portal.security import form_token
from tests.conftest import StillClock
from tests.people.photos import photo
from tests.portal.colleagues import Colleague, Team, ask, hire, person
from tests.portal.conftest import Client

COMMUNITY = Path(__file__).parents[2] / "community"
CALL = {
    "source": "phone",
    "what": "3号楼2楼楼道灯坏了，电话 13812345678",
    "who": "王阿姨",
    "phone": "13812345678",
    "when": "今天",
    "where": "3号楼2楼",
}


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    catalogue.forget()
    found = await hire(client)
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    here = await places.place(places.home_place_id())
    shape = TeamShape(key="property", place=here.slug, unit="property", name="物业组", takes=("equipment",))
    await teams.load([shape], by=SYSTEM)
    return found


async def of_property(client: Client) -> Colleague:
    """吴, who belongs to the property team and to nothing else."""
    home = places.home_place_id()
    wu, own = await person(client, "吴师傅", role=RoleName.PROPERTY, place_id=home), await CaseTeam.get(key="property")
    await TeamMember.create(created_at=own.created_at, team=own, person_id=wu.viewer.person_id)
    return wu


async def taken_down(team: Team, **more: str) -> Case:
    page = await team.chen.send("/cases/new", **{**CALL, **more}, kind_key="stair_light", asked="how same")
    assert page.path.startswith("/cases/"), page.html[:500]
    case = await Case.all().order_by("-id").first()
    assert case is not None
    return case


async def test_what_comes_by_telephone_is_asked_for_once_and_its_kind_is_offered(team: Team) -> None:
    page = await team.chen.send("/cases/new", **CALL)
    assert (page.status, "还差：经过怎样" in page.html) == (200, True)
    assert 'value="stair_light" checked' in page.html
    assert await Case.all().count() == 0
    case = await taken_down(team)
    assert (case.number, case.text) == (
        "C-0001",
        "3号楼2楼楼道灯坏了，电话 138****5678",
    ) or "13812345678" not in case.text
    again = await team.chen.send("/cases/new", **CALL, kind_key="stair_light", asked="how")
    assert "C-0001" in again.html
    assert await Case.all().count() == 1
    shown = (await team.chen.see("/cases/C-0001")).html
    assert "13812345678" not in shown
    assert "13812345678" in (await team.chen.send("/cases/C-0001/original")).html


async def test_a_case_goes_by_its_forms_from_dispatch_to_the_resident_s_word(team: Team, client: Client) -> None:
    wu, case = await of_property(client), await taken_down(team)
    base = f"/cases/{case.id}"
    assert (await wu.see(base)).status == 404
    await team.chen.send(f"{base}/dispatch", seen_version=case.version)
    assert "3号楼2楼楼道灯坏了" in (await wu.see("/cases")).html
    shown = (await wu.see(base)).html
    assert "王阿姨" not in shown
    assert "看原话" not in shown
    assert (await wu.send(f"{base}/original")).status == 403
    assert (await wu.send(f"{base}/reply", text="好了")).status == 403
    await wu.send(f"{base}/contact", way="phone", note="约了下午")
    page = await wu.send(f"{base}/handle", note="换了灯泡", seen_version=1)
    kept = re.search(r'<textarea id="handle-note"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL)
    assert page.status == 409
    assert kept is not None
    assert html.unescape(kept[1]).strip() == "换了灯泡", "what was typed stays when somebody was first"
    await wu.send(f"{base}/handle", note="换了灯泡")
    late = await team.chen.send(f"{base}/refuse", reason="law", where_to="区房管局 962121", seen_version=2)
    assert (late.status, "区房管局 962121" in late.html) == (409, True)
    await team.chen.send(f"{base}/check", way="on_the_spot", note="亮了")
    await team.gao.send(f"{base}/reply", text="灯换好了")
    await team.chen.send(f"{base}/rate", solved="yes", satisfied="no")
    assert (await Case.get(id=case.id)).state is CaseState.CLOSED
    assert (await CaseReporter.get(case_id=case.id)).satisfied is False


def typed_into(page: str, field: str) -> str:
    """What stands in a field of an open fold."""
    found = re.search(
        rf'<details class="fold" open>(?:(?!</details>).)*<textarea id="{field}"[^>]*>\n(.*?)</textarea>',
        page,
        re.DOTALL,
    )
    return html.unescape(found[1]).strip() if found else ""


async def test_words_stay_open_to_be_read_whichever_button_of_a_form_was_refused(team: Team) -> None:
    case = await taken_down(team)
    base = f"/cases/{case.id}"
    old = case.version
    await team.chen.send(f"{base}/dispatch", seen_version=old)
    late = await team.gao.send(f"{base}/object", text=" ")
    assert late.status == 200, "an objection needs no words"
    await team.chen.send(f"{base}/ask_longer", days="10", note="复杂")
    late = await team.gao.send(f"{base}/refuse_longer", note="五天够了", seen_version=old)
    assert (late.status, typed_into(late.html, "prolong-note")) == (409, "五天够了")
    await team.chen.send(f"{base}/handle", note="换了灯泡")
    late = await team.lin.send(f"{base}/fail_check", note="还是不亮", way="by_phone", seen_version=old)
    assert (late.status, typed_into(late.html, "check-note")) == (409, "还是不亮")
    assert '<option value="by_phone" selected>' in late.html
    many = await team.chen.send(f"{base}/call", team="99", at="2020-01-01T10:00", where="门口", purpose="一起看")
    assert (many.status, typed_into(many.html, "call-purpose")) == (422, "一起看")
    empty = await team.chen.send(f"{base}/add", text=" ")
    assert (empty.status, "反映人打电话、上门又说了什么" in empty.html) == (422, True)
    added = await team.chen.send(f"{base}/add", text="三楼的也不亮")
    assert "三楼的也不亮" in added.html


async def answered_in_a_chat(team: Team) -> Case:
    """Reported in a chat, done, checked and answered."""
    at = await residents.at(channel="telegram", address="wang-9", place_id=places.home_place_id())
    talk = await conversations.open_at(at)
    by = await residents.viewer_at(at)
    facts = Facts("stair_light", "楼道灯坏了", where="3号楼")
    case = await reporting.report(facts, by=by, source=CaseSource.CHAT, conversation_id=talk.conversation_id)
    base = f"/cases/{case.id}"
    await team.chen.send(f"{base}/accept")
    await team.chen.send(f"{base}/contact", way="phone", note="约了下午")
    await team.chen.send(f"{base}/handle", note="换了灯泡")
    await team.lin.send(f"{base}/check", way="on_the_spot", note="亮了")
    await team.gao.send(f"{base}/reply", text="灯换好了")
    return await Case.get(id=case.id)


async def test_an_answer_that_did_not_arrive_is_on_the_list_until_they_were_told(team: Team) -> None:
    case = await answered_in_a_chat(team)
    base, many = f"/cases/{case.id}", "/desk/undelivered"
    assert "/close" not in (await team.gao.see(base)).html, "the resident's word is awaited"
    assert case.number not in (await team.chen.see(many)).html
    await execute("UPDATE outbox SET state='failed' WHERE kind='case.replied'")
    shown, listed = (await team.chen.see(base)).html, (await team.chen.see(many)).html
    assert ("答复还没有送到" in shown, f'action="{base}/reach"' in shown) == (True, True)
    assert (case.number in listed, "灯换好了" in listed) == (True, True)
    assert case.number in (await team.chen.see(f"{many}/print")).html
    assert case.number not in (await team.outsider.see(many)).html
    reporter = await CaseReporter.get(case_id=case.id)
    page = await team.chen.send(f"{base}/reach", reporter=str(reporter.id))
    assert (page.status, "答复还没有送到" in page.html) == (200, False)
    assert case.number not in (await team.chen.see(many)).html
    assert (await team.lin.send(f"{base}/reach", reporter=str(reporter.id))).status == 409


async def test_nobody_is_offered_what_is_another_s_to_do(team: Team) -> None:
    case = await taken_down(team)
    base = f"/cases/{case.id}"

    async def offered(who: Colleague) -> set[str]:
        found = re.findall(rf'action="{base}/(\w+)"', (await who.see(base)).html)
        return {*found} & {"reply", "check", "refuse", "escalate"}

    async def both() -> list[set[str]]:
        """To 小林, and to 小陈, who answers for it."""
        return [await offered(one) for one in (team.lin, team.chen)]

    assert await both() == [set(), {"refuse", "escalate"}]
    await team.lin.send(f"{base}/dispatch", seen_version=case.version)
    await team.lin.send(f"{base}/handle", note="换了灯泡")
    assert await both() == [set(), {"check", "escalate"}]
    assert "要请没有经手的人核查" in (await team.lin.see(base)).html
    await team.chen.send(f"{base}/check", way="on_the_spot", note="亮了")
    assert "答复之前先联系反映人" in (await team.chen.see(base)).html
    await team.lin.send(f"{base}/contact", way="phone", note="说过了")
    assert await both() == [set(), {"reply", "escalate"}]
    assert f"由{team.chen.viewer.name}答复反映人" in (await team.lin.see(base)).html


async def test_whoever_writes_a_note_may_name_a_colleague_and_keeps_the_choice(team: Team) -> None:
    case = await taken_down(team)
    base, lead = f"/cases/{case.id}", team.gao.viewer.person_id
    shown = (await team.lin.see(base)).html
    assert f'<option value="{lead}">{team.gao.viewer.name}</option>' in shown
    assert f'<option value="{team.lin.viewer.person_id}">' not in shown
    refused = await team.lin.send(f"{base}/note", text=" ", mention=lead)
    assert (refused.status, f'<option value="{lead}" selected>' in refused.html) == (422, True)
    await team.lin.send(f"{base}/note", text="请看一下经费", mention=lead)
    step = await CaseStep.get(case_id=case.id, verb="case.note")
    assert json.loads(step.facts)["mentions"] == [lead]


async def test_what_is_handed_up_is_the_subdistricts_to_see_and_to_decide(team: Team) -> None:
    case = await taken_down(team)
    base = f"/cases/{case.id}"
    assert (await team.he.see(base)).status == 404
    await team.chen.send(f"{base}/dispatch", seen_version=case.version)
    assert (await team.gao.send(f"{base}/escalate", note="")).status == 422
    assert (await team.gao.send(f"{base}/escalate", note="请街道协调经费")).status == 200
    assert "3号楼2楼楼道灯坏了" in (await team.he.see("/cases")).html
    shown = (await team.he.see(base)).html
    assert "请街道协调经费" in shown
    done = await team.he.send(f"{base}/contact", way="phone", note="街道问过了")
    assert (done.status, "街道问过了" in done.html) == (200, True)
    assert [(await one.see(base)).status for one in (team.outsider, team.observer, team.chen)] == [404, 403, 200]
    assert (await Case.get(id=case.id)).level.value == "subdistrict"


async def test_a_text_used_often_is_filled_from_the_case_and_never_sent_with_a_blank(team: Team) -> None:
    case = await taken_down(team, where="3号楼2楼501门口")
    base, words = f"/cases/{case.id}", "{编号}（{事项}）由{单位}到{地点}办，{几点}上门。"
    await team.chen.send("/desk/canned", title="约时间", text=words)
    await team.chen.send(f"{base}/dispatch", seen_version=case.version)
    [text] = await CannedAnswer.filter(title="约时间")
    page = await team.chen.send(f"{base}/compose", canned=f"contact:{text.id}", note="您好。", way="phone")
    filled = f"您好。\n{case.number}（楼道灯不亮）由物业组到3号楼2楼**门口办，{{几点}}上门。"
    assert filled in html.unescape(page.html)
    page = await team.chen.send(f"{base}/contact", way="phone", note=filled)
    assert (page.status, "还有没填的空：{几点}" in page.html) == (422, True)
    assert filled in html.unescape(page.html)
    await team.chen.send(f"{base}/contact", way="phone", note=filled.replace("{几点}", "下午两点"))
    assert await CaseStep.filter(case_id=case.id, verb="case.contact", note__contains="下午两点").exists()


async def test_photos_of_the_work_outlive_a_refusal_and_are_seen_by_kind(team: Team, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path / "files")
    case = await taken_down(team)
    base = f"/cases/{case.id}"
    await team.chen.send(f"{base}/dispatch", seen_version=case.version)

    async def handle(who: Colleague, *given: str, **fields: str) -> tuple[int, str]:
        sent = aiohttp.FormData({"form_token": form_token(who.token), **fields})
        for name in given:
            sent.add_field(name, io.BytesIO(photo()), filename="x.jpg", content_type="image/jpeg")
        response = await who.client.post(f"{base}/handle", data=sent, cookies=who.cookies)
        return response.status, await response.text()

    assert (await handle(team.outsider, "after", note="换了"))[0] == 404
    assert await StoredFile.all().count() == 0
    status, page = await handle(team.chen, "before", "after", "after", note=" ")
    assert (status, "办好以后的照片：已经收下 2 张" in page) == (422, True)
    kept = dict(re.findall(r'name="(\w+_kept)" value="([^"]+)"', page))
    assert await CasePhoto.all().count() == 0
    status, _ = await handle(team.chen, note="换了灯泡", **kept)
    assert (status, [one.kind.value for one in await CasePhoto.all().order_by("id")]) == (
        200,
        ["before", *["after"] * 2],
    )


async def test_another_neighbourhood_can_see_and_do_nothing(team: Team) -> None:
    case = await taken_down(team)
    assert "楼道灯" not in (await team.outsider.see("/cases")).html
    assert json.loads((await team.chen.see(f"/cases/{case.id}/state")).html) == {"version": case.version}
    for path in (f"/cases/{case.id}", f"/cases/{case.number}", f"/cases/{case.id}/state"):
        assert (await team.outsider.see(path)).status == 404
    for verb in ("accept", "dispatch", "note", "watch", "merge", "original"):
        page = await team.outsider.send(f"/cases/{case.id}/{verb}", text="x", into="C-0001", team=1)
        assert (verb, page.status) == (verb, 404)
    assert (await Case.get(id=case.id)).version == case.version


async def test_many_at_once_and_back(team: Team) -> None:
    first, second = await taken_down(team), await taken_down(team)
    page = await team.chen.send("/cases/bulk", verb="accept", case=first.id)
    assert "做了 1 件" in page.html
    bulk = re.search(r"/cases/bulk/(\d+)/undo", page.html)
    assert bulk is not None
    assert (await team.gao.send(f"/cases/bulk/{bulk[1]}/undo")).status == 403
    assert "整批撤销了" in (await team.chen.send(f"/cases/bulk/{bulk[1]}/undo")).html
    assert {one.state for one in await Case.all()} == {CaseState.REPORTED}
    assert (await team.chen.send("/cases/bulk", verb="accept", case=second.id + 9)).status == 404


async def test_a_question_becomes_a_case_and_a_kind_is_changed_as_data(team: Team) -> None:
    question = await ask("3号楼的楼道灯坏了")
    page = await team.chen.send(f"/desk/{question.id}/case", kind_key="stair_light")
    assert "已经登记" in page.html
    values = {"name": "楼道灯", "spoken": "楼道灯\n声控灯", "unit": "property", "standard": "当天换好", "amount": "4"}
    more = {"measure": "hours", "done": "晚上看过亮", "seen_by": "public", "note": "再快一点", "number": "1"}
    assert (await team.chen.send("/cases/catalogue/stair_light", **values, **more)).status == 404
    page = await team.gao.send("/cases/catalogue/stair_light", **values, **more)
    assert "4 个工作小时" in page.html
    late = await team.gao.send("/cases/catalogue/stair_light", **values, **{**more, "number": "9"})
    assert (late.status, "再快一点" in late.html) == (409, True)


async def test_a_file_of_the_hotline_is_looked_through_taken_in_and_given_out(team: Team) -> None:
    rows = "工单编号,来电时间,诉求内容\r\n{}"

    async def hand_in(verb: str, row: str) -> str:
        sent = aiohttp.FormData()
        sent.add_field("form_token", form_token(team.chen.token))
        sent.add_field("file", io.BytesIO(rows.format(row).encode()), filename="工单.csv")
        response = await team.chen.client.post(f"/cases/exchange/{verb}", data=sent, cookies=team.chen.cookies)
        return await response.text()

    assert "第 2 行　上报时间" in await hand_in("check", "1,昨天,楼道灯坏了")
    assert "一条也没有导入" in await hand_in("load", "1,昨天,楼道灯坏了")
    assert "可以导入 <b>1</b> 件" in await hand_in("check", "1,2026-01-05 09:30,楼道灯坏了")
    assert "导入了 1 件" in await hand_in("load", "1,2026-01-05 09:30,楼道灯坏了")
    refused = await team.chen.send("/cases/exchange/export", purpose="check")
    assert (refused.status, "为什么要导出" in refused.html) == (422, True)
    asked = await team.chen.send("/cases/exchange/export", purpose="check", reason="对账")
    assert (asked.path, "全部工单" in asked.html) == ("/exports", True)
    await team.gao.send("/exports/1/approve")
    file = (await team.chen.send("/exports/1/take")).html
    assert "12345,1,2026-01-05 09:30:00,楼道灯不亮" in file
    assert "批准：" in file.splitlines()[0]


async def reported(place_id: int, text: str) -> Case:
    """A case of a neighbourhood; each counts its own numbers."""
    return await reporting.report(Facts("stair_light", text), by=SYSTEM, source=CaseSource.PATROL, place_id=place_id)


async def test_a_number_is_of_the_neighbourhood_one_chose(team: Team) -> None:
    here, there = places.home_place_id(), team.outsider.viewer.place_id or 0
    both = team.outsider.viewer.person_id or 0
    await Role.create(created_at=models_clock.now(), person_id=both, place_id=here, name=RoleName.WORKER)
    for place, text in ((here, "青禾里的灯"), (here, "二号灯"), (there, "柳岸的灯"), (there, "三号灯")):
        await reported(place, text)
    for place, text in ((here, "青禾里的灯"), (there, "柳岸的灯")):
        assert text in (await team.outsider.choosing(place).see("/cases/C-0001")).html
        case = await Case.get(number="C-0001", place_id=place)
        merged = await team.outsider.choosing(here).send(f"/cases/{case.id}/merge", into="C-0002")
        into = (await Case.get(number="C-0002", place_id=place)).id
        assert merged.path == f"/cases/{into}"
        assert f'href="/cases/{into}">C-0002' in (await team.outsider.choosing(here).see(f"/cases/{case.id}")).html
