"""A wrong reply is corrected or withdrawn: by whom, once, as the resident sees it, stopped where it still can be."""

from __future__ import annotations

import asyncio

import pytest

from casework import closures, conversations, corrections, desk, erasing, questions, replies
from casework.replies import Reach
from courier import outbox
from models.audit import AuditLine
from models.contact import Contact
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.message import Outbox, OutboxState
from models.question import Question, QuestionState, ReplyState, StaffReply
from models.rules import rules
from models.transaction import execute
from people.viewers import Viewer
from tests.casework.conftest import Cast, heard, told, verbs
from tests.conftest import StillClock

WRONG, RIGHT, WHY = "每次 10 元", "每次 1 元", "看错了价目表"


async def answered(cast: Cast, *, by: Viewer | None = None) -> StaffReply:
    """A question of 王阿姨 with one answer of 小陈."""
    opened = await cast.ask()
    await questions.reply(opened.id, by=by or cast.chen, text=WRONG, seen_version=opened.version)
    return await StaffReply.get(question_id=opened.id)


async def sent(reply: StaffReply, *, state: str = "done", unknown: int = 0) -> None:
    """The channel is done with it."""
    await execute("UPDATE outbox SET state=$1, unknown=$2 WHERE id=$3", state, unknown, reply.outbox_id)


async def correct(reply: StaffReply, by: Viewer, *, text: str = RIGHT, reason: str = WHY) -> Question:
    return await corrections.correct(reply.question_id, reply_id=reply.id, by=by, text=text, reason=reason)


async def withdraw(reply: StaffReply, by: Viewer, *, reason: str = WHY) -> Question:
    return await corrections.withdraw(reply.question_id, reply_id=reply.id, by=by, reason=reason)


async def own_lines(cast: Cast) -> list[str]:
    """What she reads in her conversation now."""
    return [line.text for line in await conversations.lines(cast.wang_conversation, viewer=cast.wang)]


async def test_a_correction_is_a_new_line_and_the_old_one_says_so(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply)
    question = await correct(reply, cast.chen)
    shown = await own_lines(cast)
    assert "这条答复已更正，请看后面的更正。" in shown
    assert not any(WRONG in line for line in shown)
    assert shown[-1].startswith("更正（编号 Q-0001）")
    assert RIGHT in shown[-1]
    assert question.state is QuestionState.ANSWERED
    assert (await verbs(question.id))[-1] == "question.correct"
    assert await AuditLine.filter(verb="question.correct", actor_id=cast.chen.person_id).count() == 1


async def test_staff_still_read_the_old_words_with_who_undid_them_and_why(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply)
    await correct(reply, cast.gao)
    lines = await conversations.lines(cast.wang_conversation, viewer=cast.lin)
    assert [(line.undone, WRONG in line.text) for line in lines if line.undone] == [("corrected", True)]
    old, new = await replies.of_question(reply.question_id, viewer=cast.lin)
    assert (old.state, old.undone_by, old.reason) == (ReplyState.CORRECTED, "高书记", WHY)
    assert (new.state, new.text) == (ReplyState.STANDING, RIGHT)
    assert f"高书记更正了您在 Q-0001 的答复：{WHY}" in await told(cast.chen)


async def test_what_is_learned_is_the_corrected_answer(cast: Cast) -> None:
    reply = await answered(cast)
    await correct(reply, cast.chen)
    assert await desk.answers(reply.question_id, viewer=cast.chen) == [RIGHT]


async def test_a_withdrawn_answer_leaves_the_question_unanswered_with_a_new_clock(
    cast: Cast, clock: StillClock
) -> None:
    reply = await answered(cast)
    await sent(reply)
    clock.forward(hours=1)
    question = await withdraw(reply, cast.chen)
    assert (question.state, question.answered_at) == (QuestionState.CLAIMED, None)
    assert question.clock_from == clock.moment
    shown = await own_lines(cast)
    assert shown[-1].startswith("刚才的答复有误，已撤回")
    assert "这条答复已撤回。" in shown
    assert await desk.answers(question.id, viewer=cast.chen) == []


async def test_after_the_end_a_withdrawn_answer_puts_the_question_back_and_its_owner_hears(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply)
    await questions.rate(reply.question_id, by=cast.wang, solved=True)
    question = await withdraw(reply, cast.chen)
    assert (question.state, question.solved, question.closed_at) == (QuestionState.WAITING, None, None)
    assert f"小陈撤回了 Q-0001 的一条答复：{WHY}" in await told(cast.gao)


async def test_withdrawing_one_of_two_answers_leaves_it_answered(cast: Cast) -> None:
    reply = await answered(cast)
    question = await Question.get(id=reply.question_id)
    await questions.reply(question.id, by=cast.chen, text=RIGHT, seen_version=question.version)
    await sent(reply)
    assert (await withdraw(reply, cast.chen)).state is QuestionState.ANSWERED
    assert "其余的不变" in (await own_lines(cast))[-1]


async def test_what_has_not_gone_out_is_stopped_and_she_never_hears_of_it(cast: Cast) -> None:
    reply = await answered(cast)
    said = len(await heard(cast.wang_conversation))
    await withdraw(reply, cast.chen)
    assert (await Outbox.get(id=reply.outbox_id)).state is OutboxState.WITHDRAWN
    assert len(await heard(cast.wang_conversation)) == said
    assert (await replies.of_question(reply.question_id, viewer=cast.chen))[0].reach is Reach.UNSENT
    talk = await conversations.load(channel="telegram", address="wang")
    assert talk is not None
    assert talk.asked_about is None, "a digit is no answer to what was never asked"


