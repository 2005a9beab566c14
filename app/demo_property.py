"""What the demo's property company published, and how residents rated it, through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.property import statements
from forum.property.statements import NewStatement
from forum.property.sums import lines_of
from models import clock
from models.rules import in_force


class DemoStatement(BaseModel):
    """Published by somebody ``ago`` days ago of the month before; who rated it with how many stars."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    who: str
    estate: str
    kind: str
    lines: tuple[str, ...]
    text: str = ""
    stars: Mapping[str, int] = {}


async def play(published: Sequence[DemoStatement], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be published and rated."""
    for one in sorted(published, key=lambda one: -one.ago):
        moment = now - dt.timedelta(days=one.ago)
        with clock.running_on(lambda moment=moment: moment), in_force(unhurried()):
            await _play(one, cast=cast)


async def _play(one: DemoStatement, *, cast: Cast) -> None:
    by = await cast.viewer(one.who)
    found = await statements.estates(viewer=by, place_id=cast.home)
    estate = next(choice for choice in found if choice.name == one.estate)
    period = f"{clock.today().replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    new = NewStatement(estate.id, one.kind, period, lines_of("\n".join(one.lines)), one.text)
    await statements.publish(new, by=by, place_id=cast.home)
    for who, stars in one.stars.items():
        await statements.rate(estate.id, period, by=await cast.viewer(who), place_id=cast.home, stars=stars)
