"""What the owner does first: takes a case on, refuses it with a reason of the list and where to go, sets its kind."""

from __future__ import annotations

from enum import StrEnum

from casework.cases import catalogue
from casework.cases.sight import must_own, on_hand
from casework.cases.steps import act, words
from casework.cases.telling import tell_reporters, tell_watchers
from models import clock
from models.case import Case
from models.errors import Invalid
from models.transaction import transaction
from models.wording import say
from people.viewers import Viewer


class RefusalReason(StrEnum):
    """Why a case is not taken on (不受理)."""

    NOT_OURS = "not_ours"
    OTHER_PLACE = "other_place"
    LAW = "law"
    COURT = "court"
    BETWEEN_NEIGHBOURS = "between_neighbours"
    NO_FACTS = "no_facts"
    NOT_PUBLIC = "not_public"


async def accept(case_id: int, *, by: Viewer, seen_version: int | None = None) -> Case:
    """受理: take it on; those who reported it hear who does and by when."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.accept", seen_version=seen_version)
        await act(case, "case.accept", by=by)
        await tell_reporters(case, "case.accepted", staff=by.name)
        await tell_watchers(case, "case.moved", but=by.person_id, verb=say("cases.verb.accept"))
    return case


async def refuse(
    case_id: int,
    *,
    by: Viewer,
    reason: RefusalReason | str,
    where_to: str,
    note: str = "",
    seen_version: int | None = None,
) -> Case:
    """不受理: only for a reason of the list, and only with where to go instead."""
    if reason not in {*RefusalReason}:
        raise Invalid("case.refuse_needs_reason")
    goes = words(where_to)
    if len(goes) < 2:
        raise Invalid("case.refuse_needs_where")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.refuse", seen_version=seen_version)
        must_own(case, by, "case.refuse")
        facts = {"reason": RefusalReason(reason).value}
        ends = {"closed_at": clock.now(), "transfer_to_id": None}
        await act(case, "case.refuse", by=by, note="\n".join(filter(None, (goes, words(note)))), facts=facts, **ends)
        why = say(f"cases.refusal.{RefusalReason(reason).value}")
        await tell_reporters(case, "case.refused", reason=why, where_to=goes)
    return case


async def classify(case_id: int, *, by: Viewer, kind_key: str, seen_version: int | None = None) -> Case:
    """改类别: another kind of work, and with it another limit; what was private stays so."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.classify", seen_version=seen_version)
        kind = await catalogue.kind_of(kind_key, case.place_id)
        facts = {"from": case.kind_key, "to": kind.id}
        private = case.is_private or kind.is_private
        await act(case, "case.classify", by=by, is_public=False, facts=facts, kind_key=kind.id, is_private=private)
    return case
