"""A message of a residents' group that somebody there reports, to the desk or as a case: once, whoever does it."""

from __future__ import annotations

from dataclasses import dataclass

from casework import questions
from casework.cases import reporting
from casework.cases.reporting import Facts
from casework.questions import TakenDown
from models import clock
from models.case import Case, CaseSource
from models.errors import Taken
from models.question import Question, QuestionKind
from models.transaction import execute, fetch_one, transaction
from people.groups import Room
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported: masked, as it was written, and the group's message that says it."""

    text: str
    original: str
    message_id: int


async def report(told: Told, *, by: Viewer, conversation_id: int, room: Room) -> Question:
    """群里报修: give a group's message to the desk for whoever points at it, who is told of it in their own chat.

    Taken with its number where somebody reported the same message before.
    """
    async with transaction():
        await _must_be_new(told, room)
        question = await questions.open_question(
            by=by,
            conversation_id=conversation_id,
            text=told.text,
            sealed_from=told.original,
            kind=QuestionKind.REPORT,
            taken_down=TakenDown(where=room.estate),
        )
        await _note(told, room, question_id=question.id)
    return question


async def report_case(told: Told, facts: Facts, *, by: Viewer, conversation_id: int, room: Room) -> Case:
    """群里报修: the same where it is known what kind it is and where: it is a case at once."""
    async with transaction():
        await _must_be_new(told, room)
        case = await reporting.report(facts, by=by, source=CaseSource.CHAT, conversation_id=conversation_id)
        await _note(told, room, case_id=case.id)
    return case


async def _note(told: Told, room: Room, *, question_id: int = 0, case_id: int | None = None) -> None:
    await execute(
        "INSERT INTO group_report (created_at, group_id, message_id, question_id, case_id) VALUES ($1,$2,$3,$4,$5)",
        clock.now(),
        room.id,
        told.message_id,
        question_id,
        case_id,
    )


async def _must_be_new(told: Told, room: Room) -> None:
    """The group's row is held until the commit, so that of two who report at once the second finds the first."""
    await execute("UPDATE chat_group SET title=title WHERE id=$1", room.id)
    row = await fetch_one(
        "SELECT COALESCE(c.number, q.number, '') AS number FROM group_report r"
        " LEFT JOIN cases c ON c.id=r.case_id LEFT JOIN question q ON q.id=r.question_id"
        " WHERE r.group_id=$1 AND r.message_id=$2",
        room.id,
        told.message_id,
    )
    if row is not None:
        raise Taken("group.reported", number=row["number"])
