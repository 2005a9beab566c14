"""What the one who reported does: adds words, objects, says whether it is solved, withdraws it; and how it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from casework import roster
from casework.asker import since_bound
from casework.cases import hearing, history, photos
from casework.cases.checking import must_be_contacted_and_checked
from casework.cases.dispatching import coordinators
from casework.cases.reporting import Facts
from casework.cases.sight import on_hand, wide_places
from casework.cases.steps import act, words
from casework.cases.telling import tell_reporters, tell_staff, tell_team
from casework.loop import CASE_STATES, DONE, REFUSED, REPLIED, STRUCK_OFF
from models import clock
from models.case import Case, CaseReporter
from models.errors import Invalid, NotFound, WrongState
from models.person import RoleName
from models.place import Level
from models.rules import rules
from models.transaction import fetch_one, transaction
from nlp.coordinates import point_in
from nlp.mask import mask
from people.ending import before
from people.permissions import allow
from people.viewers import Viewer, ViewerKind

_ENDED = frozenset({REPLIED, DONE, STRUCK_OFF, REFUSED})


THEIRS = (
    "FROM case_reporter r LEFT JOIN conversation v ON v.id=r.conversation_id LEFT JOIN contact c ON c.id=v.contact_id"
    f" WHERE r.left_at IS NULL AND (r.person_id=$1 OR c.id=$2 OR (c.person_id=$1 AND {since_bound('r')}))"
)
"""As what somebody stands in cases: $1 is their person, $2 the chat they speak from, whose ever it was before."""


_BEFORE = (
    "SELECT r.id FROM case_reporter r JOIN conversation v ON v.id=r.conversation_id JOIN contact c ON c.id=v.contact_id"
    " WHERE r.case_id=$1 AND r.left_at IS NULL AND c.address LIKE $2 ORDER BY r.id LIMIT 1"
)
"""The same of a chat that has gone on in another neighbourhood since."""


async def reporter_of(case_id: int, viewer: Viewer) -> CaseReporter | None:
    """As whom the viewer reported a case; a chat counts as the one who holds it now."""
    row = await fetch_one(
        f"SELECT r.id {THEIRS} AND r.case_id=$3 ORDER BY r.id LIMIT 1",
        viewer.person_id or 0,
        viewer.contact_id or 0,
        case_id,
    )
    row = row or await fetch_one(_BEFORE, case_id, before(viewer.contact_id or 0))
    return await CaseReporter.get(id=row["id"]) if row else None


async def _reported(case_id: int, by: Viewer, verb: str, *, for_other: bool) -> tuple[Case, CaseReporter]:
    """A case for who reported it; where somebody without a chat did, staff may pass on what they are told by them."""
    case = await Case.get_or_none(id=case_id)
    reporter = await reporter_of(case_id, by) if case is not None else None
    if case is None:
        raise NotFound("case.not_found")
    if reporter is not None:
        allow(by, verb, None)
        return case, reporter
    places = wide_places(by, "case.take_down")
    if not for_other or not (places is None or case.place_id in places):
        raise NotFound("case.not_found")
    spoken = CaseReporter.filter(case_id=case_id, conversation_id=None, person_id=None, left_at__isnull=True)
    if (told_by := await spoken.order_by("id").first()) is None:
        raise NotFound("case.not_found")
    return case, told_by


_FACTS = ("who_text", "when_text", "where_text", "how_text", "latitude", "longitude")


def _missing(case: Case, facts: Facts) -> dict[str, Any]:
    """Of what is told now, what the case does not know yet."""
    return {name: value for name, value in facts.columns().items() if name in _FACTS and not getattr(case, name)}


async def add(case_id: int, *, by: Viewer, text: str, who: str = "", when: str = "", how: str = "") -> Case:
    """补充: more words of the one who reported; what they say of the facts is kept where the report did not say it, and
    the point they sent."""
    said = mask(words(text)).text
    if not said:
        raise Invalid("case.empty")
    async with transaction():
        case, _ = await _reported(case_id, by, "case.add", for_other=True)
        facts = Facts(case.kind_key, text, who=who, when=when, how=how, where=text if point_in(text) else "")
        await act(case, "case.add", by=by, note=said, is_public=False, **_missing(case, facts))
        await tell_staff(case, [case.owner_id], "case.added", note=said)
        await tell_team(case, "case.added", note=said)
    return case


async def bring_photos(case_id: int, *, by: Viewer, line_ids: Collection[int]) -> Case:
    """补照片: what came later with lines of the conversation is put to the case."""
    async with transaction():
        case, _ = await _reported(case_id, by, "case.add", for_other=False)
        await photos.take_along(line_ids, case=case, by=by)
    return case


async def object_to(case_id: int, *, by: Viewer, text: str = "") -> Case:
    """有异议: one press. While it is being worked on the owner and who leads hear of it; after that it is done over."""
    said = mask(words(text)).text
    async with transaction():
        case, reporter = await _reported(case_id, by, "case.object", for_other=True)
        if case.state in _ENDED:
            return await _do_over(case, reporter, by=by, note=said)
        await act(case, "case.object", by=by, note=said, is_public=False)
        await tell_staff(case, [case.owner_id, *await coordinators(case)], "case.objected", note=said)
    return case


async def rate(case_id: int, *, by: Viewer, solved: bool | None = None, satisfied: bool | None = None) -> Case:
    """评价: solved and satisfied, apart, each once and optional. Solved ends it; not solved opens it again."""
    given = {name: said for name, said in (("solved", solved), ("satisfied", satisfied)) if said is not None}
    if not given:
        raise Invalid("case.rate_empty")
    async with transaction():
        case, reporter = await _reported(case_id, by, "case.rate", for_other=True)
        known = {name: getattr(reporter, name) for name in given}
        if known == given:
            return case
        if any(known[name] not in {None, said} for name, said in given.items()):
            raise WrongState("case.rated", number=case.number)
        await act(case, "case.rate", by=by, is_public=False, facts={**given, "reporter": reporter.id})
        await CaseReporter.filter(id=reporter.id).update(**given)
        if satisfied is False:
            await tell_staff(case, [case.owner_id, *await coordinators(case)], "case.dissatisfied")
        if solved is False:
            return await _do_over(case, reporter, by=by, note="", is_answered=True)
        if solved and case.state is REPLIED:
            await _close(case, by=by, note="", but=reporter.id)
    return case


async def reopen(case_id: int, *, by: Viewer, text: str = "", is_answered: bool = False) -> Case:
    """重办: the same number, the shorter clock, one level up; ``is_answered``: they hear so where they said it."""
    async with transaction():
        case, reporter = await _reported(case_id, by, "case.reopen", for_other=True)
        return await _do_over(case, reporter, by=by, note=mask(words(text)).text, is_answered=is_answered)


async def _do_over(case: Case, reporter: CaseReporter, *, by: Viewer, note: str, is_answered: bool = False) -> Case:
    settings = rules().cases
    if _is_long_over(case):
        raise WrongState("case.too_late", number=case.number, days=settings.reopen_days)
    owner, level = await _one_up(case)
    changes = {
        "owner_id": owner,
        "level": level,
        "team_id": None,
        "handler_id": None,
        "transfer_to_id": None,
        "closed_at": None,
        "erased_at": None,
    }
    facts = {"reporter": reporter.id, "refused": case.state is REFUSED}
    former = case.owner_id
    await act(case, "case.reopen", by=by, note=note, facts=facts, **changes)
    await CaseReporter.filter(id=reporter.id).update(solved=False)
    await tell_staff(case, [owner, former], "case.reopened", note=note)
    but = reporter.id if is_answered else None
    await tell_reporters(case, "case.reopened", but=but, days=settings.redo_days)
    return case


def _is_long_over(case: Case) -> bool:
    return case.closed_at is not None and clock.now() - case.closed_at > dt.timedelta(days=rules().cases.reopen_days)


def may_be_done_over(case: Case) -> bool:
    """Whether it has ended, and not too long ago for its reporter to have it done over."""
    return case.state in _ENDED and not _is_long_over(case)


async def _one_up(case: Case) -> tuple[int, Level]:
    """Who does it over: who leads the place, or, where they had it already, the desk above it."""
    staff = await roster.staff_of(case.place_id)
    leads = [one.person_id for one in staff if RoleName.SECRETARY in one.roles]
    above = [one.person_id for one in staff if RoleName.SUBDISTRICT_DESK in one.roles]
    if leads and case.owner_id not in leads and case.level is Level.NEIGHBOURHOOD:
        return leads[0], case.level
    if above:
        return (case.owner_id if case.owner_id in above else above[0]), _at_least_subdistrict(case.level)
    known = {one.person_id for one in staff}
    kept = case.owner_id if case.owner_id in known else await roster.on_duty(case.place_id, clock.now())
    return kept, _at_least_subdistrict(case.level)


def _at_least_subdistrict(level: Level) -> Level:
    return Level.SUBDISTRICT if level is Level.NEIGHBOURHOOD else level


async def close(case_id: int, *, by: Viewer, note: str = "", seen_version: int | None = None) -> Case:
    """办结: after the answer, where nobody says that it is not solved."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.close", seen_version=seen_version)
        if case.state is REPLIED and by.kind is not ViewerKind.SYSTEM:
            await _must_be_said_or_silent(case)
        await _close(case, by=by, note=words(note))
    return case


