"""Whether it is done in fact: checked by another than who did it, answered to the resident, struck off at last."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from casework.blanks import must_be_filled
from casework.cases import hearing, history, results
from casework.cases.history import History
from casework.cases.photos import keep_photos
from casework.cases.sight import must_coordinate, must_own, on_hand
from casework.cases.steps import act, words
from casework.cases.telling import tell_reporters, tell_staff, tell_team
from models.case import Case, CaseReporter, PhotoKind
from models.errors import Invalid, NotAllowed, WrongState
from models.transaction import transaction
from people.viewers import Viewer


class CheckWay(StrEnum):
    """How somebody made sure of it."""

    ON_THE_SPOT = "on_the_spot"
    BY_PHONE = "by_phone"
    BY_PHOTO = "by_photo"


async def check(
    case_id: int,
    *,
    by: Viewer,
    way: CheckWay | str,
    note: str = "",
    photos: Sequence[int] = (),
    seen_version: int | None = None,
) -> Case:
    """核查: somebody who did not do the work says that it is done."""
    if way not in {*CheckWay}:
        raise Invalid("case.check_needs_way")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.check", seen_version=seen_version)
        await _must_be_another(case, by)
        facts = {"way": CheckWay(way).value}
        step_id = await act(case, "case.check", by=by, note=words(note), facts=facts)
        await keep_photos(case, photos, kind=PhotoKind.AFTER, by=by, step_id=step_id)
    return case


async def fail_check(case_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> Case:
    """核查不通过: it is not done; back to whoever handled it, with what is missing."""
    said = words(note)
    if not said:
        raise Invalid("case.check_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.fail_check", seen_version=seen_version)
        await _must_be_another(case, by)
        await act(case, "case.fail_check", by=by, note=said, is_public=False)
        await tell_team(case, "case.check_failed", note=said)
        await tell_staff(case, [case.owner_id, case.handler_id], "case.check_failed", note=said)
    return case


async def _must_be_another(case: Case, by: Viewer) -> None:
    """Refuse everybody who handled it in this round."""
    if not may_check(await history.history(case.id), by):
        raise NotAllowed("case.check_by_another")


def may_check(past: History, by: Viewer) -> bool:
    """Whether they are somebody who did not do the work in this round."""
    return by.person_id is not None and by.person_id not in past.handlers


def may_strike_off(past: History, by: Viewer) -> bool:
    """Whether they are somebody who neither did nor checked it in this round."""
    return may_check(past, by) and by.person_id not in past.checkers


async def reply(case_id: int, *, by: Viewer, text: str, seen_version: int | None = None) -> Case:
    """答复: what was done, said to everybody who reported it, with the question whether it is solved.

    Refused while nobody has spoken with the one who reported, and while it is not checked.
    """
    said = must_be_filled(words(text))
    if not said:
        raise Invalid("case.reply_empty")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.reply", seen_version=seen_version)
        must_own(case, by, "case.reply")
        await must_be_contacted_and_checked(case, "case.reply")
        await CaseReporter.filter(case_id=case.id).update(solved=None, satisfied=None, answer_lines="", reached_at=None)
        await act(case, "case.reply", by=by, note=said, transfer_to_id=None)
        await hearing.keep(await tell_reporters(case, "case.replied", asks=True, staff=by.name, text=said))
        await results.tell_outside(case)
        await results.tell_followers(case, but=by.person_id)
    return case


async def must_be_contacted_and_checked(case: Case, verb: str) -> None:
    """Refuse an end on paper: without a word with the resident, or unchecked, in this round."""
    past = await history.history(case.id)
    if not past.contacted:
        raise WrongState("case.not_contacted", verb=verb)
    if not past.checked:
        raise WrongState("case.not_checked", verb=verb)


async def strike_off(
    case_id: int, *, by: Viewer, way: CheckWay | str, note: str, seen_version: int | None = None
) -> Case:
    """销号: struck off the ledger, after somebody who neither did nor checked it made sure once more.

    Refused while somebody who reported it says that it is not solved.
    """
    said = words(note)
    if way not in {*CheckWay} or not said:
        raise Invalid("case.strike_needs_proof")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.strike_off", seen_version=seen_version)
        await must_coordinate(case, by, "case.strike_off")
        if not may_strike_off(await history.history(case.id), by):
            raise NotAllowed("case.strike_by_another")
        if await CaseReporter.exists(case_id=case.id, solved=False):
            raise WrongState("case.not_solved", number=case.number)
        await act(case, "case.strike_off", by=by, note=said, is_public=True, facts={"way": CheckWay(way).value})
    return case
