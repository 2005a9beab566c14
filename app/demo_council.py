"""Meetings and key small matters of the demo: called, held, collected, chosen and struck off through the verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from app.demo_proposals import neighbours
from casework.ledgers import keeping
from forum.key_matters import carrying, planning, putting, rating, sorting
from forum.key_matters.carrying import Ballot
from forum.key_matters.steps import DATED, Days, S, move
from forum.meetings import attending, calling, inviting, keepers, minutes, telling
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from forum.votes import casting, counting
from forum.votes import showing as votes
from models import clock
from models.rules import in_force
from people.viewers import SYSTEM

LASTED = dt.timedelta(minutes=90)
"""How long a meeting of the demo takes."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoConclusion(_Shape):
    """A line of what was concluded; ``within``: so many days it is to take."""

    text: str
    outcome: str
    who: str = ""
    within: int | None = None


class DemoMeeting(_Shape):
    """Called ``called`` days ago to be held ``ago`` days ago (less than none: it is yet to come) at ``hour``."""

    called: int
    ago: int
    hour: int = 19
    kind: str
    title: str
    agenda: str
    venue: str
    invited: tuple[str, ...]
    outside: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    minutes: str = ""
    conclusions: tuple[DemoConclusion, ...] = ()
    addendum: str = ""


class DemoPut(_Shape):
    """A matter and who put it; left out for a ``reason``; chosen, ``who`` answers for it ``within`` so many days, and
    it was done and checked so many days ago."""

    by: str
    title: str
    text: str = ""
    reason: str = ""
    who: str = ""
    within: int = 30
    claimed: int | None = None
    checked: int | None = None
    note: str = ""
    seen: str = ""


class DemoRated(_Shape):
    """An appraisal from ``began`` to ``ended`` days ago: ``stars`` in turn of both questions by so many neighbours."""

    began: int
    ended: int
    rated: int
    stars: tuple[tuple[int, int], ...]
    reason: str


class DemoKeyYear(_Shape):
    """A year whose collection began ``ago`` days ago; each step took so many days. ``choices``: how the cast voted;
    ``assigned``: so many days ago it was said who answers for what was chosen."""

    ago: int
    days: int
    intro: str
    matters: tuple[DemoPut, ...]
    choices: Mapping[str, tuple[int, ...]]
    assigned: int = 20
    appraised: DemoRated | None = None


def _at(now: dt.datetime, ago: float) -> Callable[[], dt.datetime]:
    return lambda: now - dt.timedelta(days=ago)


