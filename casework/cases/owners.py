"""Whose case it is: the first owner (首问) keeps it until the other has accepted; whoever leaves is replaced."""

from __future__ import annotations

from functools import partial

from casework import roster
from casework.cases import reading
from casework.cases.sight import must_own, on_hand
from casework.cases.steps import act, words
from casework.cases.telling import tell_staff
from casework.loop import OPEN_CASES_SQL
from casework.roster import Staff
from models import clock
from models.case import Case
from models.errors import Invalid, NotAllowed, Taken
from models.transaction import transaction
from people.viewers import SYSTEM, Viewer

LEFT_BEHIND = (
    f"FROM place n CROSS JOIN cases c WHERE c.place_id=n.id AND c.state IN ({OPEN_CASES_SQL})"
    f" AND {roster.has_left('c.owner_id', 'c.place_id')}"
)
"""SQL: open cases ``c`` whose owner may answer for their place ``n`` no more. Place by place (SQLite keeps the order of
a CROSS JOIN), so that an index leads to the open ones and a million that have ended are not read."""


async def transfer(case_id: int, *, by: Viewer, to: int, note: str = "", seen_version: int | None = None) -> Case:
    """转交: offer it to another person of the place or to the subdistrict's desk; nothing changes hands yet."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.transfer", seen_version=seen_version)
        must_own(case, by, "case.transfer")
        if to == case.transfer_to_id:
            raise Taken("case.changed", number=case.number)
        if to == case.owner_id or to not in {one.person_id for one in await roster.staff_of(case.place_id)}:
            raise Invalid("case.cannot_take_it")
        await act(case, "case.transfer", by=by, note=words(note), is_public=False, transfer_to_id=to, facts={"to": to})
        await tell_staff(case, [to], "case.offered", staff=by.name, note=words(note))
    return case


async def receive(case_id: int, *, by: Viewer, seen_version: int | None = None) -> Case:
    """接收: become the owner."""
    async with transaction():
        case = await _offered(case_id, by, "case.receive", seen_version=seen_version)
        former = case.owner_id
        changes = {"owner_id": by.person_id, "transfer_to_id": None}
        await act(case, "case.receive", by=by, is_public=False, facts={"from": former}, **changes)
        await tell_staff(case, [former], "case.received", staff=by.name)
    return case


async def decline(case_id: int, *, by: Viewer, note: str = "", seen_version: int | None = None) -> Case:
    """谢绝: leave it with its owner, who hears so."""
    async with transaction():
        case = await _offered(case_id, by, "case.decline", seen_version=seen_version)
        await act(case, "case.decline", by=by, note=words(note), is_public=False, transfer_to_id=None)
        await tell_staff(case, [case.owner_id], "case.declined", staff=by.name, note=words(note))
    return case


async def _offered(case_id: int, by: Viewer, verb: str, *, seen_version: int | None) -> Case:
    case = await on_hand(case_id, by=by, verb=verb, seen_version=seen_version)
    if case.transfer_to_id != by.person_id or by.person_id is None:
        raise NotAllowed("case.not_offered")
    return case


async def takers(case_id: int, *, viewer: Viewer) -> list[Staff]:
    """Everybody to whom the viewer may offer a case; nobody, where it is not theirs to hand on."""
    case = await on_hand(case_id, by=viewer, verb="case.read")
    try:
        must_own(case, viewer, "case.transfer")
    except NotAllowed:
        return []
    kept = {case.owner_id, case.transfer_to_id}
    staff = await reading.kept(("staff", case.place_id), partial(roster.staff_of, case.place_id))
    return [one for one in staff if one.person_id not in kept]


async def take_over(case: Case) -> Case:
    """换责任人: give a case whose owner has left to the person now on duty."""
    async with transaction():
        owner = await roster.on_duty(case.place_id, clock.now())
        former = case.owner_id
        kept = None if case.transfer_to_id == owner else case.transfer_to_id
        changes = {"owner_id": owner, "transfer_to_id": kept}
        await act(case, "case.take_over", by=SYSTEM, is_public=False, facts={"from": former}, **changes)
        await tell_staff(case, [owner], "case.taken_over")
    return case
