"""Handing a question to another owner: the first owner keeps it until the other accepts."""

from __future__ import annotations

from casework import roster
from casework.asker import tell_asker
from casework.loop import CLAIMED, move
from casework.question_steps import note_down, tell_staff, wake_desk
from casework.roster import Staff
from casework.sight import leads, on_desk
from courier.letters import Letter
from models import clock
from models.errors import Invalid, NotAllowed
from models.question import Question
from models.transaction import transaction
from models.wording import say
from people.viewers import SYSTEM, Viewer


async def offer_transfer(question_id: int, *, by: Viewer, to: int) -> Question:
    """转交: offer it to another person of the place or to the subdistrict's desk; nothing changes hands yet."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.transfer")
        if by.person_id != question.owner_id and not leads(question, by):
            raise NotAllowed("question.not_the_owner")
        if to == question.owner_id or to not in {
            person.person_id for person in await roster.staff_of(question.place_id)
        }:
            raise Invalid("question.cannot_take_it")
        await move(question, "question.transfer", transfer_to_id=to)
        await note_down(question, "question.transfer", by=by, is_public=False)
        await tell_staff(question, to, "question.offered", staff=by.name)
    return question


async def takers(question_id: int, *, viewer: Viewer) -> list[Staff]:
    """Everybody to whom the viewer may offer a question; nobody, where it is not theirs to hand on."""
    question = await on_desk(question_id, by=viewer, verb="question.read")
    if viewer.person_id != question.owner_id and not leads(question, viewer):
        return []
    return [person for person in await roster.staff_of(question.place_id) if person.person_id != question.owner_id]


async def accept_transfer(question_id: int, *, by: Viewer) -> Question:
    """接收: become the owner; a claim of the former owner's ends with it."""
    async with transaction():
        question = await _offered(question_id, by)
        former, was_claimed = question.owner_id, question.state is CLAIMED
        freed = {"claimed_by_id": None, "claimed_at": None, "idle_since": None} if was_claimed else {}
        await move(question, "question.accept", owner_id=by.person_id, transfer_to_id=None, **freed)
        await note_down(question, "question.accept", by=by, is_public=False)
        if was_claimed:
            letter = Letter(say("desk.asker.released", number=question.number))
            await tell_asker(letter, conversation_id=question.conversation_id, kind="question.released")
        await tell_staff(question, former, "question.accepted", staff=by.name)
    return question


async def decline_transfer(question_id: int, *, by: Viewer) -> Question:
    """谢绝: leave it with its owner, who hears so."""
    async with transaction():
        question = await _offered(question_id, by)
        await move(question, "question.decline", transfer_to_id=None)
        await note_down(question, "question.decline", by=by, is_public=False)
        await tell_staff(question, question.owner_id, "question.declined", staff=by.name)
    return question


async def _offered(question_id: int, by: Viewer) -> Question:
    question = await on_desk(question_id, by=by, verb="question.accept")
    if question.transfer_to_id != by.person_id:
        raise NotAllowed("question.not_offered")
    return question


async def take_over(question: Question) -> Question:
    """换责任人: give a question whose owner has left to the person now on duty."""
    async with transaction():
        owner = await roster.on_duty(question.place_id, clock.now())
        former = question.owner_id
        kept = None if question.transfer_to_id == owner else question.transfer_to_id
        await move(question, "question.take_over", owner_id=owner, transfer_to_id=kept)
        await note_down(question, "question.take_over", by=SYSTEM, note=str(former), is_public=False)
        await tell_staff(question, owner, "question.opened")
        await wake_desk(question)
    return question