async def _must_be_said_or_silent(case: Case) -> None:
    """Refuse an end before the resident's word."""
    if (why := await _why_not_yet(case, await CaseReporter.filter(case_id=case.id, left_at__isnull=True))) is not None:
        raise why


async def may_end(case: Case, reporters: Sequence[CaseReporter]) -> bool:
    """Whether an answered case may be ended as far as the word of those who reported it goes."""
    return await _why_not_yet(case, reporters) is None


async def _why_not_yet(case: Case, reporters: Sequence[CaseReporter]) -> WrongState | None:
    """Somebody who reported it says it is not solved, or nobody has said anything and was not silent for the days of
    the rules. A patrol's finding has nobody to ask."""
    if any(one.solved is False for one in reporters):
        return WrongState("case.not_solved", number=case.number)
    if not reporters or any(one.solved for one in reporters):
        return None
    ends = await ends_at(case)
    if ends is None:
        return WrongState("case.not_heard", number=case.number)
    is_early = ends > clock.now()
    days = rules().cases.silence_close_days
    return WrongState("case.wait_for_word", number=case.number, days=days) if is_early else None


async def ends_at(case: Case) -> dt.datetime | None:
    """When nobody will have said anything since they heard the answer for the days of the rules; None while somebody
    has not heard it."""
    since = await hearing.silent_since(case.id, (await history.history(case.id)).said_at)
    return None if since is None else since + dt.timedelta(days=rules().cases.silence_close_days)


