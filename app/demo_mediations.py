"""The demo's mediations and rooms: one in each main state, brought there by the verbs that do it for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from app.demo_cases import DemoDeed
from app.demo_deeds import Cast, on_its_day
from casework.mediation import agreements, applying, consents, ending, mediators, private, rooms, sessions
from casework.mediation.applying import Asked
from models import clock
from models.case import Case
from models.consultation import ConsultationSeat
from models.mediation import Mediation, MediationSession
from models.team import Team
from people.viewers import Viewer


class DemoMediation(BaseModel):
    """Something two sides do not agree about, asked for so many days ago, and what came of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    at: dt.time
    who: str
    other: str
    where: str = ""
    phone: str = ""
    matter: str
    private: str = ""
    then: tuple[DemoDeed, ...] = ()


class DemoRoom(BaseModel):
    """A room over the case whose words begin so; ``people`` sit in the fixed seats, ``names`` beside them, and ``team``
    is the unit; with ``conclusion`` and ``minutes`` it is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    at: dt.time
    case: str
    who: str
    where: str
    purpose: str
    people: Mapping[str, str]
    names: Mapping[str, str]
    team: str
    conclusion: str = ""
    minutes: str = ""


Do = Callable[[Mediation, Viewer, DemoDeed], Awaitable[object]]


async def _meet(one: Mediation, by: Viewer, deed: DemoDeed) -> object:
    at = clock.now() + dt.timedelta(days=deed.days, hours=1)
    return await sessions.meet(one.id, by=by, way=deed.way, at=at, where=deed.text)


async def _arrive(one: Mediation, by: Viewer, deed: DemoDeed) -> object:
    last = await MediationSession.filter(mediation_id=one.id).order_by("-id").first()
    assert last is not None
    return await sessions.arrive(last.id, by=by, party=deed.to)


async def _draft(one: Mediation, by: Viewer, deed: DemoDeed) -> object:
    day = clock.today() + dt.timedelta(days=deed.days)
    return await agreements.draft(one.id, by=by, text=deed.text, follow_up_on=day)


async def _confirm(one: Mediation, by: Viewer, _: DemoDeed) -> object:
    return await agreements.confirm(one.id, by=by, agreement=(await Mediation.get(id=one.id)).agreement_number)


DOES: Mapping[str, Do] = MappingProxyType(
    {
        "consent": lambda one, by, _: consents.consent(one.id, by=by),
        "refuse": lambda one, by, _: consents.refuse(one.id, by=by),
        "meet": _meet,
        "arrive": _arrive,
        "tell": lambda one, by, deed: private.tell(one.id, by=by, text=deed.text),
        "note": lambda one, by, deed: private.note(one.id, by=by, party=deed.to, text=deed.text),
        "draft": _draft,
        "confirm": _confirm,
        "fail": lambda one, by, deed: ending.fail(one.id, by=by, reason=deed.reason),
        "keep": lambda one, by, _: ending.keep(one.id, by=by),
    }
)


async def play(mediations: Sequence[DemoMediation], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything happen in the order of the list, each on its day."""
    for one in mediations:
        moment = on_its_day(one.ago, one.at, now)
        with clock.running_on(lambda moment=moment: moment):
            asked = Asked(one.matter, one.other, one.where, one.phone, one.private)
            made = await applying.apply(asked, by=await cast.viewer(one.who))
        for deed in one.then:
            moment = min(moment + dt.timedelta(minutes=deed.after), now)
            with clock.running_on(lambda moment=moment: moment):
                await _do(made, deed, cast=cast)


async def _do(made: Mediation, deed: DemoDeed, *, cast: Cast) -> None:
    by = await cast.viewer(deed.who)
    if deed.does == "choose":
        await mediators.choose(made.id, by=by, mediator_id=cast.people[deed.to])
        return
    await DOES[deed.does](made, by, deed)


async def play_rooms(found: Sequence[DemoRoom], *, cast: Cast, now: dt.datetime) -> None:
    """Call each room, and close those that have conclusions."""
    for one in found:
        moment = on_its_day(one.ago, one.at, now)
        with clock.running_on(lambda moment=moment: moment):
            await _room(one, cast=cast)


async def _room(one: DemoRoom, *, cast: Cast) -> None:
    case = await Case.get(place_id=cast.home, text__startswith=one.case)
    team, by = await Team.get(key=one.team), await cast.viewer(one.who)
    room = await rooms.call(
        case.id,
        by=by,
        at=clock.now() + dt.timedelta(days=1),
        where=one.where,
        purpose=one.purpose,
        people={key: cast.people[who] for key, who in one.people.items()},
        names=one.names,
        team_ids=[team.id],
    )
    if not one.minutes:
        return
    for seat in await ConsultationSeat.filter(consultation_id=room.id).order_by("id"):
        await rooms.arrive(room.id, by=by, seat_id=seat.id)
    await rooms.conclude(room.id, by=by, text=one.conclusion, seat_key=f"team-{team.id}")
    await rooms.close(room.id, by=by, minutes=one.minutes)
