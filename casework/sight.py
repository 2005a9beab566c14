"""Which questions a viewer may see and act on: those of their places, and those that are theirs or offered to them."""

from __future__ import annotations

from tortoise.expressions import Q

from models.errors import NotAllowed, NotFound
from models.person import RoleName
from models.question import Question
from models.transaction import listed
from people.permissions import may
from people.scope import given_places, places_for
from people.viewers import Viewer, ViewerKind


def wide_places(viewer: Viewer, verb: str) -> frozenset[int] | None:
    """Places of which the viewer sees everything; a subdistrict desk has none: it sees what was given to it."""
    return places_for(viewer, verb)


async def seen_by(viewer: Viewer, verb: str = "question.read") -> Q:
    """The condition on questions under which this viewer may see a row."""
    places = wide_places(viewer, verb)
    if places is None:
        return Q()
    given = await given_places(viewer, verb)
    if viewer.person_id is None or not given:
        return Q(place_id__in=[*places])
    mine = Q(owner_id=viewer.person_id) | Q(transfer_to_id=viewer.person_id)
    return Q(place_id__in=[*places]) | Q(mine, place_id__in=[*given])


async def seen_where(viewer: Viewer, verb: str = "question.read") -> str:
    """The same condition in SQL, on a question called ``q``; it is made of numbers only."""
    places = wide_places(viewer, verb)
    if places is None:
        return "1=1"
    here = listed(sorted(places))
    mine, given = int(viewer.person_id or 0), listed(sorted(await given_places(viewer, verb)))
    return f"(q.place_id IN ({here}) OR q.place_id IN ({given}) AND (q.owner_id={mine} OR q.transfer_to_id={mine}))"


def is_theirs(question: Question, viewer: Viewer) -> bool:
    """Whether it is the viewer's own, or offered to them."""
    return viewer.person_id is not None and viewer.person_id in {question.owner_id, question.transfer_to_id}


async def on_desk(question_id: int, *, by: Viewer, verb: str) -> Question:
    """A question for a verb: NotFound unless they may see it, NotAllowed unless they may do the verb on it."""
    question = await Question.get_or_none(await seen_by(by), id=question_id)
    if question is None:
        raise NotFound("question.not_found")
    if not await may_do(question, by, verb):
        raise NotAllowed("not_allowed", verb=verb)
    return question


async def may_do(question: Question, by: Viewer, verb: str) -> bool:
    """Whether they may do a verb on a question that they see: one of their place, or one given or offered to them."""
    if may(by, verb, question.place_id):
        return True
    return is_theirs(question, by) and question.place_id in await given_places(by, verb)


def holds_it(question: Question, by: Viewer) -> bool:
    """Whether they are answering it now, own it, lead its place, or are the system."""
    if by.kind is ViewerKind.SYSTEM or by.person_id in {question.owner_id, question.claimed_by_id}:
        return True
    return leads(question, by)


def leads(question: Question, by: Viewer) -> bool:
    """Whether they lead the question's place."""
    return any(by.holds(role, question.place_id) for role in (RoleName.SECRETARY, RoleName.ADMIN))
