"""What staff answer to a question that was asked for somebody: a copy for that person, in every chat of theirs.

Where they have none, usually an elder's case, the copy waits until they come in, and staff see that nobody has told
them. A step of the question remembers each copy, by its reply and the lines it became.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from courier import afterwards, notices, signals
from courier.afterwards import TakenBack
from courier.letters import Letter
from models import clock
from models.question import Question, QuestionState, QuestionStep, ReplyState, StaffReply
from models.transaction import execute, fetch, fetch_one, moment, transaction
from models.wording import say
from people.telling import tell_resident
from people.viewers import Viewer

COPIED, WAITS = "question.copied", "question.copy_waits"
MOST = 50
_CHATS = "SELECT id FROM contact WHERE person_id=$1 AND closed_at IS NULL ORDER BY channel, address"
_WAITING = (
    "SELECT s.id, r.text, r.is_final, q.number, COALESCE(w.shown_name, '') AS writer FROM question_step s"
    " JOIN question q ON q.id=s.question_id JOIN staff_reply r ON r.question_id=q.id AND s.once='copy:' || r.id"
    " LEFT JOIN person w ON w.id=r.by_id WHERE q.behalf_person_id=$1 AND s.verb=$2 AND r.state='standing'"
    f" AND q.erased_at IS NULL ORDER BY s.id LIMIT {MOST}"
)
_ASKED_FOR = (
    "SELECT q.id, q.number, q.text, q.state, q.created_at, COALESCE(h.name, '') AS helper FROM question q"
    " LEFT JOIN conversation v ON v.id=q.conversation_id LEFT JOIN contact c ON c.id=v.contact_id"
    " LEFT JOIN person h ON h.id=c.person_id WHERE q.behalf_person_id=$1 AND q.erased_at IS NULL"
    f" ORDER BY q.id DESC LIMIT {MOST}"
)


async def send(question: Question, reply: StaffReply, text: str, *, kind: str) -> None:
    """Tell the one it was asked for what the helper is told; part of the transaction of the reply."""
    if question.behalf_person_id is None:
        return
    lines = await _say(question.behalf_person_id, _copy(question.number, text), kind=kind)
    await QuestionStep.create(
        created_at=clock.now(),
        question_id=question.id,
        verb=COPIED if lines else WAITS,
        state=question.state,
        note=json.dumps(lines),
        is_public=False,
        once=f"copy:{reply.id}",
    )


def _copy(number: str, text: str) -> Letter:
    return Letter(say("acting.told.copy", number=number, text=text))


async def _say(person_id: int, letter: Letter, *, kind: str) -> list[int]:
    """The lines it became, one in each open chat."""
    said = [
        await notices.tell_contact(letter, contact_id=row["id"], kind=kind) for row in await fetch(_CHATS, person_id)
    ]
    return [line for line in said if line is not None]


async def tell_news(question: Question, text: str, *, kind: str) -> None:
    """Tell the one it was asked for that it has ended, or that an answer they read no longer counts."""
    if question.behalf_person_id is not None:
        letter = Letter(say("acting.told.news", number=question.number, text=text))
        await tell_resident(letter, person_id=question.behalf_person_id, kind=kind)


async def take_back(question: Question, reply: StaffReply) -> bool:
    """A reply no longer counts: its copies are stopped on their way, marked where they stand, and wait no longer. Gives
    whether the one it was asked for may have read one."""
    step = await QuestionStep.get_or_none(once=f"copy:{reply.id}")
    if step is None:
        return False
    was_seen = False
    for line_id in json.loads(step.note or "[]"):
        was_seen |= await _undo(line_id, question, how=reply.state.value)
    await execute("UPDATE question_step SET verb=$1, note='[]' WHERE id=$2", COPIED, step.id)
    return was_seen or reply.reached_at is not None


async def _undo(line_id: int, question: Question, *, how: str) -> bool:
    facts = json.dumps({"question": question.id, "asks": "", "undone": how})
    row = await fetch_one(
        "UPDATE utterance SET facts=$1 WHERE id=$2 RETURNING conversation_id, outbox_id", facts, line_id
    )
    if row is None:
        return True
    signals.publish(signals.conversation_topic(row["conversation_id"]))
    if row["outbox_id"] is None:
        return True
    return await afterwards.take_back(row["outbox_id"]) is not TakenBack.UNSEEN


async def hand_out(person_id: int) -> int:
    """Somebody has come in: what waited for them is told in their chats, once. Gives how many."""
    told = 0
    for row in await fetch(_WAITING, person_id, WAITS):
        key = "desk.asker.replied" if row["is_final"] else "desk.asker.contacted"
        text = say(key, staff=row["writer"], number=row["number"], text=row["text"])
        async with transaction():
            if await execute("UPDATE question_step SET verb=$1 WHERE id=$2 AND verb=$3", COPIED, row["id"], WAITS):
                lines = await _say(person_id, _copy(row["number"], text), kind="question.reply")
                verb = COPIED if lines else WAITS
                await execute(
                    "UPDATE question_step SET verb=$1, note=$2 WHERE id=$3", verb, json.dumps(lines), row["id"]
                )
                told += bool(lines)
    return told


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A question that somebody asked for the viewer: who did, and the answers that stand."""

    number: str
    text: str
    state: QuestionState
    helper: str
    asked_at: dt.datetime
    answers: tuple[str, ...]


async def asked_for(*, viewer: Viewer) -> list[AskedFor]:
    """别人替我问的: the newest first, two statements."""
    rows = await fetch(_ASKED_FOR, viewer.person_id)
    standing = StaffReply.filter(question_id__in=[row["id"] for row in rows], state=ReplyState.STANDING).order_by("id")
    said = await standing if rows else []
    return [
        AskedFor(
            row["number"],
            row["text"],
            QuestionState(row["state"]),
            row["helper"],
            moment(row["created_at"]),
            tuple(one.text for one in said if one.question_id == row["id"]),
        )
        for row in rows
    ]
