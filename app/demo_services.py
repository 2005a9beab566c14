"""The demo's directory of services: admitted, complained of and decided, each through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.services import complaints, directory
from forum.services.directory import ProviderShape
from models import clock
from models.rules import in_force


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoComplaint(_Shape):
    """Somebody complained so many days ago; upheld or dismissed a day later where there is an ``answer``."""

    ago: int
    who: str
    text: str
    is_upheld: bool = True
    answer: str = ""


class DemoProvider(_Shape):
    """Admitted so many days ago, and what was complained."""

    ago: int
    kind: str
    name: str
    about: str = ""
    venue: str = ""
    phone: str = ""
    fees: str = ""
    hours: str = ""
    weekdays: str = ""
    reason: str
    complaints: tuple[DemoComplaint, ...] = ()


async def play(providers: Sequence[DemoProvider], *, cast: Cast, now: dt.datetime) -> None:
    """Let everybody be admitted, complained of and decided."""
    for one in providers:
        names = ("kind", "name", "about", "venue", "phone", "fees", "hours", "weekdays")
        shape = ProviderShape(**{name: getattr(one, name) for name in names})
        with clock.running_on(_at(now, one.ago)):
            chen = await cast.viewer("chen")
            made = await directory.admit(shape, by=chen, place_id=cast.home, reason=one.reason)
        for said in one.complaints:
            await _play(said, made, cast=cast, now=now)


async def _play(said: DemoComplaint, provider_id: int, *, cast: Cast, now: dt.datetime) -> None:
    with clock.running_on(_at(now, said.ago)), in_force(unhurried()):
        made = await complaints.complain(provider_id, by=await cast.viewer(said.who), text=said.text)
    if not said.answer:
        return
    with clock.running_on(_at(now, said.ago - 1)):
        decide = complaints.uphold if said.is_upheld else complaints.dismiss
        await decide(made, by=await cast.viewer("chen"), answer=said.answer)


def _at(now: dt.datetime, ago: int) -> Callable[[], dt.datetime]:
    moment = now - dt.timedelta(days=ago)
    return lambda: moment
