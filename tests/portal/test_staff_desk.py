"""The desk and one question on it, by plain forms."""

from __future__ import annotations

import asyncio
import html
import json
import re

import pytest

from casework import alarms, canned, conversations
from models.conversation import Author
from models.question import Question, QuestionState
from people.residents import viewer_at
from portal.security import form_token
from tests.conftest import StillClock
from tests.portal.colleagues import SECRET, Page, Team, ask, audited, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat

VERBS = ("claim", "reply", "compose", "release", "close", "transfer", "accept", "decline", "unseal", "learn")


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    return await hire(client)


def typed(page: Page, name: str = "text") -> str:
    """What a text field of the page holds."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


async def said_by_staff() -> list[str]:
    talk = (await chat()).talk
    lines = await conversations.lines(talk.conversation_id, viewer=await viewer_at(talk.at))
    return [line.text for line in lines if line.author is Author.STAFF]


async def test_the_queue_has_the_oldest_first_with_its_due_time_and_owner(team: Team, clock: StillClock) -> None:
    await ask("第一个问题")
    clock.forward(minutes=5)
    await ask("第二个问题", talk=await chat("b" * 43))
    page = (await team.lin.see("/desk")).html
    assert page.index("第一个问题") < page.index("第二个问题")
    assert "今天 11:10前首次答复" in page
    assert "<b>小陈</b>" in page


async def test_what_is_overdue_is_marked(team: Team, clock: StillClock) -> None:
    await ask()
    assert "已超时" not in (await team.chen.see("/desk")).html
    clock.forward(days=1)
    assert "已超时" in (await team.chen.see("/desk")).html


async def test_another_neighbourhood_sees_nothing_of_it(team: Team) -> None:
    question = await ask()
    assert "车棚充电" not in (await team.outsider.see("/desk")).html
    assert (await team.outsider.see(f"/desk/{question.id}")).status == 404
    assert (await team.outsider.see(f"/desk/{question.number}")).status == 404
    assert (await team.outsider.see(f"/desk/{question.id}/state")).status == 404


async def test_another_neighbourhood_can_do_nothing_to_it(team: Team) -> None:
    question = await ask()
    for verb in VERBS:
        page = await team.outsider.send(f"/desk/{question.id}/{verb}", text="您好", seen_version=1, to=1)
        assert (verb, page.status) == (verb, 404)
    assert (await Question.get(id=question.id)).version == question.version


async def test_a_question_is_found_by_its_number(team: Team) -> None:
    question = await ask()
    page = await team.chen.see(f"/desk/{question.number.lower()}")
    assert (page.status, "车棚充电一次多少钱" in page.html) == (200, True)


async def test_the_talk_shows_what_the_bot_had_in_mind(team: Team) -> None:
    question = await ask()
    page = (await team.chen.see(f"/desk/{question.id}")).html
    assert "12.5 分" in page
    assert "第一次办身份证" in page


async def test_of_two_who_claim_at_once_one_wins_and_the_other_hears_who(team: Team) -> None:
    path = f"/desk/{(await ask()).id}/claim"
    pages = await asyncio.gather(team.chen.send(path), team.lin.send(path))
    assert sorted(page.status for page in pages) == [200, 409]
    winner = "小陈" if pages[0].status == 200 else "小林"
    loser = next(page for page in pages if page.status == 409)
    assert f"{winner}已经接手了 Q-0001" in loser.html


async def test_a_reply_reaches_the_residents_chat(team: Team) -> None:
    question = await ask()
    await team.chen.send(f"/desk/{question.id}/claim")
    version = (await Question.get(id=question.id)).version
    page = await team.chen.send(f"/desk/{question.id}/reply", text="每次 1 元", seen_version=version)
    assert (page.status, "答复已经发给居民" in page.html) == (200, True)
    assert "每次 1 元" in (await said_by_staff())[-1]


async def test_a_first_word_leaves_the_question_with_its_claimant(team: Team) -> None:
    question = await ask()
    fields = {"text": "我去问一下", "seen_version": question.version, "how": "contact"}
    await team.chen.send(f"/desk/{question.id}/reply", **fields)
    assert (await Question.get(id=question.id)).state is QuestionState.CLAIMED


async def test_a_reply_to_what_has_changed_is_not_sent_and_what_was_typed_stays(team: Team) -> None:
    question = await ask()
    await team.gao.send(f"/desk/{question.id}/transfer", to=team.lin.viewer.person_id)
    fields = {"text": "每次 1 元\n充满自停 <b>", "seen_version": question.version}
    page = await team.chen.send(f"/desk/{question.id}/reply", **fields)
    assert page.status == 409
    assert "刚刚有了变化" in page.html
    assert typed(page) == "每次 1 元\n充满自停 <b>"
    assert await said_by_staff() == []


async def test_after_a_look_the_same_reply_can_be_sent(team: Team) -> None:
    question = await ask()
    await team.gao.send(f"/desk/{question.id}/transfer", to=team.lin.viewer.person_id)
    path = f"/desk/{question.id}/reply"
    refused = await team.chen.send(path, text="每次 1 元", seen_version=question.version)
    seen = re.search(r'name="seen_version" value="(\d+)"', refused.html)
    assert seen is not None
    assert (await team.chen.send(path, text=typed(refused), seen_version=seen[1])).status == 200


async def test_an_empty_reply_is_refused_on_the_page(team: Team) -> None:
    question = await ask()
    page = await team.chen.send(f"/desk/{question.id}/reply", text="  ", seen_version=question.version)
    assert (page.status, "还没有写内容" in page.html) == (422, True)


async def test_a_form_from_before_another_sign_in_comes_back_whole_and_can_be_sent_again(team: Team) -> None:
    question = await ask()
    path, text = f"/desk/{question.id}/reply", "这一段话打了很久。\n不能丢。"
    page = await team.chen.send(path, token="old", text=text, seen_version=question.version)
    assert (page.status, typed(page)) == (403, text)
    assert form_token(team.chen.token) in page.html
    assert await said_by_staff() == []


async def test_a_form_sent_after_the_session_ended_comes_back_whole_with_a_way_to_sign_in(team: Team) -> None:
    question = await ask()
    await team.chen.send("/logout")
    page = await team.chen.send(f"/desk/{question.id}/reply", text="打了很久的话" * 10, seen_version=1)
    assert (page.status, typed(page)) == (403, "打了很久的话" * 10)
    assert 'href="/login"' in page.html


async def test_an_entry_and_a_canned_answer_are_put_behind_what_is_typed(team: Team) -> None:
    question = await ask()
    one = await canned.write(by=team.gao.viewer, place_id=question.place_id, title="稍等", text="请稍等，我去核实。")
    path = f"/desk/{question.id}/compose"
    page = await team.chen.send(path, text="您好。", canned=one.id, seen_version=question.version)
    assert typed(page) == "您好。\n请稍等，我去核实。"
    page = await team.chen.send(path, text="您好。", entry="id-card-first", seen_version=question.version)
    assert typed(page).startswith("您好。\n第一次办身份证")
    assert "核对，最后以窗口答复为准" in typed(page)


async def test_searching_the_guide_keeps_what_is_typed_and_shows_inner_notes(team: Team) -> None:
    question = await ask()
    page = await team.chen.send(
        f"/desk/{question.id}/compose", text="您好", q="身份证丢了", seen_version=question.version
    )
    assert typed(page) == "您好"
    assert "内部备注" in page.html


async def test_searching_does_not_hide_that_the_question_changed(team: Team) -> None:
    question = await ask()
    await team.gao.send(f"/desk/{question.id}/transfer", to=team.lin.viewer.person_id)
    page = await team.chen.send(f"/desk/{question.id}/compose", text="您好", q="身份证", seen_version=question.version)
    assert f'name="seen_version" value="{question.version}"' in page.html


async def test_the_original_is_shown_on_request_only_and_every_look_is_on_record(team: Team) -> None:
    question = await ask()
    assert SECRET not in (await team.chen.see(f"/desk/{question.id}")).html
    assert SECRET in (await team.chen.send(f"/desk/{question.id}/unseal")).html
    assert await audited("question.unseal") == 1


async def test_closing_without_an_answer_needs_a_reason(team: Team) -> None:
    question = await ask()
    page = await team.chen.send(f"/desk/{question.id}/close", note="")
    assert (page.status, "要结束请写一句原因" in page.html) == (422, True)
    await team.chen.send(f"/desk/{question.id}/close", note="电话里说清楚了")
    assert (await Question.get(id=question.id)).state is QuestionState.CLOSED
    assert "车棚充电一次多少钱" in (await team.chen.see("/desk?show=closed")).html


async def test_a_claim_can_be_given_back(team: Team) -> None:
    question = await ask()
    await team.lin.send(f"/desk/{question.id}/claim")
    page = await team.lin.send(f"/desk/{question.id}/release")
    assert "已经放回队列" in page.html
    assert (await Question.get(id=question.id)).state is QuestionState.WAITING


async def test_the_subdistrict_sees_exactly_what_was_offered_and_owns_it_after_accepting(team: Team) -> None:
    question, other = await ask(), await ask("别的问题", talk=await chat("b" * 43))
    assert "车棚充电" not in (await team.he.see("/desk")).html
    await team.chen.send(f"/desk/{question.id}/transfer", to=team.he.viewer.person_id)
    page = await team.he.see(f"/desk/{question.id}")
    assert "想请您接收" in page.html
    assert (await team.he.see(f"/desk/{other.id}")).status == 404
    await team.he.send(f"/desk/{question.id}/accept")
    assert (await Question.get(id=question.id)).owner_id == team.he.viewer.person_id


async def test_what_is_declined_stays_with_its_owner(team: Team) -> None:
    question = await ask()
    await team.chen.send(f"/desk/{question.id}/transfer", to=team.lin.viewer.person_id)
    page = await team.lin.send(f"/desk/{question.id}/decline")
    assert page.path == "/desk"
    assert (await Question.get(id=question.id)).owner_id == team.chen.viewer.person_id


async def test_the_page_says_why_it_is_due_then_and_what_happened(team: Team) -> None:
    question = await ask()
    await team.lin.send(f"/desk/{question.id}/claim")
    page = (await team.lin.see(f"/desk/{question.id}")).html
    assert "办公时间，计时" in page
    assert "收到的当天，不计入工作日" in page
    assert "小林接手" in page


async def test_a_call_is_taken_down_with_its_five_facts_and_masked(team: Team) -> None:
    facts = {
        "who": "王阿姨",
        "phone": "13812345678",
        "when": "今天早上",
        "where": "3 号楼",
        "what": "楼道灯坏了",
        "how": "请修",
    }
    page = await team.lin.send("/desk/new", intake="phone", kind="report", **facts)
    question = await Question.get()
    assert page.path == f"/desk/{question.id}"
    assert question.text.splitlines()[0] == "楼道灯坏了"
    assert "13812345678" not in question.text
    assert (question.where_text, question.on_behalf_of, question.owner_id) == (
        "3 号楼", "王阿姨", team.chen.viewer.person_id
    )  # fmt: skip


async def test_what_a_call_leaves_out_is_asked_for_once_and_then_accepted(team: Team) -> None:
    page = await team.lin.send("/desk/new", what="楼道灯坏了", when="")
    assert "还差：谁、什么时候、在哪里、经过怎样。" in page.html
    assert page.html.count('aria-invalid="true"') == 4
    assert (typed(page, "what"), await Question.all().count()) == ("楼道灯坏了", 0)
    again = await team.lin.send("/desk/new", what="楼道灯坏了", who="王阿姨", when="", asked="who when where how")
    assert again.path.startswith("/desk/")
    question = await Question.get()
    assert (question.on_behalf_of, question.when_text, question.how_text) == ("王阿姨", "", "")


async def test_the_five_facts_stand_on_the_page(team: Team) -> None:
    facts = {"who": "王阿姨", "when": "今天早上", "where": "3 号楼", "what": "灯坏了", "how": "请修，13812345678"}
    page = await team.lin.send("/desk/new", **facts)
    for name in ("who", "when", "where", "what"):
        assert facts[name] in page.html
    assert "经过和要求：请修" in page.html
    assert "13812345678" not in page.html


async def test_a_call_without_its_matter_is_refused_and_the_rest_stays(team: Team) -> None:
    page = await team.lin.send("/desk/new", who="王阿姨", where="3 号楼", what=" ", how="请修一修")
    assert (page.status, typed(page, "how")) == (422, "请修一修")
    assert "请写一下是什么事" in page.html
    assert await Question.all().count() == 0


async def test_a_contact_is_paused_from_a_question_listed_and_heard_again(team: Team) -> None:
    question = await ask()
    page = await team.lin.send(f"/desk/{question.id}/mute", hours=24, reason="一直刷屏")
    assert "已经暂停" in page.html
    assert "一直刷屏" in page.html
    listed = (await team.gao.see("/desk/muted")).html
    assert question.number in listed
    assert "一直刷屏" not in (await team.outsider.see("/desk/muted")).html
    number = re.search(r"/desk/muted/(\d+)/end", listed)
    assert number is not None
    assert (await team.outsider.send(f"/desk/muted/{number[1]}/end")).status == 404
    assert "已经恢复" in (await team.gao.send(f"/desk/muted/{number[1]}/end")).html
    assert "没有暂停的居民" in (await team.gao.see("/desk/muted")).html


async def test_a_pause_without_a_reason_is_refused(team: Team) -> None:
    question = await ask()
    assert (await team.lin.send(f"/desk/{question.id}/mute", hours=24, reason=" ")).status == 422
    assert (await team.outsider.send(f"/desk/{question.id}/mute", hours=24, reason="刷屏")).status == 404


async def test_an_alarm_stands_on_top_until_one_knows_and_the_second_hears_who(team: Team) -> None:
    talk = (await chat()).talk
    alarm = await alarms.raise_alarm(
        by=await viewer_at(talk.at), conversation_id=talk.conversation_id, kind="fire", text="着火了"
    )
    page = (await team.lin.see("/desk")).html
    assert page.index("我知道了") < page.index("<h1")
    assert "我知道了" not in (await team.outsider.see("/desk")).html
    known = await team.lin.send(f"/desk/alarms/{alarm.id}/acknowledge")
    late = await team.gao.send(f"/desk/alarms/{alarm.id}/acknowledge")
    assert "居民已经收到" in known.html
    assert (late.status, "小林已经确认" in late.html) == (409, True)


async def test_scripts_hear_of_a_new_question_at_once(team: Team, client: Client) -> None:
    async with client.get("/desk/live", cookies=team.chen.cookies) as stream:
        await stream.content.readuntil(b"\n\n")
        await ask("刚刚进来的问题")
        async with asyncio.timeout(5):
            event = (await stream.content.readuntil(b"\n\n")).decode()
    assert "刚刚进来的问题" in json.loads(event.split("data: ", 1)[1])["html"]


async def test_without_a_stream_the_state_is_asked_for_and_empty_when_nothing_changed(team: Team) -> None:
    question = await ask()
    path = f"/desk/{question.id}/state"
    first = json.loads((await team.chen.see(path)).html)
    again = json.loads((await team.chen.see(f"{path}?after={first['last']}")).html)
    assert "车棚充电一次多少钱" in first["html"]
    assert again == {"last": first["last"], "html": ""}


async def test_canned_answers_are_written_changed_and_erased(team: Team) -> None:
    await team.lin.send("/desk/canned", title="稍等", text="请稍等")
    one = (await canned.canned_answers(viewer=team.lin.viewer, place_id=team.lin.viewer.place_id or 0))[0]
    page = await team.lin.send(f"/desk/canned/{one.id}", title="", text="改过的话")
    assert (page.status, "改过的话" in page.html) == (422, True)
    assert "改好的话" in (await team.lin.send(f"/desk/canned/{one.id}", title="稍等", text="改好的话")).html
    assert (await team.outsider.send(f"/desk/canned/{one.id}/erase")).status == 404
    assert "改好的话" not in (await team.lin.send(f"/desk/canned/{one.id}/erase")).html


async def test_only_who_leads_writes_the_roster_and_a_wrong_one_keeps_what_was_chosen(team: Team) -> None:
    fields = {"person": team.lin.viewer.person_id, "starts_at": "2026-03-09T09:00", "ends_at": "2026-03-09T08:00"}
    page = await team.gao.send("/desk/roster", **fields)
    assert (page.status, 'value="2026-03-09T09:00"' in page.html) == (422, True)
    assert "已经排上班" in (await team.gao.send("/desk/roster", **{**fields, "ends_at": "2026-03-10T09:00"})).html
    assert (await team.lin.send("/desk/roster", **fields)).status == 403


async def test_an_empty_queue_says_so(team: Team) -> None:
    assert "没有等着的问题" in (await team.chen.see("/desk")).html
