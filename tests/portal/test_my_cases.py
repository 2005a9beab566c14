"""A resident's own cases on pages: reported once, followed step by step, ended by their word; nobody else's."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from casework import alarms
from casework.cases import accepting, catalogue, checking, kinds, working
from models.alarm import Alarm
from models.case import Case, CaseReporter
from models.person import Person
from people.viewers import SYSTEM, Viewer, viewer_of
from people.visitors import COOKIE
from tests.portal.conftest import Client
from tests.portal.desk_work import colleague, signed_in
from tests.walk.town_cases import COMMUNITY

FACTS = {"what": "3号楼2楼的楼道灯坏了", "where": "3号楼2楼", "when": "昨天起", "how": "闪了几下", "who": "没有"}


@pytest.fixture
async def browser(client: Client) -> Client:
    """A browser before the web door, with the shipped catalogue behind it."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    await signed_in()
    return client


async def sent(browser: Client, path: str, **fields: str) -> tuple[int, str, str]:
    response = await browser.post(path, data=fields)
    return response.status, str(response.url), await response.text()


async def report(browser: Client, **changes: str) -> int:
    status, url, _ = await sent(browser, "/report", **{**FACTS, **changes})
    assert status == 200
    return int(url.rpartition("/")[2].partition("?")[0])


async def answered(case_id: int) -> Viewer:
    """What staff do until the answer is there; gives who leads."""
    lead = await Person.get(name="高敏")
    chen, gao = await viewer_of(await colleague()), await viewer_of(lead.id)
    assert chen is not None
    assert gao is not None
    await accepting.accept(case_id, by=chen)
    await working.contact(case_id, by=chen, way="phone", note="打过电话")
    await working.handle(case_id, by=chen, note="换了灯泡")
    await checking.check(case_id, by=gao, way="on_the_spot")
    await checking.reply(case_id, by=gao, text="灯换好了")
    return gao


async def test_a_guest_reports_follows_and_says_that_it_is_solved(browser: Client) -> None:
    case_id = await report(browser)
    html = await (await browser.get(f"/my/cases/{case_id}")).text()
    assert "C-0001" in html
    assert "楼道照明" in html or "楼道灯" in html
    await answered(case_id)
    html = await (await browser.get(f"/my/cases/{case_id}")).text()
    assert "灯换好了" in html
    assert "打过电话" not in html, "what was said on the telephone is not written out again"
    status, _, html = await sent(browser, f"/my/cases/{case_id}/unsatisfied")
    assert (status, "不满意" in html) == (200, True)
    await sent(browser, f"/my/cases/{case_id}/solved")
    case = await Case.get(id=case_id)
    reporter = await CaseReporter.get(case_id=case_id)
    assert (case.state.value, reporter.solved, reporter.satisfied) == ("closed", True, False)


@pytest.mark.parametrize(
    ("what", "kind", "call"),
    [("家里着火了，火很大", "other_matter", "119"), ("电梯关人了，我被困在电梯里", "lift_trapped", "119")],
)
async def test_danger_is_taken_in_at_once_says_whom_to_call_and_pages_who_is_on_duty(
    browser: Client, what: str, kind: str, call: str
) -> None:
    await report(browser)
    status, url, html = await sent(browser, "/report", what=what, where="3号楼")
    assert (status, "/my/cases/" in url) == (200, True)
    first = html.index('role="alert"')
    assert call in html[first : first + 600]
    assert first < html.index("办理进度")
    case = await Case.all().order_by("-id").first()
    assert case is not None
    assert (case.kind_key, case.is_emergency) == (kind, True)
    alarm = await Alarm.get()
    assert (alarm.text, alarm.pages, alarm.acknowledged_at) == (what, 1, None)


async def test_a_danger_stands_only_with_its_alarm(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends between the two, as a kill would, leaves neither; sent again it is there once."""

    async def ends(**_facts: object) -> None:
        raise RuntimeError("ended here")

    with monkeypatch.context() as patched:
        patched.setattr(alarms, "raise_alarm", ends)
        status, _, _ = await sent(browser, "/report", what="家里着火了", where="3号楼")
    assert (status, await Case.all().count(), await Alarm.all().count()) == (500, 0, 0)
    await report(browser, what="家里着火了")
    assert (await Case.all().count(), await Alarm.all().count()) == (1, 1)


async def test_another_browser_sees_nothing_of_it_and_joins_by_me_too(browser: Client) -> None:
    case_id = await report(browser)
    browser.session.cookie_jar.clear()
    looked = await browser.get(f"/my/cases/{case_id}", allow_redirects=False)
    assert (looked.status, looked.headers["Location"].split("?")[0]) == (303, "/login"), "theirs in another chat, maybe"
    assert (await browser.post(f"/my/cases/{case_id}/withdraw")).status == 404
    status, _, html = await sent(browser, "/report", **FACTS)
    assert (status, "是同一件事吗" in html) == (200, True)
    assert "闪了几下" not in re.sub(r'value="[^"]*"', "", html), "nothing of what the other wrote"
    status, url, html = await sent(browser, f"/report/{case_id}/join")
    assert (status, f"/my/cases/{case_id}" in url) == (200, True)
    assert "2 户" in html
    assert await Case.all().count() == 1


async def test_what_was_typed_stays_when_it_cannot_be_taken(browser: Client) -> None:
    status, _, html = await sent(browser, "/report", **{**FACTS, "what": "  "})
    assert (status, 'value="3号楼2楼"' in html, "闪了几下" in html) == (422, True, True)
    case_id = await report(browser)
    status, _, html = await sent(browser, f"/my/cases/{case_id}/reopen", text="还是<b>不亮")
    assert (status, "还是&lt;b&gt;不亮" in html) == (409, True)


async def test_words_that_fit_several_kinds_are_asked_about(browser: Client) -> None:
    status, _, html = await sent(browser, "/report", what="楼道里堆东西又有味道", where="3号楼")
    assert (status, "您说的是哪一种" in html) == (200, True)
    kind = re.findall(r'name="kind" value="(\w+)"', html)[-1]
    assert kind == "other_matter"
    await report(browser, what="楼道里堆东西又有味道", kind=kind)
    assert (await Case.get()).kind_key == "other_matter"


async def test_the_list_shows_ones_own_only(browser: Client) -> None:
    await report(browser)
    assert "C-0001" in await (await browser.get("/my/cases")).text()
    browser.session.cookie_jar.clear()
    assert "C-0001" not in await (await browser.get("/my/cases")).text()
    assert (await browser.get("/my/cases", cookies={COOKIE: "z" * 43})).status == 200


async def test_what_is_with_the_desk_stands_above_the_cases_on_the_page_and_as_json(browser: Client) -> None:
    await sent(browser, "/chat", text="转人工", key=str(uuid4()))
    html = await (await browser.get("/my/cases")).text()
    assert "您问的（编号 Q-0001）在值班的" in html
    assert "还没有反映过什么" not in html
    told = await (await browser.get("/api/v1/my/cases")).json()
    assert [(one["number"], one["kind"], one["is_late"]) for one in told["at_the_desk"]] == [
        ("Q-0001", "question", False)
    ]
    browser.session.cookie_jar.clear()
    assert "Q-0001" not in await (await browser.get("/my/cases")).text()
