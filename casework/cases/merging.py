"""Several cases that are one, and one that is several: merged with all reporters told, or split."""

from __future__ import annotations

from casework import roster
from casework.cases import catalogue
from casework.cases.reporting import next_number, short
from casework.cases.sight import on_hand, visible
from casework.cases.steps import act, note_down, words
from casework.cases.telling import tell_reporters, tell_staff, tell_team
from casework.loop import CASE_STATES
from models import clock
from models.case import Case, CaseReporter, CaseSource
from models.errors import Invalid, WrongState
from models.transaction import transaction
from nlp.mask import mask
from people.viewers import Viewer


async def merge(case_id: int, *, by: Viewer, into: int, seen_version: int | None = None) -> Case:
    """合并: this case is the same as another, in which its reporters are from now on; each of them is told."""
    if case_id == into:
        raise Invalid("case.merge_itself")
    async with transaction():
        for locked in sorted((case_id, into)):
            await Case.filter(id=locked).select_for_update().first()
        case = await on_hand(case_id, by=by, verb="case.merge", seen_version=seen_version)
        target = await visible(into, by)
        _must_fit(case, target)
        await act(
            case,
            "case.merge",
            by=by,
            facts={"into": target.id, "number": target.number},
            merged_into_id=target.id,
            closed_at=clock.now(),
            transfer_to_id=None,
        )
        await tell_reporters(case, "case.merged", into=target.number)
        await tell_team(case, "case.merged", into=target.number)
        await _move_reporters(case, target)
        await Case.filter(merged_into_id=case.id).update(merged_into_id=target.id)
        await note_down(target, "case.take_in", by=by, is_public=False, facts={"from": case.id, "number": case.number})
    return target


def _must_fit(case: Case, target: Case) -> None:
    """Refuse another neighbourhood's, one that is closed, and private with public, which would show who reported."""
    if target.place_id != case.place_id or case.is_private is not target.is_private:
        raise Invalid("case.merge_apart")
    if not CASE_STATES[target.state].is_open:
        raise WrongState("case.merge_into_closed", number=target.number)


async def _move_reporters(case: Case, target: Case) -> None:
    """They hear of the other case from now on; who reported both is in it once."""
    known = {one.who: one for one in await CaseReporter.filter(case_id=target.id).only("id", "who", "left_at")}
    for reporter in await CaseReporter.filter(case_id=case.id, left_at__isnull=True).order_by("id"):
        who = reporter.who if not reporter.who.startswith("t") else f"t{case.id}.{reporter.id}"
        if who in known:
            await CaseReporter.filter(id=known[who].id).update(left_at=None)
            continue
        known[who] = await CaseReporter.create(
            created_at=reporter.created_at,
            case_id=target.id,
            who=who,
            conversation_id=reporter.conversation_id,
            person_id=reporter.person_id,
            name=reporter.name,
            phone_sealed=reporter.phone_sealed,
            came_with_id=reporter.came_with_id or case.id,
        )


async def split(
    case_id: int, *, by: Viewer, kind_key: str, text: str, where: str = "", seen_version: int | None = None
) -> Case:
    """拆分: a part of it is a case of its own, with the same reporters; gives the new one."""
    said = words(text)
    if not said:
        raise Invalid("case.empty")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.split", seen_version=seen_version)
        kind = await catalogue.kind_of(kind_key, case.place_id)
        part = await _part(case, kind_key=kind.id, text=mask(said).text, where=mask(short(where, 200)).text)
        part.is_private = part.is_private or kind.is_private
        await part.save(update_fields=["is_private"])
        for reporter in await CaseReporter.filter(case_id=case.id, left_at__isnull=True).order_by("id"):
            await CaseReporter.create(
                created_at=clock.now(),
                case_id=part.id,
                who=reporter.who,
                conversation_id=reporter.conversation_id,
                person_id=reporter.person_id,
                name=reporter.name,
                phone_sealed=reporter.phone_sealed,
                is_first=reporter.is_first,
            )
        await act(case, "case.split", by=by, facts={"into": part.id, "number": part.number})
        await note_down(part, "case.report", by=by, facts={"from": case.id, "number": case.number})
        await tell_reporters(part, "case.split", former=case.number)
        await tell_staff(part, [part.owner_id], "case.reported", work=kind.name)
    return part


async def _part(case: Case, *, kind_key: str, text: str, where: str) -> Case:
    now = clock.now()
    staff = {one.person_id for one in await roster.staff_of(case.place_id)}
    owner = case.owner_id if case.owner_id in staff else await roster.on_duty(case.place_id, now)
    return await Case.create(
        created_at=now,
        number=await next_number(case.place_id, None),
        place_id=case.place_id,
        kind_key=kind_key,
        source=CaseSource(case.source),
        text=text,
        where_text=where or case.where_text,
        who_text=case.who_text,
        when_text=case.when_text,
        on_behalf_of=case.on_behalf_of,
        behalf_person_id=case.behalf_person_id,
        estate_id=case.estate_id,
        building_id=case.building_id,
        latitude=case.latitude,
        longitude=case.longitude,
        is_private=case.is_private,
        owner_id=owner,
        split_from_id=case.id,
        question_id=case.question_id,
    )
