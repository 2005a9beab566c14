"""The demo's patrols and ledgers: routes walked for two weeks with a stop missed now and then, matters on their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast, on_its_day
from casework.ledgers import keeping
from casework.patrols import rounds, routes
from casework.patrols.routes import RouteShape
from models import clock
from models.ledger import LedgerKind
from people.viewers import Viewer

WALKED_DAYS = 14


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoPatrol(_Shape):
    """A route that somebody has walked for two weeks; every so many stops one was missed (``misses_every``)."""

    name: str
    who: str
    days: str
    stops: tuple[str, ...]
    misses_every: int = 0


class DemoNote(_Shape):
    """Something done about a matter some days ago: ``note``, ``claim``, ``refuse`` or ``strike_off``."""

    ago: int
    does: str
    who: str
    text: str


class DemoMatter(_Shape):
    """A matter put into a ledger some days ago, due so many days after that."""

    ago: int
    kind: LedgerKind
    title: str
    text: str = ""
    who: str
    within: int
    then: tuple[DemoNote, ...] = ()


async def play(patrols: Sequence[DemoPatrol], matters: Sequence[DemoMatter], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything happen, each on its day."""
    for one in patrols:
        await _walk(one, cast=cast, now=now)
    for matter in matters:
        await _keep(matter, cast=cast, now=now)


async def _walk(one: DemoPatrol, *, cast: Cast, now: dt.datetime) -> None:
    """Laid two weeks ago and walked every morning since, but today's last stops."""
    laid, by = on_its_day(WALKED_DAYS, dt.time(8), now), await cast.viewer("gao")
    with clock.running_on(lambda: laid):
        shape = RouteShape(one.name, tuple(one.days), "\n".join(one.stops), goes_id=cast.people[one.who])
        await routes.lay(shape, by=by, place_id=cast.home)
    walker, count = await cast.viewer(one.who), 0
    for ago in range(WALKED_DAYS, -1, -1):
        moment = on_its_day(ago, dt.time(9), now)
        with clock.running_on(lambda moment=moment: moment):
            count = await _one_round(one, walker, count, place_id=cast.home, is_today=ago == 0)


async def _one_round(one: DemoPatrol, walker: Viewer, count: int, *, place_id: int, is_today: bool) -> int:
    """A day's round; gives how many stops there have been in all."""
    for route in await rounds.today(viewer=walker, place_id=place_id):
        if route.name == one.name:
            stops = route.stops[: len(route.stops) // 2] if is_today else route.stops
            for stop in stops:
                count += 1
                if not one.misses_every or count % one.misses_every:
                    await rounds.tick(stop.id, by=walker)
    return count


async def _keep(matter: DemoMatter, *, cast: Cast, now: dt.datetime) -> None:
    added = on_its_day(matter.ago, dt.time(10), now)
    with clock.running_on(lambda: added):
        entry = await keeping.add(
            by=await cast.viewer("gao"),
            place_id=cast.home,
            kind=matter.kind,
            title=matter.title,
            text=matter.text,
            owner_id=cast.people[matter.who],
            due=clock.today() + dt.timedelta(days=matter.within),
        )
    for note in matter.then:
        moment, by = on_its_day(note.ago, dt.time(15), now), await cast.viewer(note.who)
        with clock.running_on(lambda moment=moment: moment):
            await _DOES[note.does](entry.id, by=by, note=note.text)


_DOES = {
    "note": keeping.note,
    "claim": keeping.claim,
    "refuse": keeping.refuse,
    "strike_off": keeping.strike_off,
}
