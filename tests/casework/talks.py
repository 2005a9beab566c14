"""A conversation that leaves its words wherever words of a resident can stand, and what ends it."""

from __future__ import annotations

from casework import alarms, conversations, misses, mutes, questions
from casework.questions import TakenDown
from courier import afterwards, inbox, notices
from courier.letters import Letter
from models import clock
from models.alarm import Alarm
from models.conversation import Feedback, Phrasing, Utterance, Verdict
from models.question import Question, QuestionKind, StaffReply
from models.transaction import execute, transaction
from people.notices import mark_read
from tests.casework.conftest import Cast

WORDS = "桂花树下三只猫"
LANE = "telegram:wang"


async def speak(cast: Cast) -> Question:
    """王阿姨 asks, is heard everywhere and answered by 小陈; nothing is ended yet."""
    await inbox.receive(channel="telegram", key="1", lane=LANE, payload=WORDS)
    talk = await conversations.load(channel="telegram", address="wang")
    assert talk is not None
    async with transaction():
        await conversations.hear(talk, masked=WORDS, original=f"{WORDS} 13800138000")
        await conversations.remember(talk, memory=f'{{"question": "{WORDS}"}}')
        letter = Letter(WORDS, choices=(WORDS,))
        await notices.say(
            letter, conversation_id=talk.conversation_id, channel="telegram", address="wang", kind="bot.answer"
        )
    for message in await inbox.claim(lane=LANE):
        await inbox.finish(message)
    await misses.record_miss(by=cast.wang, conversation_id=talk.conversation_id, text=WORDS)
    now = clock.now()
    await Feedback.create(
        created_at=now,
        conversation_id=talk.conversation_id,
        utterance_id=await Utterance.filter(author="resident").order_by("-id").first().values_list("id", flat=True),
        entry_key="bicycle-charging",
        verdict=Verdict.USEFUL,
        question=WORDS,
    )
    await Phrasing.create(
        created_at=now, last_at=now, place_id=cast.here.id, entry_key="bicycle-charging", said=WORDS, text=WORDS
    )
    await alarms.raise_alarm(by=cast.wang, conversation_id=talk.conversation_id, kind="gas", text=WORDS)
    asked = await questions.open_question(
        by=cast.wang,
        conversation_id=talk.conversation_id,
        text=WORDS,
        sealed_from=f"{WORDS} 13800138000",
        kind=QuestionKind.REPORT,
        taken_down=TakenDown(where=WORDS, on_behalf_of=WORDS, when=WORDS, how=WORDS),
    )
    await StaffReply.create(created_at=now, question_id=asked.id, text=WORDS, is_final=False, reason=WORDS)
    await questions.reply(asked.id, by=cast.chen, text=f"{WORDS}，好的", seen_version=asked.version)
    return asked


async def end(cast: Cast, asked: Question) -> None:
    """Everything is ended, delivered and seen; 王阿姨 is paused for an hour besides."""
    await questions.close(asked.id, by=cast.chen, note=WORDS)
    for alarm in await Alarm.filter(open_for_id=cast.wang_conversation):
        await alarms.acknowledge(alarm.id, by=cast.chen)
    await mutes.mute(cast.wang_conversation, by=cast.chen, hours=1, reason=WORDS)
    await deliver()
    for viewer in (cast.chen, cast.lin, cast.gao, cast.zhou):
        await mark_read(by=viewer, until=10**9)


async def deliver() -> None:
    """Whatever is on its way arrives."""
    await execute("UPDATE outbox SET state='done', done_ms=made_ms WHERE state='new'")
    assert await afterwards.waiting() == 0