async def test_what_wechat_holds_until_her_next_word_is_stopped_too(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply, state="held")
    said = len(await heard(cast.wang_conversation))
    await withdraw(reply, cast.chen)
    assert (await Outbox.get(id=reply.outbox_id)).state is OutboxState.WITHDRAWN
    assert len(await heard(cast.wang_conversation)) == said


async def test_a_long_reply_is_stopped_whole(cast: Cast) -> None:
    await Contact.filter(address="wang").update(channel="wechat")
    opened = await cast.ask()
    await questions.reply(opened.id, by=cast.chen, text="很长" * 700, seen_version=opened.version)
    await withdraw(await StaffReply.get(question_id=opened.id), cast.chen)
    states = await Outbox.filter(kind="question.reply", address="wang").values_list("state", flat=True)
    assert states == [OutboxState.WITHDRAWN] * 3


async def test_a_correction_of_what_has_not_gone_out_is_the_only_message(cast: Cast) -> None:
    reply = await answered(cast)
    await correct(reply, cast.chen)
    assert (await heard(cast.wang_conversation))[-1].startswith("社区小陈回复您")
    waiting = await Outbox.filter(state=OutboxState.NEW, kind__startswith="question.", address="wang")
    assert [row.kind for row in waiting][-1:] == ["question.correct"]
    assert not [row for row in waiting if row.kind == "question.reply"]


async def test_a_sender_that_holds_it_and_has_not_begun_sends_nothing(cast: Cast) -> None:
    reply = await answered(cast)
    claimed = next(row for row in await _all_claimed() if row.id == reply.outbox_id)
    await withdraw(reply, cast.chen)
    assert not await outbox.begin_sending(claimed)
    assert not await outbox.not_sent(claimed, error="lost", wait_ms=0)
    assert (await Outbox.get(id=reply.outbox_id)).state is OutboxState.WITHDRAWN


async def _all_claimed() -> list[outbox.Outbound]:
    """Every message, leased one after the other within its lane."""
    found: list[outbox.Outbound] = []
    while batch := await outbox.claim():
        found += batch
        for message in batch:
            if message.kind != "question.reply":
                assert await outbox.delivered(message)
    return found


async def test_one_that_is_just_being_sent_is_withdrawn_by_a_second_message(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply, state="sending")
    await withdraw(reply, cast.chen)
    assert (await Outbox.get(id=reply.outbox_id)).state is OutboxState.SENDING
    assert (await heard(cast.wang_conversation))[-1].startswith("刚才的答复有误")


async def test_one_that_perhaps_came_is_not_sent_again_and_is_withdrawn_aloud(cast: Cast) -> None:
    reply = await answered(cast)
    await sent(reply, state="new", unknown=1)
    await withdraw(reply, cast.chen)
    assert (await Outbox.get(id=reply.outbox_id)).state is OutboxState.WITHDRAWN
    assert (await heard(cast.wang_conversation))[-1].startswith("刚才的答复有误")


async def test_only_its_writer_and_who_leads_the_place_may(cast: Cast) -> None:
    reply = await answered(cast)
    for stranger in (cast.outsider, cast.wang, cast.zhou):
        with pytest.raises(NotFound):
            await correct(reply, stranger)
    with pytest.raises(NotAllowed):
        await withdraw(reply, cast.lin)
    assert (await withdraw(reply, cast.gao)).state is QuestionState.CLAIMED


async def test_of_two_at_once_one_wins(cast: Cast) -> None:
    reply = await answered(cast)
    results = await asyncio.gather(correct(reply, cast.chen), withdraw(reply, cast.gao), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Question", "Taken"]
    with pytest.raises(Taken):
        await withdraw(reply, cast.chen)


@pytest.mark.parametrize(("text", "reason"), [("", WHY), (RIGHT, "  ")])
async def test_a_correction_needs_words_and_a_reason(cast: Cast, text: str, reason: str) -> None:
    reply = await answered(cast)
    with pytest.raises(Invalid):
        await correct(reply, cast.chen, text=text, reason=reason)
    assert (await StaffReply.get(id=reply.id)).state is ReplyState.STANDING


async def test_what_ended_long_ago_is_not_touched(cast: Cast, clock: StillClock) -> None:
    reply = await answered(cast)
    await questions.rate(reply.question_id, by=cast.wang, solved=True)
    clock.forward(days=rules().reopen_days + 1)
    with pytest.raises(WrongState):
        await correct(reply, cast.chen)


async def test_what_was_erased_is_said_to_nobody_again(cast: Cast) -> None:
    reply = await answered(cast)
    await questions.rate(reply.question_id, by=cast.wang, solved=True)
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    with pytest.raises(WrongState):
        await withdraw(reply, cast.chen)


async def test_a_reply_of_another_question_is_not_found(cast: Cast) -> None:
    reply, other = await answered(cast), await cast.ask("别的事")
    with pytest.raises(NotFound):
        await corrections.withdraw(other.id, reply_id=reply.id, by=cast.chen, reason=WHY)


async def test_a_correction_at_night_shows_that_somebody_is_at_it(cast: Cast, clock: StillClock) -> None:
    reply = await answered(cast)
    clock.forward(hours=12)
    await correct(reply, cast.chen)
    assert await closures.first_notice(await Question.get(id=reply.question_id)) is None