async def _close(case: Case, *, by: Viewer, note: str, but: int | None = None) -> None:
    await must_be_contacted_and_checked(case, "case.close")
    await act(case, "case.close", by=by, note=note, closed_at=clock.now(), transfer_to_id=None)
    await tell_reporters(case, "case.closed", asks=True, but=but, days=rules().cases.reopen_days)


async def withdraw(case_id: int, *, by: Viewer, text: str = "") -> Case:
    """撤回: the one who reported wants it no more. Where others joined it, only they leave it."""
    async with transaction():
        case, reporter = await _reported(case_id, by, "case.withdraw", for_other=False)
        await Case.filter(id=case.id).select_for_update().first()
        others = CaseReporter.filter(case_id=case.id, left_at__isnull=True)
        if await others.exclude(id=reporter.id).exists():
            if not CASE_STATES[case.state].is_open:
                raise WrongState("case.withdraw", state=case.state.value)
            await CaseReporter.filter(id=reporter.id).update(left_at=clock.now())
            return case
        said = mask(words(text)).text
        await act(case, "case.withdraw", by=by, note=said, closed_at=clock.now(), transfer_to_id=None)
        await tell_staff(case, [case.owner_id], "case.withdrawn", note=said)
        await tell_team(case, "case.withdrawn", note=said)
    return case
