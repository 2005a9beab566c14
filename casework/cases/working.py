"""What is done about a case: the resident is spoken with first, the work is done, the clock stops and goes on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from casework.blanks import must_be_filled
from casework.cases import history
from casework.cases.photos import keep_photos
from casework.cases.sight import must_coordinate, on_hand
from casework.cases.steps import act, words
from casework.cases.telling import tell_reporters, tell_staff, tell_team, tell_watchers
from models.case import Case, CaseReporter, PhotoKind
from models.errors import Invalid, NotAllowed, WrongState
from models.rules import rules
from models.transaction import transaction
from models.wording import say, say_moment
from people.viewers import Viewer


class ContactWay(StrEnum):
    """How somebody spoke with the one who reported."""

    PHONE = "phone"
    VISIT = "visit"
    CHAT = "chat"
    NOBODY = "nobody"


class PauseReason(StrEnum):
    """For what a case waits while its clock stands still."""

    RESIDENT = "resident"
    MATERIAL = "material"
    OTHER_UNIT = "other_unit"
    APPROVAL = "approval"
    WEATHER = "weather"


async def contact(
    case_id: int, *, by: Viewer, way: ContactWay | str, note: str, seen_version: int | None = None
) -> Case:
    """先行联系: on record how the one who reported was spoken with and what was said; by chat it is said there.

    ``nobody``: a patrol's finding has nobody to speak with, and what was seen on the spot is noted instead.
    """
    if way not in {*ContactWay}:
        raise Invalid("case.contact_needs_way")
    said = must_be_filled(words(note))
    if not said:
        raise Invalid("case.contact_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.contact", seen_version=seen_version)
        await _must_fit(ContactWay(way), case)
        await act(case, "case.contact", by=by, note=said, facts={"way": ContactWay(way).value})
        if ContactWay(way) is ContactWay.CHAT:
            await tell_reporters(case, "case.contacted", staff=by.name, note=said)
    return case


async def _must_fit(way: ContactWay, case: Case) -> None:
    """Refuse to have spoken with nobody where somebody can be spoken with, and in a chat where nobody has one."""
    standing = await CaseReporter.filter(case_id=case.id, left_at__isnull=True)
    has_chat = any(one.conversation_id is not None or one.person_id is not None for one in standing)
    if way is ContactWay.CHAT and not has_chat:
        raise Invalid("case.contact_no_chat")
    if way is ContactWay.NOBODY and (has_chat or any(one.phone_sealed is not None for one in standing)):
        raise Invalid("case.contact_somebody")


async def handle(
    case_id: int,
    *,
    by: Viewer,
    note: str,
    before: Sequence[int] = (),
    after: Sequence[int] = (),
    seen_version: int | None = None,
) -> Case:
    """处置: what was done, with photos from before and after; somebody else checks it."""
    said = words(note)
    if not said:
        raise Invalid("case.handle_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.handle", seen_version=seen_version)
        step_id = await act(case, "case.handle", by=by, note=said, handler_id=by.person_id)
        await keep_photos(case, before, kind=PhotoKind.BEFORE, by=by, step_id=step_id)
        await keep_photos(case, after, kind=PhotoKind.AFTER, by=by, step_id=step_id)
        await tell_staff(case, [case.owner_id], "case.handled", note=said)
        await tell_watchers(case, "case.moved", but=by.person_id, verb=say("cases.verb.handle"))
    return case


async def pause(
    case_id: int, *, by: Viewer, reason: PauseReason | str, note: str, seen_version: int | None = None
) -> Case:
    """暂停: the clock stands still for a reason of the list, which the reporters hear."""
    if reason not in {*PauseReason}:
        raise Invalid("case.pause_needs_reason")
    said = words(note)
    if not said:
        raise Invalid("case.pause_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.pause", seen_version=seen_version)
        await act(case, "case.pause", by=by, note=said, facts={"reason": PauseReason(reason).value})
        why = say(f"cases.pause.{PauseReason(reason).value}")
        await tell_reporters(case, "case.paused", reason=why, note=said)
        await tell_staff(case, [case.owner_id], "case.paused", reason=why, note=said)
    return case


async def resume(case_id: int, *, by: Viewer, note: str = "", seen_version: int | None = None) -> Case:
    """恢复: the clock goes on; what it stood still does not count."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.resume", seen_version=seen_version)
        await act(case, "case.resume", by=by, note=words(note))
        await tell_team(case, "case.resumed", due=say_moment(case.due_at) if case.due_at else "")
    return case


async def ask_longer(case_id: int, *, by: Viewer, days: int, note: str, seen_version: int | None = None) -> Case:
    """申请延期: a longer limit in working days, counted from the same day; somebody else approves it."""
    said = words(note)
    if not said:
        raise Invalid("case.longer_needs_note")
    most = rules().cases.complex_days
    if not 1 <= days <= most:
        raise Invalid("case.longer_too_long", most=most)
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.ask_longer", seen_version=seen_version)
        await act(case, "case.ask_longer", by=by, note=said, is_public=False, facts={"days": days})
        await tell_staff(case, [case.owner_id], "case.longer_asked", days=days, note=said, staff=by.name)
    return case


async def prolong(case_id: int, *, by: Viewer, note: str = "", seen_version: int | None = None) -> Case:
    """同意延期: the limit that was asked for holds; who reported it hears the new day and why."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.prolong", seen_version=seen_version)
        await must_coordinate(case, by, "case.prolong")
        days, asker = await _wanted(case, "case.prolong")
        if not may_prolong(asker, by):
            raise NotAllowed("case.longer_by_another")
        await act(case, "case.prolong", by=by, note=words(note), facts={"days": days})
        due = say_moment(case.due_at) if case.due_at else ""
        await tell_reporters(case, "case.prolonged", due=due)
        await tell_team(case, "case.prolonged", due=due)
    return case


def may_prolong(asker: int | None, by: Viewer) -> bool:
    """Whether they are somebody else than who asked for it."""
    return asker != by.person_id


async def refuse_longer(case_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> Case:
    """不同意延期: the limit stays as it was."""
    said = words(note)
    if not said:
        raise Invalid("case.longer_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.refuse_longer", seen_version=seen_version)
        await must_coordinate(case, by, "case.refuse_longer")
        await _wanted(case, "case.refuse_longer")
        await act(case, "case.refuse_longer", by=by, note=said, is_public=False)
        await tell_team(case, "case.longer_refused", note=said)
    return case


async def _wanted(case: Case, verb: str) -> tuple[int, int | None]:
    wanted = (await history.history(case.id)).wanted_days
    if wanted is None:
        raise WrongState(verb, state=case.state.value)
    return wanted
