"""Which questions a viewer may see and act on: those of their places, and those that are theirs or offered to them."""

from __future__ import annotations

from dataclasses import replace

from tortoise.expressions import Q

from models.errors import NotFound
from models.person import RoleName
from models.question import Question
from people.permissions import allow, may
from people.scope import places_for
from people.viewers import Viewer, ViewerKind


def wide_places(viewer: Viewer, verb: str) -> frozenset[int] | None:
    """Places of which the viewer sees everything; a subdistrict desk has none: it sees what was given to it."""
    narrow = frozenset(held for held in viewer.roles if held.role is not RoleName.SUBDISTRICT_DESK)
    return places_for(replace(viewer, roles=narrow), verb)


def seen_by(viewer: Viewer, verb: str = "question.read") -> Q:
    """The condition on questions under which this viewer may see a row."""
    places = wide_places(viewer, verb)
    if places is None:
        return Q()
    mine = Q(owner_id=viewer.person_id) | Q(transfer_to_id=viewer.person_id)
    if viewer.person_id is None or not may(viewer, verb, None):
        return Q(place_id__in=[*places])
    return Q(place_id__in=[*places]) | mine


def seen_where(viewer: Viewer, verb: str = "question.read") -> str:
    """The same condition in SQL, on a question called ``q``; it is made of numbers only."""
    places = wide_places(viewer, verb)
    if places is None:
        return "1=1"
    here = ", ".join(str(int(place_id)) for place_id in sorted(places)) or "0"
    mine = int(viewer.person_id or 0) if may(viewer, verb, None) else 0
    return f"(q.place_id IN ({here}) OR q.owner_id={mine} OR q.transfer_to_id={mine})"


def is_theirs(question: Question, viewer: Viewer) -> bool:
    """Whether it is the viewer's own, or offered to them."""
    return viewer.person_id is not None and viewer.person_id in {question.owner_id, question.transfer_to_id}


async def on_desk(question_id: int, *, by: Viewer, verb: str) -> Question:
    """A question for a verb: NotFound unless they may see it, NotAllowed unless they may do the verb on it."""
    question = await Question.get_or_none(seen_by(by), id=question_id)
    if question is None:
        raise NotFound("question.not_found")
    allow(by, verb, None if is_theirs(question, by) else question.place_id)
    return question


def holds_it(question: Question, by: Viewer) -> bool:
    """Whether they are answering it now, own it, lead its place, or are the system."""
    if by.kind is ViewerKind.SYSTEM or by.person_id in {question.owner_id, question.claimed_by_id}:
        return True
    return leads(question, by)


def leads(question: Question, by: Viewer) -> bool:
    """Whether they lead the question's place."""
    return any(by.holds(role, question.place_id) for role in (RoleName.SECRETARY, RoleName.ADMIN))
