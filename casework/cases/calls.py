"""约请: several units called to one place and time because of a case: who came, what each concluded, its rating."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases import teams
from casework.cases.sight import on_hand, visible
from casework.cases.steps import note_down, words
from casework.cases.telling import tell_staff
from casework.loop import CASE_STATES
from models import clock
from models.case import Case
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.team import CalledTeam, CallState, Team, UnitCall
from models.transaction import transaction
from models.wording import say_moment
from people.viewers import Viewer

LONGEST_AHEAD = dt.timedelta(days=60)
RATINGS = range(1, 6)


@dataclass(frozen=True, slots=True)
class CalledLine:
    """A unit that was called; ``is_mine``: the viewer belongs to it."""

    team_id: int
    name: str
    state: CallState
    came_at: dt.datetime | None
    conclusion: str
    rating: int | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with everybody who was called."""

    id: int
    where: str
    at: dt.datetime
    purpose: str
    teams: tuple[CalledLine, ...]


async def call(
    case_id: int, *, by: Viewer, team_ids: Sequence[int], at: dt.datetime, where: str, purpose: str
) -> UnitCall:
    """约请: call units to a place at a time; each is told, and sees the case from now on."""
    place_words, why = words(where)[:120], words(purpose)
    now, wanted = clock.now(), list(dict.fromkeys(team_ids))
    if not place_words or not why or not wanted:
        raise Invalid("case.call_incomplete")
    if not now <= at <= now + LONGEST_AHEAD:
        raise Invalid("case.call_time")
    async with transaction():
        case = await on_hand(case_id, by=by, verb="case.call")
        if not CASE_STATES[case.state].is_open:
            raise WrongState("case.call", state=case.state.value)
        called = [await teams.must_reach(team_id, case.place_id) for team_id in wanted]
        made = await UnitCall.create(
            created_at=now,
            case_id=case.id,
            place_id=case.place_id,
            where_text=place_words,
            at=at,
            purpose=why,
            by_id=by.person_id,
        )
        for team in called:
            await CalledTeam.create(created_at=now, call=made, team=team)
        facts = {"call": made.id, "teams": [team.id for team in called]}
        await note_down(case, "case.call", by=by, note=why, is_public=False, facts=facts)
        people = [person for team in called for person in await teams.people_of(team.id)]
        await tell_staff(case, people, "case.called", where=place_words, at=say_moment(at), purpose=why)
    return made


async def arrive(call_id: int, *, by: Viewer, team_id: int) -> CalledTeam:
    """到场: a unit is there, said by its people or by who called."""
    async with transaction():
        case, one = await _called(call_id, team_id, by, verb="case.arrive")
        await _change(one, state=CallState.ARRIVED, came_at=clock.now())
        await note_down(case, "case.arrive", by=by, is_public=False, facts={"call": call_id, "team": team_id})
    return one


async def miss(call_id: int, *, by: Viewer, team_id: int) -> CalledTeam:
    """未到: a unit that was called did not come; counted, and only sayable once its time has come."""
    async with transaction():
        case, one = await _called(call_id, team_id, by, verb="case.call")
        made = await UnitCall.get(id=call_id)
        if clock.now() < made.at:
            raise WrongState("case.call_not_yet")
        if one.state is CallState.ARRIVED:
            raise WrongState("case.call_came")
        await _change(one, state=CallState.ABSENT)
        await note_down(case, "case.miss", by=by, is_public=False, facts={"call": call_id, "team": team_id})
    return one


async def conclude(call_id: int, *, by: Viewer, team_id: int, text: str) -> CalledTeam:
    """结论: what a unit that came will do, in its own words."""
    said = words(text)
    if not said:
        raise Invalid("case.conclude_empty")
    async with transaction():
        case, one = await _called(call_id, team_id, by, verb="case.conclude")
        if one.state is not CallState.ARRIVED:
            raise WrongState("case.call_must_come")
        await _change(one, conclusion=said)
        facts = {"call": call_id, "team": team_id}
        await note_down(case, "case.conclude", by=by, note=said, is_public=False, facts=facts)
        await tell_staff(case, [case.owner_id], "case.concluded", note=said)
    return one


async def rate(call_id: int, *, by: Viewer, team_id: int, rating: int) -> CalledTeam:
    """评价单位: from 1 to 5, by who called and never by the unit itself."""
    if rating not in RATINGS:
        raise Invalid("case.call_rating")
    async with transaction():
        case, one = await _called(call_id, team_id, by, verb="case.call")
        if by.person_id in await teams.people_of(team_id):
            raise NotAllowed("case.call_rate_by_another")
        await _change(one, rating=rating)
        facts = {"call": call_id, "team": team_id, "rating": rating}
        await note_down(case, "case.rate_unit", by=by, is_public=False, facts=facts)
    return one


async def _called(call_id: int, team_id: int, by: Viewer, *, verb: str) -> tuple[Case, CalledTeam]:
    """A called unit of a case the viewer sees; a unit speaks for itself only."""
    made = await UnitCall.get_or_none(id=call_id)
    one = await CalledTeam.get_or_none(call_id=call_id, team_id=team_id)
    if made is None or one is None:
        raise NotFound("case.call_not_found")
    case = await on_hand(made.case_id, by=by, verb=verb, team_id=team_id)
    return case, one


async def _change(one: CalledTeam, **values: object) -> None:
    changed = await CalledTeam.filter(id=one.id, version=one.version).update(**values, version=one.version + 1)
    if changed != 1:
        raise Taken("case.call_changed")
    one.update_from_dict({**values, "version": one.version + 1})


async def calls(case_id: int, *, viewer: Viewer) -> list[CallLine]:
    """The calls of a case, the newest first; a unit sees who else was called and came, and not how they were rated."""
    case = await visible(case_id, viewer)
    found = await UnitCall.filter(case_id=case.id).order_by("-id").prefetch_related("teams__team")
    if not found:
        return []
    mine = set(await teams.teams_of(viewer.person_id)) if viewer.person_id is not None else set()
    return [
        CallLine(
            one.id,
            one.where_text,
            one.at,
            one.purpose,
            tuple(_line(called, called.team, mine) for called in sorted(one.teams, key=lambda called: called.id)),
        )
        for one in found
    ]


def _line(called: CalledTeam, team: Team, mine: set[int]) -> CalledLine:
    return CalledLine(
        team.id,
        team.name,
        called.state,
        called.came_at,
        called.conclusion,
        None if mine else called.rating,
        is_mine=team.id in mine,
    )