async def play(meetings: Sequence[DemoMeeting], years: Sequence[DemoKeyYear], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be called, held and put on record, and a year's list be carried as far as it is."""
    for one in meetings:
        await _meet(one, cast=cast, now=now)
    for year in years:
        await _carry(year, cast=cast, now=now)


async def _meet(one: DemoMeeting, *, cast: Cast, now: dt.datetime) -> None:
    by, lead = await cast.viewer("chen"), await cast.viewer("gao")
    starts = clock.midnight(clock.local(now).date() - dt.timedelta(days=one.ago)) + dt.timedelta(hours=one.hour)
    with clock.running_on(_at(now, one.called)):
        new = NewMeeting(one.kind, one.title, one.agenda, one.venue, starts, takes_volunteers=True)
        meeting = await calling.call(new, by=by, place_id=cast.home)
        await inviting.invite(meeting, Invite(named=one.invited, outside=one.outside), by=by)
        seats = [seat.id for seat in await keepers.seats(meeting, viewer=by)]
        await inviting.name_members(meeting, by=by, seat_ids=seats)
        await telling.tell_due(by=SYSTEM)
        for who in one.coming:
            await attending.answer(meeting, by=await cast.viewer(who), is_coming=True)
    if not one.minutes:
        return
    with clock.running_on(lambda: starts):
        await attending.begin(meeting, by=by)
        await attending.mark(meeting, by=by, seat_ids=seats)
    with clock.running_on(lambda: starts + LASTED):
        await minutes.write(meeting, by=by, minutes=one.minutes, seen=0)
        for line in one.conclusions:
            due = clock.today() + dt.timedelta(days=line.within) if line.within else None
            await minutes.conclude(meeting, NewConclusion(line.text, line.outcome, line.who, due), by=by)
        await minutes.publish(meeting, by=lead, seen=1)
        if one.addendum:
            await minutes.add(meeting, by=lead, words=one.addendum)


async def _carry(one: DemoKeyYear, *, cast: Cast, now: dt.datetime) -> None:
    lead, by = await cast.viewer("gao"), await cast.viewer("chen")
    with clock.running_on(_at(now, one.ago)), in_force(unhurried()):
        year = await planning.plan(
            by=lead, place_id=cast.home, year=clock.today().year, intro=one.intro, days=_days(one)
        )
        made = [
            (await putting.put(year, by=await cast.viewer(put.by), title=put.title, text=put.text)).id
            for put in one.matters
        ]
    with clock.running_on(_at(now, one.ago - one.days - 1)):
        await move(year, S.SHORTLIST, by=lead)
        for put, matter in zip(one.matters, made, strict=True):
            sorted_out = sorting.leave_out(matter, by=by, reason=put.reason) if put.reason else None
            await (sorted_out or sorting.shortlist(matter, by=by))
        await move(year, S.DELIBERATE, by=lead)
    await _vote(one, year, cast=cast, now=now)
    for put, matter in zip(one.matters, made, strict=True):
        if put.who:
            await _do(put, matter, assigned=one.assigned, cast=cast, now=now)
    if one.appraised is not None:
        chosen = [matter for put, matter in zip(one.matters, made, strict=True) if put.who]
        await _rate(one.appraised, year, chosen, cast=cast, now=now)


async def _rate(one: DemoRated, year: int, matters: Sequence[int], *, cast: Cast, now: dt.datetime) -> None:
    """Everything that was chosen by the same neighbours; then the list is at its end."""
    lead = await cast.viewer("gao")
    with clock.running_on(_at(now, one.began)):
        await move(year, S.APPRAISE, by=lead)
        raters = await neighbours(cast, one.rated)
        for at, matter in enumerate(matters):
            turns = islice(cycle(one.stars), at, at + len(raters))
            for person, (outcome, unit) in zip(raters, turns, strict=True):
                await rating.rate(matter, by=person, outcome=outcome, unit=unit)
    with clock.running_on(_at(now, one.ended)):
        await move(year, S.ENDED, by=lead, reason=one.reason)


def _days(one: DemoKeyYear) -> dict[S, Days]:
    """So many days for each step, and for carrying out as many as are left before the appraisal."""
    begins = [clock.today() + dt.timedelta(days=one.days * at) for at in range(len(DATED))]
    found = {
        step: Days(first, first + dt.timedelta(days=one.days - 1)) for step, first in zip(DATED, begins, strict=True)
    }
    late, long = clock.today() + dt.timedelta(days=one.ago + 60), one.days
    if one.appraised is not None:
        late = clock.today() + dt.timedelta(days=one.ago - one.appraised.began - 1)
        long = one.appraised.began - one.appraised.ended + 1
    found[S.CARRY_OUT] = Days(found[S.CARRY_OUT].starts_on, late)
    found[S.APPRAISE] = Days(late + dt.timedelta(days=1), late + dt.timedelta(days=long))
    return found


async def _vote(one: DemoKeyYear, year: int, *, cast: Cast, now: dt.datetime) -> None:
    """Put to the vote a step later, by everybody for oneself, and counted at its end."""
    opened = one.ago - 3 * one.days
    with clock.running_on(_at(now, opened)), in_force(unhurried()):
        ballot = Ballot(clock.now() + dt.timedelta(days=one.days), 3, unit="person", rule="advice")
        vote = await carrying.put_to_vote(year, ballot, by=await cast.viewer("gao"))
        for who, choice in one.choices.items():
            voter = await cast.viewer(who)
            line = (await votes.vote(vote, viewer=voter)).mine[0].voter_id
            await casting.cast(vote, by=voter, voter_id=line, points=dict.fromkeys(choice, 1))
    with clock.running_on(_at(now, opened - one.days)):
        await counting.count(vote, by=SYSTEM)
        await carrying.settle(year, by=await cast.viewer("gao"))


async def _do(put: DemoPut, matter: int, *, assigned: int, cast: Cast, now: dt.datetime) -> None:
    """Assigned, and as far as it is done: said by its owner, looked at by the secretary."""
    lead, owner = await cast.viewer("gao"), await cast.viewer(put.who)
    with clock.running_on(_at(now, assigned)):
        due = clock.today() + dt.timedelta(days=put.within)
        entry = await carrying.assign(matter, by=lead, owner_id=owner.person_id or 0, team_id=None, due=due)
    if put.claimed is not None:
        with clock.running_on(_at(now, put.claimed)):
            await keeping.claim(entry, by=owner, note=put.note)
    if put.checked is not None:
        with clock.running_on(_at(now, put.checked)):
            await keeping.strike_off(entry, by=lead, note=put.seen)
