"""A question at the desk: opened, claimed by one, answered, released, closed, and seen by whom it concerns."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import desk, questions
from casework.questions import TakenDown
from courier import signals
from models.conversation import Conversation, Speaker
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.message import Outbox
from models.person import RoleName
from models.question import Intake, Question, QuestionKind, QuestionState
from models.sealed import unseal
from models.transaction import fetch
from people.audit import first_broken_line
from people.viewers import SYSTEM, Viewer, guest
from tests.casework.conftest import Cast, heard, staff, told, verbs
from tests.conftest import StillClock

MORNING = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)


async def speaker(conversation_id: int) -> Speaker:
    """Who answers in a conversation now."""
    return (await Conversation.get(id=conversation_id)).speaker


async def answered(cast: Cast, by: Viewer) -> Question:
    """A question that somebody has answered."""
    opened = await cast.ask()
    return await questions.reply(opened.id, by=by, text="每次 1 元", seen_version=opened.version)


async def test_opening_gives_number_owner_and_both_due_times(cast: Cast) -> None:
    question = await cast.ask()
    assert (question.number, question.owner_id) == ("Q-0001", cast.gao.person_id)
    assert question.first_due == MORNING + dt.timedelta(hours=2)
    assert question.done_due == dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)
    assert await verbs(question.id) == ["question.open"]


async def test_numbers_run_per_neighbourhood(cast: Cast) -> None:
    assert [(await cast.ask(text)).number for text in ("一", "二")] == ["Q-0001", "Q-0002"]
    assert cast.noise.number == "Q-0001"


async def test_the_owner_is_told_and_the_desk_woken(cast: Cast) -> None:
    async with signals.listening(signals.desk_topic(cast.here.id)) as listener:
        await cast.ask()
        assert await listener.wait(seconds=1)
    assert await told(cast.gao) == ["新问题 Q-0001 由您负责：车棚充电一次多少钱"]
    assert await told(cast.chen) == []


async def test_the_original_is_kept_sealed_and_the_bot_goes_on_speaking(cast: Cast) -> None:
    question = await Question.get(id=(await cast.ask()).id)
    assert unseal(question.sealed or "") == "车棚充电一次多少钱 13800000000"
    assert await speaker(cast.wang_conversation) is Speaker.BOT


async def test_a_look_at_the_original_is_on_record(cast: Cast) -> None:
    question = await cast.ask()
    assert await questions.unseal(question.id, by=cast.chen) == "车棚充电一次多少钱 13800000000"
    rows = await fetch("SELECT actor_id FROM audit_line WHERE verb='question.unseal'")
    assert [row["actor_id"] for row in rows] == [cast.chen.person_id]


async def test_nobody_opens_a_question_in_somebody_elses_conversation(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await questions.open_question(
            by=cast.li, conversation_id=cast.wang_conversation, text="问", sealed_from="", kind=QuestionKind.QUESTION
        )


async def test_staff_take_a_question_down_for_somebody_on_the_phone(cast: Cast) -> None:
    question = await questions.open_question(
        by=cast.chen,
        conversation_id=None,
        text="楼道灯坏了",
        sealed_from="",
        kind=QuestionKind.REPORT,
        taken_down=TakenDown(intake=Intake.PHONE, on_behalf_of="三号楼张伯伯", where="三号楼二楼"),
    )
    line = (await desk.queue(viewer=cast.gao))[0]
    assert (line.id, line.intake, line.channel) == (question.id, Intake.PHONE, "")


async def test_a_guest_takes_nothing_down_without_a_conversation(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        await questions.open_question(
            by=cast.wang, conversation_id=None, text="问", sealed_from="", kind=QuestionKind.QUESTION
        )


@pytest.mark.parametrize("text", ["", "  \x00 ", "长" * 2001])
async def test_nothing_and_too_much_are_refused(cast: Cast, text: str) -> None:
    with pytest.raises(Invalid):
        await cast.ask(text)


async def test_a_claim_silences_the_bot_and_says_who_answers(cast: Cast) -> None:
    question = await cast.ask()
    claimed = await questions.claim(question.id, by=cast.chen)
    assert (claimed.state, claimed.claimed_by_id, claimed.owner_id) == (
        QuestionState.CLAIMED,
        cast.chen.person_id,
        cast.gao.person_id,
    )
    assert await speaker(cast.wang_conversation) is Speaker.PERSON
    assert "小陈" in (await heard(cast.wang_conversation))[-1]


async def test_of_a_hundred_claims_at_once_one_wins_and_the_others_hear_who(cast: Cast) -> None:
    question = await cast.ask()
    people = [cast.chen, cast.lin]
    tries = [questions.claim(question.id, by=people[number % len(people)]) for number in range(100)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    winner = (await Question.get(id=question.id)).claimed_by_id
    won = [result.claimed_by_id for result in results if isinstance(result, Question)]
    lost = [result for result in results if isinstance(result, BaseException)]
    assert set(won) == {winner}
    assert {type(result) for result in lost} == {Taken}
    assert {result.facts["staff"] for result in lost if isinstance(result, Taken)} <= {"小陈", "小林"}
    assert (await verbs(question.id)).count("question.claim") == 1
    assert await first_broken_line() is None


async def test_a_second_press_by_the_same_hand_changes_nothing(cast: Cast) -> None:
    question = await cast.ask()
    first = await questions.claim(question.id, by=cast.chen)
    again = await questions.claim(question.id, by=cast.chen)
    assert again.version == first.version
    assert len(await heard(cast.wang_conversation)) == 1


async def test_a_reply_reaches_the_chat_signed_and_asks_whether_it_is_solved(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    assert question.state is QuestionState.ANSWERED
    said = (await heard(cast.wang_conversation))[-1]
    assert "小陈" in said
    assert "每次 1 元" in said
    assert await Outbox.filter(address="wang", kind="question.reply").count() == 1
    assert await heard(cast.li_conversation) == []


async def test_a_reply_to_a_waiting_question_claims_it(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    assert question.claimed_by_id == cast.chen.person_id
    assert await verbs(question.id) == ["question.open", "question.claim", "question.reply"]


async def test_a_reply_written_on_an_old_view_is_refused(cast: Cast) -> None:
    question = await cast.ask()
    await questions.claim(question.id, by=cast.chen)
    await questions.release(question.id, by=cast.chen)
    with pytest.raises(Taken, match="changed"):
        await questions.reply(question.id, by=cast.chen, text="好", seen_version=question.version)
    assert await Outbox.filter(kind="question.reply").count() == 0


async def test_who_replies_after_somebody_else_claimed_hears_who_it_was(cast: Cast) -> None:
    question = await cast.ask()
    claimed = await questions.claim(question.id, by=cast.chen)
    for version in (question.version, claimed.version):
        with pytest.raises(Taken, match="taken") as refusal:
            await questions.reply(question.id, by=cast.lin, text="好", seen_version=version)
        assert refusal.value.facts["staff"] == "小陈"


async def test_the_same_reply_sent_twice_at_once_goes_out_once(cast: Cast) -> None:
    opened = await cast.ask()
    question = await questions.claim(opened.id, by=cast.chen)
    sent = [questions.reply(question.id, by=cast.chen, text="好", seen_version=question.version) for _ in range(10)]
    results = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(result, Question) for result in results) == 1
    assert await Outbox.filter(kind="question.reply").count() == 1


async def test_a_first_word_keeps_the_claim_and_counts_as_first_answer(cast: Cast) -> None:
    opened = await cast.ask()
    question = await questions.reply(
        opened.id, by=cast.chen, text="我先问一下街道", seen_version=opened.version, is_final=False
    )
    line = (await desk.queue(viewer=cast.chen))[0]
    assert (question.state, line.is_first, line.due) == (QuestionState.CLAIMED, False, opened.done_due)
    assert "解决了吗" not in (await heard(cast.wang_conversation))[-1]


async def test_a_release_returns_it_to_its_owner_and_the_bot_speaks(cast: Cast) -> None:
    opened = await cast.ask()
    await questions.claim(opened.id, by=cast.chen)
    question = await questions.release(opened.id, by=cast.chen)
    assert (question.state, question.claimed_by_id, question.owner_id) == (
        QuestionState.WAITING,
        None,
        cast.gao.person_id,
    )
    assert await speaker(cast.wang_conversation) is Speaker.BOT
    assert "放回队列" in (await told(cast.gao))[-1]


async def test_only_who_holds_it_or_leads_may_release(cast: Cast) -> None:
    opened = await cast.ask()
    await questions.claim(opened.id, by=cast.chen)
    with pytest.raises(Taken):
        await questions.release(opened.id, by=cast.lin)
    assert (await questions.release(opened.id, by=cast.gao)).state is QuestionState.WAITING


async def test_closing_without_an_answer_needs_a_reason_which_the_resident_reads(cast: Cast) -> None:
    question = await questions.claim((await cast.ask()).id, by=cast.chen)
    with pytest.raises(Invalid, match="reason"):
        await questions.close(question.id, by=cast.chen)
    await questions.close(question.id, by=cast.chen, note="这是物业的事，请打物业电话")
    assert "请打物业电话" in (await heard(cast.wang_conversation))[-1]


async def test_closing_an_answered_question_gives_the_chat_back_to_the_bot(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    assert await speaker(cast.wang_conversation) is Speaker.PERSON
    closed = await questions.close(question.id, by=cast.chen)
    assert (closed.state, closed.claimed_by_id) == (QuestionState.CLOSED, None)
    assert await speaker(cast.wang_conversation) is Speaker.BOT


async def test_the_end_of_an_answered_question_asks_once_more_whether_it_is_solved(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    await questions.close(question.id, by=SYSTEM)
    assert "解决了吗" in (await heard(cast.wang_conversation))[-1]


async def test_what_was_never_answered_is_closed_without_asking(cast: Cast) -> None:
    question = await cast.ask()
    await questions.close(question.id, by=cast.gao, note="重复")
    assert "解决了吗" not in (await heard(cast.wang_conversation))[-1]


async def test_a_person_speaks_as_long_as_one_of_two_questions_is_in_hand(cast: Cast) -> None:
    first, second = await cast.ask("一"), await cast.ask("二", kind=QuestionKind.REPORT)
    await questions.claim(first.id, by=cast.chen)
    await questions.claim(second.id, by=cast.lin)
    await questions.release(first.id, by=cast.chen)
    assert await speaker(cast.wang_conversation) is Speaker.PERSON
    await questions.release(second.id, by=cast.lin)
    assert await speaker(cast.wang_conversation) is Speaker.BOT


@pytest.mark.parametrize("verb", ["claim", "release", "close"])
async def test_a_closed_question_stays_closed(cast: Cast, verb: str) -> None:
    question = await answered(cast, cast.chen)
    await questions.close(question.id, by=cast.chen)
    with pytest.raises(Refusal) as refusal:
        await getattr(questions, verb)(question.id, by=cast.gao)
    assert isinstance(refusal.value, WrongState)


ACTS = ["claim", "release", "close", "unseal", "accept_transfer", "decline_transfer"]


@pytest.mark.parametrize("act", ACTS)
async def test_for_those_outside_the_question_does_not_exist(cast: Cast, act: str) -> None:
    question = await cast.ask()
    for viewer in (cast.outsider, cast.observer, cast.zhou, cast.li, guest(cast.here.id)):
        with pytest.raises(NotFound):
            await getattr(questions, act)(question.id, by=viewer)


async def test_the_queue_shows_the_places_own_questions_the_oldest_first(cast: Cast, clock: StillClock) -> None:
    for text in ("一", "二", "三"):
        await cast.ask(text)
        clock.forward(minutes=5)
    assert [line.text for line in await desk.queue(viewer=cast.chen)] == ["一", "二", "三"]


async def test_what_waits_for_the_resident_comes_last_without_a_due_time(cast: Cast) -> None:
    first, _ = await cast.ask("一"), await cast.ask("二")
    await questions.reply(first.id, by=cast.chen, text="好", seen_version=first.version)
    lines = await desk.queue(viewer=cast.chen)
    assert [(line.text, line.due is None) for line in lines] == [("二", False), ("一", True)]


async def test_the_queue_marks_what_is_overdue(cast: Cast, clock: StillClock) -> None:
    await cast.ask()
    clock.forward(hours=2)
    assert not (await desk.queue(viewer=cast.chen))[0].is_overdue
    clock.forward(seconds=1)
    assert (await desk.queue(viewer=cast.chen))[0].is_overdue


async def test_observers_and_the_subdistrict_see_nothing_of_it(cast: Cast) -> None:
    await cast.ask()
    assert await desk.queue(viewer=cast.zhou) == []
    for viewer in (cast.observer, cast.wang):
        with pytest.raises(NotAllowed):
            await desk.queue(viewer=viewer)


async def test_another_places_queue_cannot_be_asked_for(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await desk.queue(viewer=cast.chen, place_id=cast.elsewhere.id)


async def test_the_detail_carries_candidates_and_what_is_needed_to_answer(cast: Cast) -> None:
    question = await cast.ask()
    shown = await desk.question(question.id, viewer=cast.chen)
    assert shown.candidates == (("bicycle-charging", 0.4),)
    assert (shown.version, shown.has_original, shown.may_lead) == (1, True, False)


async def test_the_due_time_is_explained(cast: Cast) -> None:
    question = await cast.ask()
    why = await desk.why_due(question.id, viewer=cast.chen)
    assert (why.first[-1].ends, why.done[-1].ends) == (question.first_due, question.done_due)
    assert not why.is_assumed


async def test_the_one_who_asked_sees_the_steps_but_not_the_notes(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    assert [step.note for step in await desk.steps(question.id, viewer=cast.wang)] == ["", "", ""]
    assert [step.by for step in await desk.steps(question.id, viewer=cast.wang)] == ["", "小陈", "小陈"]
    assert (await desk.steps(question.id, viewer=cast.gao))[-1].note == "每次 1 元"
    with pytest.raises(NotFound):
        await desk.steps(question.id, viewer=cast.li)


async def test_the_one_who_asked_does_not_see_how_it_was_handed_about(cast: Cast) -> None:
    question = await cast.ask()
    assert cast.chen.person_id is not None
    await questions.offer_transfer(question.id, by=cast.gao, to=cast.chen.person_id)
    assert [step.verb for step in await desk.steps(question.id, viewer=cast.wang)] == ["question.open"]
    assert len(await desk.steps(question.id, viewer=cast.gao)) == 2


async def test_a_subdistricts_desk_sees_only_its_own_even_with_a_role_in_the_neighbourhood(cast: Cast) -> None:
    await cast.ask()
    guest_desk = await staff("街道驻点", cast.here, role=RoleName.SUBDISTRICT_DESK)
    assert await desk.queue(viewer=guest_desk) == []


async def test_answers_are_there_to_draft_an_entry_from(cast: Cast) -> None:
    question = await answered(cast, cast.chen)
    assert await desk.answers(question.id, viewer=cast.gao) == ["每次 1 元"]


async def test_the_newest_open_question_of_a_conversation_is_found(cast: Cast) -> None:
    assert await questions.open_for_conversation(cast.wang_conversation) is None
    question = await cast.ask()
    found = await questions.open_for_conversation(cast.wang_conversation)
    assert found is not None
    assert found.id == question.id
    await questions.close(question.id, by=cast.gao, note="重复")
    assert await questions.open_for_conversation(cast.wang_conversation) is None
