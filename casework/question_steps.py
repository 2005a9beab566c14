"""What every verb at the desk leaves behind: a step, an audit line, a signal, and who speaks in the conversation."""

from __future__ import annotations

from casework.asker import settle_speaker
from casework.loop import MOVES_THE_QUEUE
from courier import notices, signals
from courier.letters import Letter, Link
from models import clock
from models.question import Question
from models.transaction import fetch, fetch_one
from models.wording import say
from people import robots
from people.audit import record
from people.viewers import Viewer

_FOR_THE_GROUP = frozenset(
    {
        "question.opened",
        "question.reopened",
        "question.first_due_soon",
        "question.first_overdue",
        "question.done_overdue",
    }
)
"""Of what staff are told, what the group of those without a chat hears too."""


async def note_down(question: Question, verb: str, *, by: Viewer, note: str = "", is_public: bool = True) -> None:
    """Write the step and the audit line of a verb, settle who speaks, and wake the desk and the open chat."""
    await _step(question, verb, by, note=note, is_public=is_public)
    await record(by, verb, subject="question", subject_id=question.id, place_id=question.place_id)
    await settle_speaker(question.conversation_id)
    await wake_desk(question)
    if verb in MOVES_THE_QUEUE:
        signals.publish(signals.queue_topic(question.place_id))


async def once(question: Question, verb: str, *, by: Viewer, since: str) -> bool:
    """Claim the right to tell something of a question once: False when it was told before, here or elsewhere."""
    if not await _step(question, verb, by, is_public=False, key=f"{question.id}:{verb}:{since}"):
        return False
    await record(by, verb, subject="question", subject_id=question.id, place_id=question.place_id)
    return True


async def _step(
    question: Question, verb: str, by: Viewer, *, note: str = "", is_public: bool, key: str | None = None
) -> bool:
    row = await fetch_one(
        "INSERT INTO question_step (created_at, question_id, verb, by_id, state, note, is_public, once)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (once) DO NOTHING RETURNING id",
        clock.now(),
        question.id,
        verb,
        by.person_id,
        question.state.value,
        note,
        is_public,
        key,
    )
    return row is not None


async def wake_desk(question: Question) -> None:
    """Signal the desks that show this question, and its conversation."""
    homes = await fetch(
        "SELECT DISTINCT place_id FROM person WHERE id=$1 OR id=$2", question.owner_id, question.transfer_to_id
    )
    for place_id in {question.place_id, *(row["place_id"] for row in homes)}:
        signals.publish(signals.desk_topic(place_id))
    if question.conversation_id is not None:
        signals.publish(signals.conversation_topic(question.conversation_id))


async def tell_staff(question: Question, person_id: int | None, kind: str, **facts: object) -> None:
    """Tell one of the staff of a question; the sentence is ``desk.staff.<last word of the kind>``."""
    if person_id is None:
        return
    text = say(f"desk.staff.{kind.rpartition('.')[2]}", number=question.number, text=question.text, **facts)
    letter = Letter(text, links=(Link(say("desk.staff.link"), f"/desk/{question.id}"),))
    needs = f"question.read@{question.place_id}"
    await notices.tell_person(letter, person_id=person_id, kind=kind, needs=needs)
    if kind in _FOR_THE_GROUP and person_id == question.owner_id:
        await robots.tell(letter, place_id=question.place_id, kind=kind, about=f"#{question.id}")
