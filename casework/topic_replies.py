"""Which message of a topic was which reply to a resident, so that one edited there is corrected."""

from __future__ import annotations

from models import clock
from models.topic import TopicReply
from models.transaction import execute, fetch_one


async def wrote(question_id: int, *, message_id: int) -> None:
    """Which message of the topic the newest reply was written as; part of the reply's transaction."""
    row = await fetch_one(
        "SELECT t.id AS topic_id, (SELECT max(r.id) FROM staff_reply r WHERE r.question_id=$1) AS reply_id"
        " FROM topic t WHERE t.question_id=$1",
        question_id,
    )
    if row is not None and row["reply_id"] is not None:
        await TopicReply.create(
            created_at=clock.now(), topic_id=row["topic_id"], message_id=message_id, reply_id=row["reply_id"]
        )


async def reply_as(question_id: int, *, message_id: int) -> int | None:
    """The reply that was written as a message of the topic."""
    row = await fetch_one(
        "SELECT r.reply_id FROM topic_reply r JOIN topic t ON t.id=r.topic_id WHERE t.question_id=$1"
        " AND r.message_id=$2",
        question_id,
        message_id,
    )
    return row["reply_id"] if row else None


async def corrected_as(question_id: int, *, message_id: int) -> None:
    """The message now stands for the newest reply, which corrected the one before."""
    await execute(
        "UPDATE topic_reply SET reply_id=(SELECT max(r.id) FROM staff_reply r WHERE r.question_id=$1)"
        " WHERE message_id=$2 AND topic_id IN (SELECT id FROM topic WHERE question_id=$1)",
        question_id,
        message_id,
    )
