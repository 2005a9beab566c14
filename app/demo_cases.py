"""The demo's cases: one in every state, each brought there by the verbs that do it for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast, on_its_day
from casework import conversations
from casework.cases import (
    accepting,
    answering,
    checking,
    dispatching,
    joining,
    merging,
    notes,
    owners,
    reporting,
    showing,
    teams,
    working,
)
from casework.cases.reporting import Facts
from models import clock
from models.case import Case, CaseSource
from people import homes, residents
from people.residents import viewer_at
from people.viewers import SYSTEM, Viewer

CHANNEL = "web"
MOST_BUILDINGS = 1_000
"""More than any neighbourhood of the demo has."""


class DemoDeed(BaseModel):
    """One verb, some minutes after the one before; ``to`` is a team's key, somebody's key or another case's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = 30
    does: str
    who: str
    text: str = ""
    to: str = ""
    reason: str = ""
    way: str = ""
    days: int = 0
    solved: bool | None = None
    satisfied: bool | None = None


class DemoCase(BaseModel):
    """Something reported so many days ago, and what was done about it; ``name`` is how other cases speak of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    ago: int
    at: dt.time
    who: str
    kind: str
    text: str
    where: str = ""
    building: str = ""
    source: CaseSource = CaseSource.CHAT
    then: tuple[DemoDeed, ...] = ()


Do = Callable[[int, Viewer, DemoDeed], Awaitable[object]]


async def _dispatch(case_id: int, by: Viewer, deed: DemoDeed) -> object:
    team_id = await _team(case_id, deed.to) if deed.to else None
    return await dispatching.dispatch(case_id, by=by, team_id=team_id, note=deed.text)


async def _decide(case_id: int, by: Viewer, deed: DemoDeed) -> object:
    return await dispatching.decide(case_id, by=by, team_id=await _team(case_id, deed.to), note=deed.text)


async def _team(case_id: int, key: str) -> int:
    """The team of this key that takes work of the case's place, its own before those above it."""
    place_id = (await showing.case(case_id, viewer=SYSTEM)).line.place_id
    return next(one.id for one in await teams.teams(viewer=SYSTEM, place_id=place_id) if one.key == key)


DOES: Mapping[str, Do] = MappingProxyType(
    {
        "accept": lambda one, by, _: accepting.accept(one, by=by),
        "refuse": lambda one, by, deed: accepting.refuse(one, by=by, reason=deed.reason, where_to=deed.text),
        "dispatch": _dispatch,
        "decide": _decide,
        "take_up": lambda one, by, _: dispatching.take_up(one, by=by),
        "send_back": lambda one, by, deed: dispatching.send_back(one, by=by, reason=deed.reason, note=deed.text),
        "hang": lambda one, by, deed: dispatching.hang(one, by=by, note=deed.text),
        "escalate": lambda one, by, deed: dispatching.escalate(one, by=by, note=deed.text),
        "contact": lambda one, by, deed: working.contact(one, by=by, way=deed.way, note=deed.text),
        "handle": lambda one, by, deed: working.handle(one, by=by, note=deed.text),
        "pause": lambda one, by, deed: working.pause(one, by=by, reason=deed.reason, note=deed.text),
        "ask_longer": lambda one, by, deed: working.ask_longer(one, by=by, days=deed.days, note=deed.text),
        "prolong": lambda one, by, deed: working.prolong(one, by=by, note=deed.text),
        "check": lambda one, by, deed: checking.check(one, by=by, way=deed.way, note=deed.text),
        "reply": lambda one, by, deed: checking.reply(one, by=by, text=deed.text),
        "strike_off": lambda one, by, deed: checking.strike_off(one, by=by, way=deed.way, note=deed.text),
        "rate": lambda one, by, deed: answering.rate(one, by=by, solved=deed.solved, satisfied=deed.satisfied),
        "close": lambda one, by, _: answering.close(one, by=by),
        "withdraw": lambda one, by, deed: answering.withdraw(one, by=by, text=deed.text),
        "note": lambda one, by, deed: notes.note(one, by=by, text=deed.text),
    }
)


async def play(cases: Sequence[DemoCase], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything happen in the order of the list, each on its day."""
    made: dict[str, Case] = {}
    for one in cases:
        moment = on_its_day(one.ago, one.at, now)
        with clock.running_on(lambda moment=moment: moment):
            made[one.name] = await _report(one, cast)
        for deed in one.then:
            moment = min(moment + dt.timedelta(minutes=deed.after), now)
            with clock.running_on(lambda moment=moment: moment):
                await _do(made[one.name], deed, cast=cast, made=made)


async def _report(one: DemoCase, cast: Cast) -> Case:
    building_id = await _building(one.building, cast.home) if one.building else None
    facts = Facts(one.kind, one.text, where=one.where, building_id=building_id)
    if one.who in cast.staff:
        return await reporting.report(facts, by=await cast.viewer(one.who), source=one.source, place_id=cast.home)
    viewer, conversation_id = await _resident(one.who, cast)
    return await reporting.report(facts, by=viewer, source=one.source, conversation_id=conversation_id)


async def _building(name: str, place_id: int) -> int | None:
    """The first that was made of this name: estates have a Building 3 each."""
    found = await homes.buildings(viewer=SYSTEM, place_id=place_id, limit=MOST_BUILDINGS)
    return min((one.id for one in found if one.name == name), default=None)


async def _resident(who: str, cast: Cast) -> tuple[Viewer, int]:
    """Somebody who lives here, in the chat they write from."""
    where = await residents.at(channel=CHANNEL, address=cast.chat_of(who), place_id=cast.place_of(who))
    talk = await conversations.open_at(where)
    return await viewer_at(where), talk.conversation_id


async def _do(case: Case, deed: DemoDeed, *, cast: Cast, made: Mapping[str, Case]) -> None:
    if deed.does == "join":
        viewer, conversation_id = await _resident(deed.who, cast)
        await joining.join(case.id, by=viewer, conversation_id=conversation_id)
        return
    by = await cast.viewer(deed.who) if deed.who in cast.staff else (await _resident(deed.who, cast))[0]
    if deed.does == "merge":
        await merging.merge(case.id, by=by, into=made[deed.to].id)
    elif deed.does == "transfer":
        await owners.transfer(case.id, by=by, to=cast.people[deed.to])
    else:
        await DOES[deed.does](case.id, by, deed)
