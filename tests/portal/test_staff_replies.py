"""Correcting, withdrawing and ringing about replies, by plain forms and by the API."""

from __future__ import annotations

import pytest

from casework import questions
from casework.questions import TakenDown
from models import clock as models_clock
from models.contact import Contact
from models.conversation import Conversation
from models.question import Intake, Question, QuestionKind, QuestionState, ReplyState, StaffReply
from models.transaction import execute
from people import places
from people.viewers import guest
from portal.security import form_token
from tests.conftest import StillClock
from tests.portal.colleagues import Team, ask, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    return await hire(client)


async def answered(team: Team, text: str = "每次 10 元") -> StaffReply:
    """A question from the web, answered by 小陈."""
    question = await ask()
    await team.chen.send(f"/desk/{question.id}/reply", text=text, seen_version=question.version)
    return await StaffReply.get(question_id=question.id)


async def by_relay() -> Question:
    """A question that came over the relay."""
    now, home = models_clock.now(), places.home_place_id()
    contact = await Contact.create(created_at=now, channel="relay", address="x", place_id=home)
    talk = await Conversation.create(created_at=now, contact=contact, place_id=home)
    return await questions.open_question(
        by=guest(home, contact_id=contact.id),
        conversation_id=talk.id,
        text="车棚充电多少钱",
        sealed_from="",
        kind=QuestionKind.QUESTION,
    )


async def test_a_correction_stands_in_the_chat_and_the_old_words_struck_at_the_desk(team: Team, client: Client) -> None:
    reply = await answered(team)
    page = await team.chen.send(f"/desk/{reply.question_id}/correct", reply=reply.id, right="每次 1 元", why="看错了")
    assert (page.status, "已经更正" in page.html) == (200, True)
    assert "<s>" in page.html
    assert "已更正" in page.html
    assert "小陈：看错了" in page.html
    chat = await (await client.get("/chat", cookies=COOKIES)).text()
    assert "这条答复已更正" in chat
    assert "每次 1 元" in chat
    assert "每次 10 元" not in chat


async def test_an_open_chat_shows_what_was_taken_back(team: Team, client: Client) -> None:
    reply = await answered(team)
    await team.chen.send(f"/desk/{reply.question_id}/withdraw", reply=reply.id, why="看错了")
    news = await (await client.get("/chat/lines?after=999", cookies=COOKIES)).json()
    assert (news["last"], "data-undone" in news["html"], "每次 10 元" in news["html"]) == (999, True, False)
    assert "这条答复已撤回。" in news["html"]


async def test_without_a_reason_what_was_typed_stays(team: Team) -> None:
    reply = await answered(team)
    page = await team.chen.send(f"/desk/{reply.question_id}/correct", reply=reply.id, right="每次 1 元", why="")
    assert (page.status, "每次 1 元</textarea>" in page.html) == (422, True)
    assert (await StaffReply.get(id=reply.id)).state is ReplyState.STANDING


async def test_only_the_writer_and_a_lead_are_offered_it_and_may(team: Team) -> None:
    reply = await answered(team)
    path = f"/desk/{reply.question_id}"
    pages = [await who.see(path) for who in (team.chen, team.lin, team.gao)]
    assert ["更正或撤回一条答复" in page.html for page in pages] == [True, False, True]
    assert (await team.lin.send(f"{path}/withdraw", reply=reply.id, why="不对")).status == 403
    assert (await team.outsider.send(f"{path}/withdraw", reply=reply.id, why="不对")).status == 404
    assert (await team.gao.send(f"{path}/withdraw", reply=reply.id, why="不对")).status == 200


async def test_what_waits_and_what_is_refused_is_not_called_sent(team: Team) -> None:
    question = await by_relay()
    page = await team.chen.send(f"/desk/{question.id}/reply", text="每次 1 元", seen_version=question.version)
    assert "答复正在发给居民" in page.html
    assert "待发送" in page.html
    assert "待发送" in (await team.gao.see("/desk")).html
    await execute("UPDATE outbox SET state='failed', error='status 400' WHERE kind='question.reply'")
    for path in ("/desk", f"/desk/{question.id}"):
        assert "未送达" in (await team.gao.see(path)).html, path


async def test_the_list_leads_to_whom_to_ring_and_empties(team: Team) -> None:
    question = await by_relay()
    await Contact.filter(address="x").update(closed_at=models_clock.now())
    page = await team.chen.send(f"/desk/{question.id}/reply", text="每次 1 元", seen_version=question.version)
    assert "居民那里收不到" in page.html
    assert "1</b> 条答复没送到" in (await team.gao.see("/desk")).html
    assert "每次 1 元" in (await team.gao.see("/desk/undelivered")).html
    assert "每次 1 元" not in (await team.outsider.see("/desk/undelivered")).html
    reply = await StaffReply.get(question_id=question.id)
    page = await team.gao.send(f"/desk/{question.id}/reach", reply=reply.id)
    assert "已另外告诉" in page.html
    assert "每次 1 元" not in (await team.gao.see("/desk/undelivered")).html


async def test_a_reply_to_somebody_who_rang_says_to_ring(team: Team) -> None:
    question = await questions.open_question(
        by=team.chen.viewer,
        conversation_id=None,
        text="楼道灯坏了",
        sealed_from="",
        kind=QuestionKind.REPORT,
        taken_down=TakenDown(intake=Intake.PHONE),
    )
    page = await team.chen.send(f"/desk/{question.id}/reply", text="明天来修", seen_version=question.version)
    assert "请打电话或当面告诉他" in page.html
    assert "要打电话告诉" in page.html
    assert "明天来修" in page.html


async def test_the_same_by_the_api(team: Team, client: Client) -> None:
    reply = await answered(team)
    base, cookies = f"/api/v1/desk/questions/{reply.question_id}", team.chen.cookies
    headers = {"X-Form-Token": form_token(team.chen.token)}
    body = {"reply": reply.id, "text": "每次 1 元", "reason": "看错了"}
    done = await (await client.post(f"{base}/correct", json=body, cookies=cookies, headers=headers)).json()
    assert [(one["state"], one["reach"]) for one in done["replies"]] == [
        ("corrected", "delivered"),
        ("standing", "delivered"),
    ]
    body = {"reply": done["replies"][1]["id"], "reason": "还是不对"}
    response = await client.post(f"{base}/withdraw", json=body, cookies=cookies, headers=headers)
    assert (response.status, (await response.json())["question"]["state"]) == (200, QuestionState.CLAIMED.value)
    again = await client.post(f"{base}/withdraw", json=body, cookies=cookies, headers=headers)
    assert again.status == 409
