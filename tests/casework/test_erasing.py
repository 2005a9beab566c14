"""A resident's conversation is deleted at their wish: every word of it, while numbers and verdicts stay."""

from __future__ import annotations

import pytest

from casework import conversations, erasing, learning, questions
from casework.asker import tell_asker
from courier.letters import Letter
from models.audit import AuditLine
from models.conversation import Feedback, Miss, Utterance
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.message import Inbox
from models.question import Question, QuestionStep
from models.transaction import transaction
from people.audit import first_broken_line
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.casework.talks import WORDS
from tests.words_left import where


async def test_no_word_is_left_anywhere(cast: Cast) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    assert {"inbox.payload", "outbox.body", "utterance.sealed", "question.sealed", "staff_notice.text"} <= await where(
        WORDS
    )
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert await where(WORDS) == {"mute.reason"}


async def test_what_is_counted_stays(cast: Cast) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    before = await QuestionStep.filter(question_id=asked.id).count(), await Miss.all().count()
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    kept = await Question.get(id=asked.id)
    assert (kept.text, kept.number, kept.sealed) == ("已按居民要求删除", asked.number, None)
    assert None not in {kept.answered_at, kept.closed_at, kept.erased_at}
    assert (await QuestionStep.filter(question_id=asked.id).count(), await Miss.all().count()) == before
    assert (await Feedback.get()).entry_key == "bicycle-charging"
    assert await Miss.filter(conversation_id=cast.wang_conversation, entry_key=None, dismissed_at=None).count() == 0


async def test_staff_can_read_nothing_of_it_afterwards(cast: Cast) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert await conversations.lines(cast.wang_conversation, viewer=cast.chen) == []
    assert await questions.unseal(asked.id, by=cast.chen) == "已按居民要求删除"
    with pytest.raises(Invalid):
        await learning.learn(asked.id, by=cast.chen)


async def test_the_audit_line_has_ids_only(cast: Cast) -> None:
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    line = await AuditLine.get(verb="conversation.erase")
    assert (line.subject, line.subject_id, line.place_id) == ("conversation", cast.wang_conversation, cast.here.id)
    assert line.detail == ""
    assert await first_broken_line() is None


async def test_nothing_goes_while_a_question_is_open(cast: Cast) -> None:
    asked = await talks.speak(cast)
    before = await where(WORDS)
    with pytest.raises(WrongState) as refusal:
        await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert (refusal.value.key, refusal.value.facts["number"]) == ("conversation.erase_open", asked.number)
    assert await where(WORDS) == before


async def test_nothing_goes_while_nobody_knows_of_an_emergency(cast: Cast) -> None:
    asked = await talks.speak(cast)
    await questions.close(asked.id, by=cast.chen)
    with pytest.raises(WrongState) as refusal:
        await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert refusal.value.key == "conversation.erase_alarm"


async def test_only_the_one_whose_conversation_it_is_may(cast: Cast) -> None:
    for other in (cast.li, cast.chen, cast.gao, cast.admin, cast.outsider):
        with pytest.raises((NotFound, NotAllowed)):
            await erasing.erase(cast.wang_conversation, by=other)


async def test_the_conversations_of_others_stay(cast: Cast) -> None:
    li = await conversations.load(channel="telegram", address="li")
    assert li is not None
    async with transaction():
        await conversations.hear(li, masked="李叔的话", original="李叔的话")
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert await where("李叔的话") == {"utterance.text", "utterance.sealed"}


async def test_what_is_still_on_its_way_and_keys_of_deliveries_stay(cast: Cast) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    async with transaction():
        await tell_asker(Letter("还在路上"), conversation_id=cast.wang_conversation, kind="x")
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert await where("还在路上") == {"outbox.body"}
    assert [row.key for row in await Inbox.filter(lane=talks.LANE)] == ["1"]
    assert await Utterance.filter(conversation_id=cast.wang_conversation).count() == 0
