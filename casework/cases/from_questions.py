"""转为事件: a question at the desk that wants something done becomes a case; its asker hears the number."""

from __future__ import annotations

from casework import attachments, copies
from casework.asker import tell_asker
from casework.cases import reporting
from casework.cases.photos import keep_photos
from casework.cases.reporting import Facts
from casework.loop import move
from casework.question_steps import note_down
from casework.sight import on_desk
from courier.letters import Letter
from models import clock
from models.case import Case, CaseSource, PhotoKind
from models.question import Question
from models.sealed import unseal
from models.transaction import transaction
from models.wording import say
from people.permissions import allow
from people.viewers import Viewer


async def to_case(
    question_id: int, *, by: Viewer, kind_key: str, building_id: int | None = None, seen_version: int | None = None
) -> Case:
    """转为事件: the question ends and a case begins with its words, its conversation and everything taken down."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.close")
        allow(by, "case.take_down", question.place_id)
        if seen_version is not None and seen_version != question.version:
            question.version = seen_version  # The guarded move below then finds that somebody was first.
        await move(question, "question.to_case", **_ended())
        case = await reporting.report(
            _facts(question, kind_key, building_id),
            by=by,
            source=CaseSource.QUESTION,
            conversation_id=question.conversation_id,
            place_id=question.place_id,
        )
        came = await attachments.of_question(question_id, viewer=by)
        await keep_photos(case, [file.id for file in came], kind=PhotoKind.REPORT, by=by)
        await note_down(question, "question.to_case", by=by, note=case.number)
        letter = Letter(say("cases.reporter.from_question", number=case.number, question=question.number))
        await tell_asker(letter, conversation_id=question.conversation_id, kind="question.to_case")
        await copies.tell_news(question, letter.text, kind="question.to_case")
    return case


def _ended() -> dict[str, object]:
    return {"closed_at": clock.now(), "claimed_by_id": None, "idle_since": None, "transfer_to_id": None}


def _facts(question: Question, kind_key: str, building_id: int | None) -> Facts:
    return Facts(
        kind_key,
        question.text,
        sealed_from=unseal(question.sealed) if question.sealed else "",
        where=question.where_text,
        when=question.when_text,
        how=question.how_text,
        on_behalf_of=question.on_behalf_of,
        behalf_person_id=question.behalf_person_id,
        name="" if question.conversation_id is not None else question.on_behalf_of,
        building_id=building_id,
        question_id=question.id,
    )
