"""Sending a case to a team and back: dispatched, taken up, sent back with a reason, decided, put on the list of what is
nobody's yet (挂账)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.cases import catalogue, history, teams
from casework.cases.sight import must_coordinate, must_own, on_hand, rights, visible
from casework.cases.steps import act, words
from casework.cases.telling import tell_reporters, tell_staff, tell_team
from casework.loop import REPORTED
from casework.roster import staff_of
from models.case import Case
from models.errors import Invalid, WrongState
from models.person import RoleName
from models.place import Level
from models.rules import rules
from models.team import Team
from models.transaction import transaction
from models.wording import say, say_moment
from people.viewers import Viewer


class ReturnReason(StrEnum):
    """Why a unit sends a case back (退单)."""

    NOT_OUR_JOB = "not_our_job"
    OTHER_AREA = "other_area"
    FACTS_MISSING = "facts_missing"
    NEEDS_OTHERS = "needs_others"
    NO_ACCESS = "no_access"


async def dispatch(
    case_id: int, *, by: Viewer, team_id: int | None = None, note: str = "", seen_version: int | None = None
) -> Case:
    """派单: give the case to a team and start its clock. Without a team: to the one whose kind of work it is."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.dispatch", seen_version=seen_version)
        if case.state is REPORTED:
            await act(case, "case.accept", by=by)
        team = await _team(case, team_id)
        await act(case, "case.dispatch", by=by, note=words(note), is_public=True, team_id=team.id)
        await _tell_sent(case, team)
    return case


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A team to which a case may be sent."""

    id: int
    name: str


async def to_whom(case_id: int, *, viewer: Viewer) -> list[UnitLine]:
    """派给谁: the teams that take work of a case's place, its own first; none for whoever sends it to nobody."""
    case = await visible(case_id, viewer)
    may = await rights(case, viewer)
    if not any(may(verb) for verb in ("case.dispatch", "case.decide", "case.call")):
        return []
    return [UnitLine(row["id"], row["name"]) for row in await teams.taking_work_of(case.place_id)]


async def _team(case: Case, team_id: int | None) -> Team:
    if team_id is not None:
        return await teams.must_reach(team_id, case.place_id)
    kind = await catalogue.kind_of(case.kind_key, case.place_id)
    team = await teams.team_for(kind, case.place_id, estate_id=case.estate_id)
    if team is None:
        raise WrongState("case.no_team", kind=kind.name)
    return team


async def _tell_sent(case: Case, team: Team) -> None:
    due = say_moment(case.due_at) if case.due_at else ""
    await tell_team(case, "case.dispatched", due=due)
    await tell_reporters(case, "case.sent_to", team=team.name, due=due)


async def take_up(case_id: int, *, by: Viewer, seen_version: int | None = None) -> Case:
    """接单: the team has it and begins."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.take_up", seen_version=seen_version)
        await act(case, "case.take_up", by=by)
    return case


async def send_back(
    case_id: int, *, by: Viewer, reason: ReturnReason | str, note: str, seen_version: int | None = None
) -> Case:
    """退单: back to the owner, for a reason of the list and in words. After the second one somebody must decide."""
    if reason not in {*ReturnReason}:
        raise Invalid("case.return_needs_reason")
    said = words(note)
    if not said:
        raise Invalid("case.return_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.send_back", seen_version=seen_version)
        past = await history.history(case.id)
        must_decide = past.returns + 1 >= rules().cases.most_returns
        verb = "case.send_back_again" if must_decide else "case.send_back"
        facts = {"reason": ReturnReason(reason).value, "team": case.team_id}
        await act(case, verb, by=by, note=said, is_public=False, facts=facts, team_id=None, handler_id=None)
        told = {"reason": say(f"cases.return.{ReturnReason(reason).value}"), "note": said}
        await tell_staff(case, [case.owner_id], "case.sent_back", **told)
        if must_decide:
            await tell_staff(case, await coordinators(case), "case.undecided", **told)
    return case


async def coordinators(case: Case) -> list[int]:
    """Who must decide between units: who leads the place, and above it once the case was handed up."""
    wanted = {RoleName.SECRETARY} if case.level is Level.NEIGHBOURHOOD else {RoleName.SUBDISTRICT_DESK}
    found = [person.person_id for person in await staff_of(case.place_id) if person.roles & wanted]
    return found or [case.owner_id]


async def decide(case_id: int, *, by: Viewer, team_id: int, note: str, seen_version: int | None = None) -> Case:
    """裁定: whose it is, with reasons; counting of returns begins anew."""
    said = words(note)
    if not said:
        raise Invalid("case.decide_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.decide", seen_version=seen_version)
        await must_coordinate(case, by, "case.decide")
        team = await teams.must_reach(team_id, case.place_id)
        await act(case, "case.decide", by=by, note=said, is_public=False, team_id=team.id)
        await _tell_sent(case, team)
    return case


async def hang(case_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> Case:
    """挂账: nobody can do it now; it stands on a list that everybody here sees, and its reporters hear why."""
    said = words(note)
    if not said:
        raise Invalid("case.hang_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.hang", seen_version=seen_version)
        await must_coordinate(case, by, "case.hang")
        await act(case, "case.hang", by=by, note=said)
        await tell_reporters(case, "case.hung", note=said)
    return case


async def unhang(case_id: int, *, by: Viewer, note: str = "", seen_version: int | None = None) -> Case:
    """取消挂账: it can be worked on again."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.unhang", seen_version=seen_version)
        await must_coordinate(case, by, "case.unhang")
        await act(case, "case.unhang", by=by, note=words(note), team_id=None)
        await tell_staff(case, [case.owner_id], "case.unhung")
    return case


async def escalate(case_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> Case:
    """上报街道: hand it up to the subdistrict's desk, which then sees it; it stays with its owner."""
    said = words(note)
    if not said:
        raise Invalid("case.escalate_needs_note")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.escalate", seen_version=seen_version)
        must_own(case, by, "case.escalate")
        if case.level is not Level.NEIGHBOURHOOD:
            raise WrongState("case.escalate", state=case.state.value)
        await act(case, "case.escalate", by=by, note=said, level=Level.SUBDISTRICT)
        await tell_staff(case, await coordinators(case), "case.handed_up", note=said)
    return case
